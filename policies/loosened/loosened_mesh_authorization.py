"""Mesh lets in somebody it kept out.

A rule that denies less or allows more, and the last rule of its pods that goes: without any, everybody comes in. What the
conditions of rules mean is not compared.

Fix:
Restore the rule, or say in the pull request who needs to come in, and for what.

References:
https://istio.io/latest/docs/reference/config/security/authorization-policy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.mesh import MESH_AUTHORIZATION
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up


def _with(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "all", "namespace": "shop"},
        "spec": spec,
    }


EXAMPLES = (
    Example("in another order", "pass", base=_with(rules=[{"to": [1]}, {"to": [2]}]), head=_with(rules=[{"to": [2]}, {"to": [1]}])),
    Example("it allows less", "pass", base=_with(rules=[{"to": [1]}, {"to": [2]}]), head=_with(rules=[{"to": [1]}])),
    Example("it denies more", "pass", base=_with(action="DENY", rules=[]), head=_with(action="DENY", rules=[{"to": [1]}])),
    Example("everybody", "fail", base=_with(rules=[]), head=_with(rules=[{}]), message="lets everybody in now"),
    Example("others", "fail", base=_with(rules=[]), head=_with(rules=[{"to": [1]}]), message="lets others in now"),
    Example("it denies less", "fail", base=_with(action="DENY", rules=[{"to": [1]}]), head=_with(action="DENY"), message="keeps out less"),
    Example("it only counts", "fail", base=_with(action="ALLOW", rules=[]), head=_with(action="AUDIT"), message="no longer keeps anybody out by ALLOW"),
    Example("for others", "fail", base=_with(selector={"a": 1}), head=_with(selector={"a": 2}), message="is for other pods now"),
    Example("gone", "fail", base=_with(action="DENY", rules=[{}]), message="whoever it kept out comes in"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["security.istio.io/AuthorizationPolicy"],
    operations=["UPDATE", "DELETE"],
    refines=["mesh-authorization-policy"],
    examples=EXAMPLES,
)
def loosened_mesh_authorization(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, MESH_AUTHORIZATION)
