"""Two autoscalers scale one workload.

They undo each other's decisions: the number of replicas jumps up and down.

Fix:
Keep one; KEDA's ScaledObject makes a HorizontalPodAutoscaler itself.

References:
https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
https://keda.sh/docs/latest/concepts/scaling-deployments/
https://keda.sh/docs/latest/reference/scaledobject-spec/#transfer-ownership-of-an-existing-hpa

Peers:
kyverno:prevent-duplicate-hpa
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import built_together
from policygate.kube.targets import scalers, target_of
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

TAKES_OVER = "scaledobject.keda.sh/transfer-hpa-ownership"
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: %s, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}, maxReplicas: 3}
"""
OBJECT = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web-keda, namespace: shop}
spec: {scaleTargetRef: {name: web}, triggers: []}
"""
TRANSFERRED = OBJECT.replace(
    "namespace: shop",
    'namespace: shop, annotations: {scaledobject.keda.sh/transfer-hpa-ownership: "true"}',
)
EXAMPLES = (
    Example("one each", "pass", text=SCALER % ("web", "web") + "---\n" + SCALER % ("api", "api")),
    Example("in another namespace", "pass", text=SCALER % ("web", "web") + "---\n" + (SCALER % ("web", "web")).replace("shop", "test")),
    Example("it targets nothing", "pass", text=SCALER % ("web", "web") + "---\n" + SCALER % ("api", "''")),
    Example("KEDA takes the other one over", "pass", text=SCALER % ("web", "web") + "---\n" + TRANSFERRED),
    Example("two of one", "fail", text=SCALER % ("web", "web") + "---\n" + SCALER % ("web-2", "web"),
            message="HorizontalPodAutoscaler web-2 scales Deployment web, too", path="spec.scaleTargetRef"),
    Example("one of KEDA's beside it", "fail", text=SCALER % ("web", "web") + "---\n" + OBJECT, message="ScaledObject web-keda"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"],
    examples=EXAMPLES,
)
def hpa_duplicate(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield an autoscaler beside another one of the same workload."""
    ident, found = pair.head.id, target_of(pair.head)
    if found is None:
        return
    reference, target = found
    for other in scalers(pair.context, ident.scope, ident.namespace):
        theirs = target_of(other)
        same = other.id != ident and theirs is not None and theirs[1] == target
        if (
            same
            and built_together(pair.head, other, pair.context)
            and not _taken_over(pair.head, other)
        ):
            words = f"{other.id.kind} {other.id.name} scales {target.kind} {target.name}, too"
            yield Problem(reference, words, key=f"{other.id.kind}/{other.id.name}")


def _taken_over(one: Resource, other: Resource) -> bool:
    """Whether one of two autoscalers makes the other its own."""
    return any(each.view.metadata.annotations[TAKES_OVER].raw == "true" for each in (one, other))
