"""AppProject allows everything of a kind.

With `*`, the applications of the project may come from any repository, go to any cluster or namespace, or
bring any cluster-wide kind: whoever can change one of them can take over the cluster.

Fix:
List the repositories, the destinations and the cluster-wide kinds that the project needs.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/projects/
https://argo-cd.readthedocs.io/en/stable/operator-manual/project-specification/

Peers:
kyverno:argo/appproject-clusterresourceblacklist
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


def _project(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": "shop"},
        "spec": spec,
    }


EXAMPLES = (
    Example("everything is listed", "pass", _project(
        sourceRepos=["https://example.com/shop"], destinations=[{"server": "https://kubernetes.default.svc", "namespace": "shop"}],
        clusterResourceWhitelist=[{"group": "", "kind": "Namespace"}])),
    Example("every namespace of one cluster, for applications that have several", "pass", _project(
        destinations=[{"server": "https://kubernetes.default.svc", "namespace": "shop-*"}])),
    Example("what is denied may be everything", "pass", _project(clusterResourceBlacklist=[{"group": "*", "kind": "*"}])),
    Example("every repository", "fail", _project(sourceRepos=["https://example.com/shop", "*"]), path="spec.sourceRepos[1]",
            message="AppProject shop allows every repository"),
    Example("every destination", "fail", _project(destinations=[{"server": "*", "namespace": "*"}]),
            message="allows every namespace of every cluster", path="spec.destinations[0]"),
    Example("every namespace", "fail", _project(destinations=[{"name": "prod", "namespace": "*"}]),
            message="every namespace of cluster prod"),
    Example("every cluster-wide kind", "fail", _project(clusterResourceWhitelist=[{"group": "*", "kind": "*"}]),
            message="every cluster-wide kind"),
    Example("applications of every namespace", "fail", _project(sourceNamespaces=["*"]), message="every namespace belong to it"),
)  # fmt: skip


@policy(level="note", kinds=["argoproj.io/AppProject"], examples=EXAMPLES)
def argocd_appproject_wildcard(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every wildcard in what a project allows."""
    spec, who = pair.head.view.spec, f"AppProject {pair.head.id.name}"
    for item in spec.sourceRepos:
        if item.raw == "*":
            yield Problem(item, f"{who} allows every repository")
    for item in spec.destinations:
        if item.namespace.raw == "*":
            yield Problem(item, f"{who} allows every namespace of {_cluster(item)}")
    for item in spec.clusterResourceWhitelist:
        if item.group.raw == "*" and item.kind.raw == "*":
            yield Problem(item, f"{who} allows every cluster-wide kind")
    for item in spec.sourceNamespaces:
        if item.raw == "*":
            yield Problem(item, f"{who} lets the applications of every namespace belong to it")


def _cluster(destination: View) -> str:
    name = destination["name"].string() or destination.server.string()
    return f"cluster {name}" if name and name != "*" else "every cluster"
