"""PodDisruptionBudget allows no eviction.

No pod of the budget can ever be evicted, so draining a node waits for ever: upgrades of the cluster and its
autoscaler get stuck, and somebody deletes pods by force at night.

A budget that keeps the only pod of a workload is a warning: some mean it so.

Fix:
Allow one pod to be away: `maxUnavailable: 1`, and run two replicas or more.

References:
https://kubernetes.io/docs/tasks/run-application/configure-pdb/
https://kubernetes.io/docs/concepts/workloads/pods/disruptions/

Peers:
kube-linter:pdb-max-unavailable, kube-linter:pdb-min-available, polaris:pdbDisruptionsIsZero,
kyverno:pdb-maxunavailable, kyverno:pdb-maxunavailable-with-deployments, kyverno:pdb-minavailable-check,
kyverno:require-reasonable-pdbs, kyverno:deployment-replicas-higher-than-pdb,
kyverno:require-replicas-allow-disruption, gatekeeper:K8sPodDisruptionBudget, popeye:POP-901
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from policygate.kube.patches import is_patch
from policygate.kube.replicas import kept, least_replicas
from policygate.kube.selectors import matches
from policygate.kube.services import labels_of_pod, templates
from policygate.kube.workloads import pod_specs
from policygate.model import Level, Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.types import Context

BUDGET: Final = "PodDisruptionBudget"
SCALED: Final = frozenset({"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"})
NONE: Final = (0, "0", "0%")
TEXT = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {minAvailable: %s, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: %s
metadata: {name: web, namespace: shop}
spec:
  %s
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
"""
SCALER = """\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 9}
"""
BASE = TEXT % ("2", "Deployment", "replicas: 3")


def _budget(**spec: object) -> dict[str, object]:
    metadata = {"name": "web"}
    return {"apiVersion": "policy/v1", "kind": BUDGET, "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("one may be away", "pass", _budget(maxUnavailable=1)),
    Example("one must stay, of pods that stand elsewhere", "pass", _budget(minAvailable=1, selector={})),
    Example("one of three may go", "pass", text=BASE),
    Example("half of two", "pass", text=TEXT % ("50%", "Deployment", "replicas: 2")),
    Example("an autoscaler is left to another policy", "pass", text=TEXT % ("2", "Deployment", "replicas: 2") + SCALER),
    Example("a DaemonSet is not drained", "pass", text=TEXT % ("1", "DaemonSet", "minReadySeconds: 1")),
    Example("switched off", "pass", text=TEXT % ("1", "Deployment", "replicas: 0")),
    Example("none may be away", "fail", _budget(maxUnavailable=0), path="spec.maxUnavailable", message="web lets no pod go: maxUnavailable is 0"),
    Example("nor in percent", "fail", _budget(maxUnavailable="0%")),
    Example("all must stay", "fail", _budget(minAvailable="100%"), path="spec.minAvailable", message="web lets no pod go: minAvailable is 100%"),
    Example("as many as there are", "fail", text=TEXT % ("2", "Deployment", "replicas: 2"), path="spec.minAvailable",
            message="web lets no pod go: it keeps 2 of 2"),
    Example("a share is rounded up", "fail", text=TEXT % ("51%", "StatefulSet", "replicas: 2"), message="it keeps 2 of 2"),
    Example("the only one", "fail", text=TEXT % ("1", "Deployment", "minReadySeconds: 1"), message="it keeps 1 of 1"),
    Example("fewer replicas than before", "fail", base_text=BASE, text=BASE.replace("replicas: 3", "replicas: 2"),
            path="spec.replicas", message="PodDisruptionBudget web lets no pod of web go: it keeps 2 of 2"),
    Example("a patch of the selector", "pass", text=BASE.partition("---")[0] + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches: [{path: example.yaml}]
"""),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        "policy/PodDisruptionBudget",
        "apps/Deployment",
        "apps/StatefulSet",
        "apps/ReplicaSet",
        "core/ReplicationController",
    ],
    examples=EXAMPLES,
)
def pdb_blocks_eviction(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield budgets that let no pod go; at the workload where only its replicas have changed."""
    head, context, spec = pair.head, pair.context, pair.head.view.spec
    if head.id.kind != BUDGET:
        yield from _of_workload(pair)
        return
    name = head.id.name
    if spec.maxUnavailable.raw in NONE and not isinstance(spec.maxUnavailable.raw, bool):
        words = f"{name} lets no pod go: maxUnavailable is {spec.maxUnavailable.raw}"
        yield Problem(spec.maxUnavailable, words)
    if spec.minAvailable.raw == "100%":
        yield Problem(spec.minAvailable, f"{name} lets no pod go: minAvailable is 100%")
    elif spec.minAvailable and not is_patch(head, context):
        pods = _pods_of(head, context)
        stay = kept(spec.minAvailable, pods)
        if 0 < pods <= stay:
            words = f"{name} lets no pod go: it keeps {stay} of {pods}"
            yield Problem(spec.minAvailable, words, level=_level(pods))


def _of_workload(pair: Pair) -> Iterator[Problem]:
    """The budgets that have not changed themselves, and keep what is left of the pods."""
    head, context = pair.head, pair.context
    scope, namespace = head.id.scope, head.id.namespace
    budgets = context.head_resources(scope, BUDGET, namespace=namespace)
    changed = {change.id for change in context.changes_of(BUDGET) if change.action != "same"}
    for budget in budgets:
        selector = budget.view.spec.selector
        own = any(matches(selector, labels_of_pod(pod)) for pod in pod_specs(head))
        if not own or budget.id in changed or is_patch(budget, context):
            continue
        pods = _pods_of(budget, context)
        stay = kept(budget.view.spec.minAvailable, pods)
        if 0 < pods <= stay:
            words = f"{BUDGET} {budget.id.name} lets no pod of {head.id.name} go: it keeps {stay} of {pods}"
            at = head.view.spec.replicas
            yield Problem(at, words, level=_level(pods), key=budget.id.name)


def _pods_of(budget: Resource, context: Context) -> int:
    """How many pods of the folder a budget is for; 0 where that is not known, or up to an autoscaler."""
    scope, _, _, namespace, _ = budget.id
    found = 0
    for each in templates(context, scope, namespace):
        if matches(budget.view.spec.selector, each.labels) is True:
            least = least_replicas(context, each.resource)
            if each.resource.id.kind not in SCALED or least is None or least.scaler is not None:
                return 0
            found += least.number
    return found


def _level(pods: int) -> Level:
    return "error" if pods > 1 else "warning"
