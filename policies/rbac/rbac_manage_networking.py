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

from policygate.kube.rbac import WRITE, Access
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted, role_body

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


EXAMPLES = (
    Example("to read them", "pass", role_body("services", "get", "list")),
    Example("one by name", "pass", role_body("services", "patch", resourceNames=["web"])),
    Example("services of Knative", "pass", role_body("services", "create", group="serving.knative.dev")),
    Example("services", "fail", role_body("services", "get", "create"), path="rules[0].resources[0]",
            message="Role ci may create services"),
    Example("ingresses", "fail", role_body("ingresses", "update", group="networking.k8s.io")),
    Example("routes", "fail", role_body("httproutes", "patch", group="gateway.networking.k8s.io")),
    Example("slices", "fail", role_body("endpointslices", "*", group="discovery.k8s.io"), message="every verb on endpointslices"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_manage_networking(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which a part of the network may be written."""
    yield from granted(pair, *NETWORK)
