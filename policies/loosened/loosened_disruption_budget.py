"""More pods may be evicted at once than before.

A budget keeps a drained node from taking a program down. It is lowered or deleted to get a drain through, and then
the next one takes the program with it. Numbers and shares of pods can only be compared where the number of pods is
known.

Fix:
Restore the budget.

References:
https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.guards import DISRUPTION_BUDGET
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up

BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
"""


def _budget(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": spec,
    }


EXAMPLES = (
    Example("more", "pass", base=_budget(minAvailable=1), head=_budget(minAvailable=2)),
    Example("fewer may be missing", "pass", base=_budget(maxUnavailable="50%"), head=_budget(maxUnavailable="25%")),
    Example("fewer", "fail", base=_budget(minAvailable=2), head=_budget(minAvailable=1), message="minAvailable 2 → 1", path="spec.minAvailable"),
    Example("more may be missing", "fail", base=_budget(maxUnavailable=1), head=_budget(maxUnavailable=2)),
    Example("a share for a number", "fail", base=_budget(minAvailable=2), head=_budget(minAvailable="50%"), message="depends on the number of pods"),
    Example("the other way round", "fail", base=_budget(minAvailable=2), head=_budget(maxUnavailable=1), message="counts by maxUnavailable now"),
    Example("none", "fail", base=_budget(minAvailable=2), head=_budget(), message="keeps no pods any more"),
    Example("other pods", "fail", base=_budget(selector={"matchLabels": {"a": "b"}}), head=_budget(selector={"matchLabels": {"a": "c"}}), message="is for other pods"),
    Example("another version reads it otherwise", "fail", base=_budget(selector={}), head={**_budget(selector={}), "apiVersion": "policy/v1beta1"}),
    Example("ill pods", "fail", base=_budget(), head=_budget(unhealthyPodEvictionPolicy="AlwaysAllow")),
    Example("deleted", "fail", base_text=BUDGET, text="kind: List\napiVersion: v1\nitems: []\n", message="all of the pods may be evicted at once"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["policy/PodDisruptionBudget"],
    operations=["UPDATE", "DELETE"],
    refines=["pdb-without-policy", "pdb-selects-nothing", "pdb-missing"],
    examples=EXAMPLES,
)
def loosened_disruption_budget(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, DISRUPTION_BUDGET)
