"""Template of an ApplicationSet writes `<no value>` for what it does not find.

A parameter that is misspelt or missing in one file of a generator is no error: `<no value>` ends up in a
path, a namespace or a cluster, and the application is deployed somewhere else or not at all.

Fix:
Set `goTemplateOptions: ["missingkey=error"]`.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/GoTemplate/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Edit, Example, Pair, Problem, policy


def _set(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": {"name": "apps"},
            "spec": {"generators": [{"git": {}}], "template": {}, **spec}}  # fmt: skip


EXAMPLES = (
    Example("it is an error", "pass", _set(goTemplate=True, goTemplateOptions=["missingkey=error"])),
    Example("the older templates leave it as it is", "pass", _set()),
    Example("options of its own", "pass", _set(goTemplate=True, goTemplateOptions=["missingkey=zero"])),
    Example("it is no error", "fail", _set(goTemplate=True), path="spec.goTemplateOptions", message="apps writes <no value>"),
)  # fmt: skip


@policy(level="note", kinds=["argoproj.io/ApplicationSet"], examples=EXAMPLES)
def argocd_applicationset_missing_key(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield sets with Go templates and without an option for missing keys."""
    spec = pair.head.view.spec
    options = spec.goTemplateOptions
    if spec.goTemplate.raw is not True or not spec.template.exists:
        return
    if not any(option.string().startswith("missingkey=") for option in options):
        yield Problem(
            options,
            f"{pair.head.id.name} writes <no value> for a parameter that is missing",
            edit=Edit(
                "set", options.path, [*(option.raw for option in options), "missingkey=error"]
            ),
        )
