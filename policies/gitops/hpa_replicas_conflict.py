"""Workload sets replicas that an autoscaler sets, too.

An autoscaler writes the number of replicas into the cluster. With every sync, Argo CD or Flux writes the
number from git over it: under load the pods that the autoscaler added are killed, and it begins anew.

Fix:
Remove `replicas` from the manifest and let the autoscaler decide. When it goes from an object that
exists, the number drops to 1 once, until the autoscaler has counted again: do it at a quiet hour, or
first hand the field over with `kubectl apply edit-last-applied`, or let Argo CD ignore `/spec/replicas`.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/best_practices/#leaving-room-for-imperativeness
https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling

Peers:
kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.model import Resource
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.view import View

SCALED = {("apps", "Deployment"), ("apps", "StatefulSet"), ("argoproj.io", "Rollout")}
SCALERS = {
    "HorizontalPodAutoscaler": ("minReplicas", "maxReplicas"),
    "ScaledObject": ("minReplicaCount", "maxReplicaCount"),
}
"""Kinds that set replicas, and their bounds."""

HPA = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
"""
SCALED_OBJECT = """\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web}
spec: {scaleTargetRef: {name: web}}
"""


def _web(replicas: str) -> str:
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "web:1"}}]}}
---
"""


EXAMPLES = (
    Example("the autoscaler alone decides", "pass", text=_web("paused: false") + HPA),
    Example("no autoscaler", "pass", text=_web("replicas: 3")),
    Example("an autoscaler of something else", "pass", text=_web("replicas: 3") + HPA.replace("name: web}}", "name: api}}")),
    Example("an autoscaler of another namespace", "pass", text=_web("replicas: 3").replace("name: web}", "name: web, namespace: a}", 1)
            + HPA.replace("name: web}", "name: web, namespace: b}", 1)),
    Example("with 0 the autoscaler is switched off", "pass", text=_web("replicas: 0") + HPA),
    Example("both want the same", "pass", text=_web("replicas: 9") + HPA.replace("maxReplicas", "minReplicas: 9, maxReplicas")),
    Example("the number is pinned", "fail", text=_web("replicas: 3 # expect: hpa-replicas-conflict") + HPA,
            message="removing the field drops the live object once to 1", path="spec.replicas"),
    Example("KEDA is an autoscaler, too", "fail", text=_web("replicas: 3") + SCALED_OBJECT, path="spec.replicas"),
    Example("the autoscaler is new", "fail", base_text=_web("replicas: 3"), text=_web("replicas: 3") + HPA,
            message="Deployment web still sets replicas: 3", path="spec.scaleTargetRef.name"),
    Example("a patch beside the autoscaler", "fail", path="spec.replicas", text="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3}
---
""" + HPA),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        "apps/Deployment",
        "apps/StatefulSet",
        "argoproj.io/Rollout",
        "autoscaling/HorizontalPodAutoscaler",
        "keda.sh/ScaledObject",
    ],
    examples=EXAMPLES,
)
def hpa_replicas_conflict(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield replicas of a workload that is scaled; at the autoscaler where the workload is unchanged."""
    if pair.head.id.kind in SCALERS:
        yield from _of_scaler(pair)
        return
    for kind in SCALERS:
        for scaler in pair.context.head_resources(pair.head.id.scope, kind):
            if _is_target(scaler, pair.head) and _fights(scaler, pair.head):
                yield Problem(
                    pair.head.view.spec.replicas,
                    f"{pair.head.id.kind} {pair.head.id.name} sets replicas, and so does {kind} {scaler.id.name}: "
                    "every sync undoes the scaling (removing the field drops the live object once to 1)",
                    edit=Edit("remove", ("spec", "replicas")),
                )
                return


def _of_scaler(pair: Pair) -> Iterator[Problem]:
    scaler, target = pair.head, _target(pair.head)
    changed = {
        change.id for change in pair.context.changes_of(target.kind) if change.action != "same"
    }
    for workload in pair.context.head_resources(scaler.id.scope, target.kind, name=target.name):
        if (
            workload.id not in changed
            and _is_target(scaler, workload)
            and _fights(scaler, workload)
        ):
            replicas = workload.view.spec.replicas.raw
            yield Problem(
                scaler.view.spec.scaleTargetRef["name"],
                f"{workload.id.kind} {workload.id.name} still sets replicas: {replicas}: every sync undoes the "
                "scaling (removing the field there drops the live object once to 1)",
            )
            return


class Target(NamedTuple):
    """What an autoscaler scales."""

    kind: str
    name: str


def _target(scaler: Resource) -> Target:
    ref = scaler.view.spec.scaleTargetRef
    return Target(ref.kind.string("Deployment"), ref["name"].string())


def _is_target(scaler: Resource, workload: Resource) -> bool:
    spaces = {scaler.id.namespace, workload.id.namespace} - {""}
    same = _target(scaler) == (workload.id.kind, workload.id.name)
    return same and len(spaces) < 2 and (workload.id.group, workload.id.kind) in SCALED


def _fights(scaler: Resource, workload: Resource) -> bool:
    """Whether the workload pins a number that the autoscaler may want to be another one."""
    replicas: View = workload.view.spec.replicas
    if scaler.delete_patch or workload.delete_patch or replicas.integer() < 1:
        return False
    bounds = [scaler.view.spec[bound].raw for bound in SCALERS[scaler.id.kind]]
    return bounds != [replicas.raw, replicas.raw]
