"""Autoscaler keeps fewer pods than before.

The minimum of an autoscaler is what runs at night, when nobody looks and a node goes. With one pod, that is an
outage.

Fix:
Keep two or more.

References:
https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.guards import AUTOSCALER
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _scaler(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("fewer, but several", "pass", base=_scaler(minReplicas=5), head=_scaler(minReplicas=2)),
    Example("one is the default", "pass", base=_scaler(), head=_scaler(minReplicas=1)),
    Example("one", "fail", base=_scaler(minReplicas=3), head=_scaler(), message="kept 3 pods at least, and keeps one pod now", path="spec.minReplicas"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"],
    operations=["UPDATE"],
    refines=["hpa-minimum-replicas"],
    examples=EXAMPLES,
)
def loosened_autoscaler(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, AUTOSCALER)
