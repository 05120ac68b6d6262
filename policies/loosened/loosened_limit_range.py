"""Containers of a namespace may take more than before.

A LimitRange bounds every container of its namespace, and gives limits to those that set none.

Fix:
Restore the bound.

References:
https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.guards import LIMIT_RANGE
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up

RANGE = """\
apiVersion: v1
kind: LimitRange
metadata: {name: all, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 1Gi}}]}
"""


def _range(**bounds: Any) -> dict[str, Any]:
    spec = {"limits": [{"type": "Container", **bounds}]}
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "all", "namespace": "shop"},
        "spec": spec,
    }


EXAMPLES = (
    Example("less", "pass", base=_range(max={"memory": "2Gi"}), head=_range(max={"memory": "1Gi"}, default={"cpu": 1})),
    Example("a higher minimum", "pass", base=_range(min={"memory": "1Mi"}), head=_range(min={"memory": "2Mi"})),
    Example("more", "fail", base=_range(max={"memory": "1Gi"}), head=_range(max={"memory": "2Gi"}), message="Container max of memory 1Gi → 2Gi"),
    Example("a lower minimum", "fail", base=_range(min={"memory": "2Mi"}), head=_range(min={"memory": "1Mi"})),
    Example("no default any more", "fail", base=_range(default={"memory": "1Gi"}), head=_range(), message="default of memory was removed"),
    Example("deleted", "fail", base_text=RANGE, text="kind: List\napiVersion: v1\nitems: []\n", message="LimitRange all is gone"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["core/LimitRange"],
    operations=["UPDATE", "DELETE"],
    refines=["limit-range-incomplete"],
    examples=EXAMPLES,
)
def loosened_limit_range(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, LIMIT_RANGE)
