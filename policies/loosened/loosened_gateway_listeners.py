"""Gateway lets more in than before.

Who may attach routes to a listener decides what the whole world sees under its name. Routes of every namespace
are the answer to everybody who may write one.

Fix:
Restore `allowedRoutes`, the host name or TLS of the listener.

References:
https://gateway-api.sigs.k8s.io/guides/multiple-ns/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.exposure import GATEWAY_LISTENERS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _gateway(**listener: Any) -> dict[str, Any]:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "edge"},
        "spec": {"listeners": [{"name": "web", "protocol": "HTTP", "port": 80, **listener}]},
    }


EXAMPLES = (
    Example("the default is written", "pass", base=_gateway(), head=_gateway(allowedRoutes={"namespaces": {"from": "Same"}})),
    Example("one host of its wildcard", "pass", base=_gateway(hostname="*.example"), head=_gateway(hostname="a.example")),
    Example("routes of all", "fail", base=_gateway(), head=_gateway(allowedRoutes={"namespaces": {"from": "All"}}),
            message="routes of every namespace may use the listener web", path="allowedRoutes.namespaces.from"),
    Example("every host", "fail", base=_gateway(hostname="a.example"), head=_gateway(), message="answers for every host now"),
    Example("no TLS", "fail", base=_gateway(protocol="HTTPS"), head=_gateway(), message="has lost its TLS"),
    Example("one more", "fail", base=_gateway(), head=_gateway(name="more"), message="listens at HTTP 80 now"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["gateway.networking.k8s.io/Gateway"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_gateway_listeners(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, GATEWAY_LISTENERS)
