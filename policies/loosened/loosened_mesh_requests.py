"""Mesh no longer looks at tokens, or takes those of others.

Tokens say who calls. Whoever may write them for one more issuer may call as anybody.

Fix:
Restore the rule of the issuer that is meant.

References:
https://istio.io/latest/docs/reference/config/security/request_authentication/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.mesh import MESH_REQUESTS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up


def _with(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "RequestAuthentication",
        "metadata": {"name": "all", "namespace": "shop"},
        "spec": spec,
    }


EXAMPLES = (
    Example("another field", "pass", base=_with(jwtRules=[{"issuer": "a"}]), head=_with(jwtRules=[{"issuer": "a", "audiences": ["b"]}])),
    Example("tokens of others", "fail", base=_with(jwtRules=[{"issuer": "a"}]), head=_with(jwtRules=[{"issuer": "a"}, {"issuer": "b"}]), message="takes tokens of b now"),
    Example("no tokens", "fail", base=_with(jwtRules=[{"issuer": "a"}]), head=_with(), message="looks at none"),
    Example("gone", "fail", base=_with(jwtRules=[{"issuer": "a"}]), message="nobody looks at tokens any more"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["security.istio.io/RequestAuthentication"],
    operations=["UPDATE", "DELETE"],
    examples=EXAMPLES,
)
def loosened_mesh_requests(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, MESH_REQUESTS)
