"""Application belongs to the project `default`.

The project that Argo CD comes with lets an application deploy from every repository to every cluster,
with every kind, cluster roles included. Nothing then tells a team's application from the platform's.

Fix:
Name an AppProject that lists the repositories, destinations and cluster-wide kinds the application needs,
and empty the project `default`.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/projects/#the-default-project

Peers:
kyverno:argo/application-prevent-default-project
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application, is_completed
from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy


def _app(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "web"},
        "spec": spec,
    }


def _set(spec: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": {"name": "web"},
            "spec": {"generators": [{"git": {}}], "template": {"spec": spec}, **more}}  # fmt: skip


SOURCE = {"source": {"repoURL": "https://example.com/a", "path": "."}, "destination": {"name": "a"}}
EXAMPLES = (
    Example("a project of its own", "pass", _app(**SOURCE, project="shop")),
    Example("the project is chosen for each application", "pass", _set({**SOURCE, "project": "{{ .team }}"})),
    Example("another template names it", "pass", _set(SOURCE, templatePatch="spec: {project: shop}")),
    Example("a patch that leaves it as it is", "pass", _app(syncPolicy={})),
    Example("named", "fail", _app(**SOURCE, project="default"), path="spec.project",
            message="Application web is in the project default"),
    Example("unset is the same", "fail", _app(**SOURCE), path="spec.project"),
    Example("in the template of a set", "fail", _set({**SOURCE, "project": "default"}), path="spec.template.spec.project"),
)  # fmt: skip


@policy(
    level="note",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    examples=EXAMPLES,
)
def argocd_default_project(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a project that is the default one, by name or because none is named."""
    spec = application(pair.head)
    if spec.project.string("default") not in {"", "default"}:
        return
    if not spec.project and not _is_whole(pair):
        return
    yield Problem(
        spec.project, f"{pair.head.id.kind} {pair.head.id.name} is in the project default"
    )


def _is_whole(pair: Pair) -> bool:
    """Whether nothing else adds to what stands here, so that unset means unset."""
    spec = application(pair.head)
    written = bool(spec.destination) and bool(spec.source or spec.sources)
    return written and not is_completed(pair.head) and not is_patch(pair.head, pair.context)
