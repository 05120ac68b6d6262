"""Application moves to another project.

The project decides from which repositories, to which clusters and with which kinds an application may
deploy, and who may sync it. A move can give it rights that nobody looked at, or take those it needs.

Fix:
Say in the pull request why the application moves, and have the owners of both projects look at it.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/projects/

Peers:
kyverno:argo/application-prevent-updates-project
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application
from policygate.policy import Example, Pair, Problem, policy


def _app(project: str | None, kind: str = "Application") -> dict[str, Any]:
    spec: dict[str, Any] = {
        "destination": {"name": "a"},
        **({"project": project} if project else {}),
    }
    spec = {"template": {"spec": spec}} if kind == "ApplicationSet" else spec
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("the same", "pass", base=_app("shop"), head={**_app("shop"), "metadata": {"name": "web", "labels": {}}}),
    Example("unset is default", "pass", base=_app(None), head=_app("default")),
    Example("a new application", "pass", _app("shop")),
    Example("another project", "fail", base=_app("shop"), head=_app("platform"), path="spec.project",
            message="web moves from the project shop to platform"),
    Example("to the one that allows everything", "fail", base=_app("shop"), head=_app("default"),
            message="to default, which allows every repository, cluster and kind"),
    Example("all that a set makes", "fail", base=_app("shop", "ApplicationSet"), head=_app("web", "ApplicationSet"),
            path="spec.template.spec.project"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def argocd_project_changed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a project that is another one than at the base; unset is `default`."""
    project = application(pair.head).project
    was = application(pair.base).project.string() or "default"
    now = project.string() or "default"
    if was != now:
        widest = ", which allows every repository, cluster and kind unless somebody narrowed it"
        more = widest if now == "default" else ""
        yield Problem(
            project,
            f"{pair.head.id.name} moves from the project {was} to {now}{more}",
            was=was,
            unordered=True,
        )
