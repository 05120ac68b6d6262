"""Deleting the application begins, or ceases, to delete what it deployed.

With the finalizer of Argo CD, whoever deletes the Application deletes all that it runs, volumes
included. Without it everything is left behind, and nobody looks after it any more.

Fix:
Decide which of the two is meant, and say so in the pull request; production mostly wants no cascade.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import FINALIZER
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View


def _app(*finalizers: str, kind: str = "Application") -> dict[str, Any]:
    metadata = {"name": "web", "finalizers": list(finalizers)}
    if kind == "ApplicationSet":
        return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": {"name": "web"},
                "spec": {"template": {"metadata": metadata}}}  # fmt: skip
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": metadata,
        "spec": {"project": "shop"},
    }


EXAMPLES = (
    Example("in the background", "pass", base=_app(FINALIZER), head=_app(FINALIZER + "/background")),
    Example("never had one", "pass", base=_app(), head=_app("example.com/other")),
    Example("a new application", "pass", _app(FINALIZER)),
    Example("it cascades now", "fail", base=_app(), head=_app(FINALIZER), path="metadata.finalizers[0]",
            message="deleting web deletes all that it deployed"),
    Example("it leaves everything behind", "fail", base=_app(FINALIZER), head=_app(), path="metadata.finalizers",
            message="deleting web leaves behind"),
    Example("all that a set makes", "fail", base=_app(kind="ApplicationSet"), head=_app(FINALIZER, kind="ApplicationSet"),
            path="spec.template.metadata.finalizers[0]"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_finalizer(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the finalizer that is new, or the list that it is gone from."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head = _finalizers(pair.base), _finalizers(pair.head)
    cascades = [item for item in head if item.string().startswith(FINALIZER)]
    cascaded = any(item.string().startswith(FINALIZER) for item in base)
    name = pair.head.id.name
    if cascades and not cascaded:
        yield Problem(cascades[0], f"deleting {name} deletes all that it deployed from now on")
    elif cascaded and not cascades:
        yield Problem(head, f"deleting {name} leaves behind what it deployed from now on")


def _finalizers(resource: Resource) -> View:
    view = resource.view
    return (
        view.spec.template if resource.id.kind == "ApplicationSet" else view
    ).metadata.finalizers
