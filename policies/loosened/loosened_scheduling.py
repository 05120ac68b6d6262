"""Pods are spread or kept apart less.

Pods that are spread over nodes and zones survive the loss of one. The rule is often in the way when a pod
cannot be scheduled, and is softened or taken out. A toleration lets pods onto nodes that keep others away; that is
a note.

Fix:
Restore the rule, or add a node for it.

References:
https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.running import SCHEDULING
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _pod(**spec: Any) -> dict[str, Any]:
    return {**spec, "containers": [{"name": "web", "image": "web:1"}]}


def _spread(how: str) -> dict[str, str]:
    return {"topologyKey": "zone", "whenUnsatisfiable": how}


APART = {
    "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "host"}]}
}

EXAMPLES = (
    Example("in another order", "pass", binds="pod", base=_pod(tolerations=[{"key": "a"}, {"key": "b"}]), head=_pod(tolerations=[{"key": "b"}, {"key": "a"}])),
    Example("stricter", "pass", binds="pod", base=_pod(topologySpreadConstraints=[_spread("ScheduleAnyway")]), head=_pod(topologySpreadConstraints=[_spread("DoNotSchedule")])),
    Example("softer", "fail", binds="pod", base=_pod(topologySpreadConstraints=[_spread("DoNotSchedule")]), message="spreads only if it can over zone",
            head=_pod(topologySpreadConstraints=[_spread("ScheduleAnyway")]), path="spec.topologySpreadConstraints"),
    Example("removed", "fail", binds="pod", base=_pod(topologySpreadConstraints=[_spread("ScheduleAnyway")]), head=_pod(), message="no longer spreads over zone"),
    Example("no priority", "fail", binds="pod", base=_pod(priorityClassName="high"), head=_pod(), message="had high"),
    Example("no longer apart", "fail", binds="pod", base=_pod(affinity=APART), head=_pod(), message="no longer keeps away from others"),
    Example("a taint that is tolerated", "fail", binds="pod", base=_pod(), head=_pod(tolerations=[{"operator": "Exists"}]), message="nodes with every taint"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["topology-spread-missing", "anti-affinity-missing"],
    examples=EXAMPLES,
)
def loosened_scheduling(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, SCHEDULING)
