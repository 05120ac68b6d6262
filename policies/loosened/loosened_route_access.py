"""Route lost what guarded it.

A Route of OpenShift or an IngressRoute of Traefik that lost its TLS or its middlewares answers whoever asks.

Fix:
Restore `tls`, or the middlewares of the route.

References:
https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/networking/configuring-routes
https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.exposure import ROUTE_ACCESS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _route(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {"name": "web"},
        "spec": {"to": {"name": "web"}, **spec},
    }


def _routes(middlewares: list[dict[str, str]]) -> dict[str, Any]:
    routes = [{"match": "Host(`a`)", "middlewares": middlewares}]
    return {
        "apiVersion": "traefik.io/v1alpha1",
        "kind": "IngressRoute",
        "metadata": {"name": "web"},
        "spec": {"routes": routes},
    }


EXAMPLES = (
    Example("redirected", "pass", base=_route(tls={"termination": "edge"}), head=_route(tls={"termination": "edge", "insecureEdgeTerminationPolicy": "Redirect"})),
    Example("without TLS", "fail", base=_route(tls={"termination": "edge"}), head=_route(), path="spec.tls", message="Route web has lost its TLS"),
    Example("without TLS as well", "fail", base=_route(tls={"termination": "edge"}), head=_route(tls={"termination": "edge", "insecureEdgeTerminationPolicy": "Allow"})),
    Example("no middlewares", "fail", base=_routes([{"name": "login"}]), head=_routes([]), message="lost the middlewares of Host(`a`)"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=[
        "route.openshift.io/Route",
        "traefik.io/IngressRoute",
        "traefik.containo.us/IngressRoute",
    ],
    operations=["UPDATE"],
    refines=["openshift-route-tls"],
    examples=EXAMPLES,
)
def loosened_route_access(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, ROUTE_ACCESS)
