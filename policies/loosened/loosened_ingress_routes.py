"""Ingress answers at more hosts or paths than before.

A wider host or path opens parts of a program that nobody meant to show: metrics, administration, the applications
of others under a wildcard.

Fix:
Name the hosts and the paths that are meant.

References:
https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.exposure import INGRESS_ROUTES
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _ingress(*routes: str, exact: bool = False) -> dict[str, Any]:
    kind = "Exact" if exact else "Prefix"
    pairs = [route.split(" ") for route in routes]
    rules = [{"host": h, "http": {"paths": [{"path": p, "pathType": kind}]}} for h, p in pairs]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web"},
        "spec": {"rules": rules},
    }


EXAMPLES = (
    Example("in another order", "pass", base=_ingress("a.example /", "b.example /"), head=_ingress("b.example /", "a.example /")),
    Example("a part of it", "pass", base=_ingress("*.example /"), head=_ingress("a.example /api")),
    Example("filled in later", "pass", base=_ingress("a.example /"), head=_ingress("${HOST} /")),
    Example("another host", "fail", base=_ingress("a.example /"), head=_ingress("a.example /", "b.example /"), message="answers at b.example/ now"),
    Example("every host", "fail", base=_ingress("a.example /"), head=_ingress(" /"), message="answers at every host/ now"),
    Example("what begins with it, too", "fail", base=_ingress("a.example /api", exact=True), head=_ingress("a.example /api"), message="a.example/api"),
    Example("by default", "fail", base=_ingress("a.example /"), path="spec.defaultBackend",
            head={**_ingress("a.example /"), "spec": {**_ingress("a.example /")["spec"], "defaultBackend": {"service": {"name": "web"}}}}),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["networking.k8s.io/Ingress"],
    operations=["UPDATE"],
    refines=["ingress-host-wildcard-or-empty", "ingress-default-backend"],
    examples=EXAMPLES,
)
def loosened_ingress_routes(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, INGRESS_ROUTES)
