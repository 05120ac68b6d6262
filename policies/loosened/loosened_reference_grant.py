"""Others may refer to what is in a namespace.

A ReferenceGrant lets routes of another namespace send to the Services of this one, and Gateways use its Secrets. Each
line of it opens the namespace to whoever may write such objects there.

Fix:
Name the one object that is meant, or take the line out again.

References:
https://gateway-api.sigs.k8s.io/api-types/referencegrant/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.exposure import REFERENCE_GRANT
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _grant(*namespaces: str, to: str = "Service") -> dict[str, Any]:
    sources = [
        {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": n}
        for n in namespaces
    ]
    return {
        "apiVersion": "gateway.networking.k8s.io/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "all"},
        "spec": {"from": sources, "to": [{"kind": to}]},
    }


EXAMPLES = (
    Example("in another order", "pass", base=_grant("a", "b"), head=_grant("b", "a")),
    Example("fewer", "pass", base=_grant("a", "b"), head=_grant("b")),
    Example("one more", "fail", base=_grant("a"), head=_grant("a", "b"), message="others may refer to what is here: HTTPRoute b", path="spec.from[1]"),
    Example("to more", "fail", base=_grant("a"), head=_grant("a", to="Secret"), message="others may refer to Secret here"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["gateway.networking.k8s.io/ReferenceGrant"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_reference_grant(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, REFERENCE_GRANT)
