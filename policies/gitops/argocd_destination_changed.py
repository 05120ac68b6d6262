"""Application moves to another cluster or namespace.

Argo CD creates everything anew at the new place. What runs at the old one is pruned, with its volumes and
load balancers, or left behind and looked after by nobody; which of the two depends on the settings.

Fix:
Deploy a second Application to the new place, move the traffic and the data, and delete the first one
then. Say in the pull request what becomes of the old copy.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/
https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#applications
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application, later
from policygate.policy import Example, Pair, Problem, policy

HERE = frozenset({"https://kubernetes.default.svc", "in-cluster"})
"""Two names of the cluster that Argo CD itself runs in."""


def _app(kind: str = "Application", **destination: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"project": "shop", "destination": destination}
    spec = {"template": {"spec": spec}} if kind == "ApplicationSet" else spec
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("as it was", "pass", base=_app(name="prod", namespace="web"), head={**_app(namespace="web", name="prod"), "metadata": {"name": "web", "labels": {}}}),
    Example("another name of the same cluster", "pass", base=_app(name="in-cluster"), head=_app(server="https://kubernetes.default.svc")),
    Example("by name instead of by address", "pass", base=_app(server="https://1.2.3.4"), head=_app(name="prod")),
    Example("chosen for each application", "pass", base=_app("ApplicationSet", name="a"), head=_app("ApplicationSet", name="{{ .name }}")),
    Example("another application", "pass", base=_app(name="a"), head={**_app(name="b"), "metadata": {"name": "api"}}),
    Example("a new application", "pass", _app(name="prod")),
    Example("another namespace", "fail", base=_app(name="prod", namespace="web"), head=_app(name="prod", namespace="shop"),
            path="spec.destination.namespace", message="web moves from the namespace web to shop"),
    Example("another cluster", "fail", base=_app(name="test"), head=_app(name="prod"), path="spec.destination.name",
            message="from the cluster test to prod"),
    Example("all that a set makes", "fail", base=_app("ApplicationSet", namespace="a"), head=_app("ApplicationSet", namespace="b")),
)  # fmt: skip


@policy(
    level="error",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def argocd_destination_changed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a cluster or a namespace that is another one than at the base."""
    base, head = application(pair.base).destination, application(pair.head).destination
    if pair.base.id[1:] != pair.head.id[1:]:
        return
    for field, what in (("name", "cluster"), ("server", "cluster"), ("namespace", "namespace")):
        was, now = base[field].string(), head[field].string()
        if was and now and was != now and not later(was + now) and not {was, now} <= HERE:
            yield Problem(
                head[field],
                f"{pair.head.id.name} moves from the {what} {was} to {now}: what runs there is pruned or left behind",
                unordered=True,
            )
