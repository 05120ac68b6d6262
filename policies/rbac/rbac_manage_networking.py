"""Role may change the network.

Services, endpoints, ingresses, routes and network policies decide what is reached from where.
Whoever may write them can publish a database, send the traffic of others to a pod of its own, or
take away the isolation of a namespace.

Fix:
Keep these rights for the tool that deploys and for controllers; name single objects in
`resourceNames`.

References:
https://kubernetes.io/docs/concepts/services-networking/
https://kubernetes.io/docs/concepts/security/rbac-good-practices/

Peers:
trivy:KSV-0056
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import WRITE, Access, named_grants
from policygate.policy import Example, Pair, Problem, policy

NETWORK = (
    Access(("",), ("services", "endpoints"), WRITE),
    Access(("discovery.k8s.io",), ("endpointslices",), WRITE),
    Access(("networking.k8s.io", "extensions"), ("ingresses", "networkpolicies"), WRITE),
    Access(
        ("gateway.networking.k8s.io",),
        ("gateways", "grpcroutes", "httproutes", "tcproutes", "tlsroutes", "udproutes"),
        WRITE,
    ),
)


def _role(
    resource: str, *verbs: str, group: str = "", kind: str = "Role", **more: list[str]
) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "ci"},
        "rules": [{"apiGroups": [group], "resources": [resource], "verbs": [*verbs], **more}],
    }


EXAMPLES = (
    Example("to read them", "pass", _role("services", "get", "list")),
    Example("one by name", "pass", _role("services", "patch", resourceNames=["web"])),
    Example("services of Knative", "pass", _role("services", "create", group="serving.knative.dev")),
    Example("services", "fail", _role("services", "get", "create"), path="rules[0].resources[0]",
            message="Role ci may create services"),
    Example("ingresses", "fail", _role("ingresses", "update", group="networking.k8s.io")),
    Example("routes", "fail", _role("httproutes", "patch", group="gateway.networking.k8s.io")),
    Example("slices", "fail", _role("endpointslices", "*", group="discovery.k8s.io"), message="every verb on endpointslices"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_manage_networking(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which a part of the network may be written."""
    role = pair.head
    for grant in named_grants(role, pair.base, *NETWORK):
        message = f"{role.id.kind} {role.id.name} may {grant.text}"
        yield Problem(grant.at, message, known=grant.known)
