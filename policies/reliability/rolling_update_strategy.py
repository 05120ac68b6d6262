"""Workload is not updated one pod after the other.

With `Recreate` all pods stop before the first new one starts: each update is an outage, and one with an
image that does not start is a long one. With `OnDelete` an update reaches no pod until somebody deletes it.

Fix:
Set the type to `RollingUpdate`, or leave it out.

References:
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies

Peers:
kube-linter:no-rolling-update-strategy, kube-score:deployment-strategy, kubescape:C-0305
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.services import labels_of_pod, selector_of, selects
from policygate.kube.workloads import PodSpec, containers, pod_specs
from policygate.policy import Example, Pair, Problem, policy

SHARED = {"ReadWriteMany", "ReadOnlyMany"}
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
"""
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {accessModes: [%s], resources: {requests: {storage: 1Gi}}}
---
"""
MOUNTED = "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}], "


def _web(strategy: str, pod: str = "", kind: str = "Deployment") -> str:
    return f"""\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web, namespace: shop}}
spec:
  {strategy}
  selector: {{matchLabels: {{app: web}}}}
  template: {{metadata: {{labels: {{app: web}}}}, spec: {{{pod}containers: [{{name: web, image: "web:1"}}]}}}}
"""


RECREATE, ON_DELETE = "strategy: {type: Recreate}", "updateStrategy: {type: OnDelete}"
EXAMPLES = (
    Example("rolling", "pass", text=SERVICE + _web("strategy: {type: RollingUpdate}")),
    Example("unset is rolling", "pass", text=SERVICE + _web("paused: false")),
    Example("no Service sends it traffic", "pass", text=_web(RECREATE)),
    Example("a volume that one node at a time may mount", "pass", text=SERVICE + CLAIM % "ReadWriteOnce" + _web(RECREATE, MOUNTED)),
    Example("a volume that stands elsewhere", "pass", text=SERVICE + _web(RECREATE, MOUNTED)),
    Example("a port of the node, which the old pod holds", "pass", text=SERVICE + _web(RECREATE, "hostNetwork: true, ")),
    Example("all at once", "fail", text=SERVICE + _web(RECREATE), path="spec.strategy.type",
            message="Deployment web stops all pods before the first new one starts, and Service web sends them traffic"),
    Example("a volume that all nodes may mount", "fail", text=SERVICE + CLAIM % "ReadWriteMany" + _web(RECREATE, MOUNTED)),
    Example("by hand", "fail", text=_web(ON_DELETE, kind="DaemonSet"), path="spec.updateStrategy.type",
            message="DaemonSet web updates a pod when somebody deletes it"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"],
    examples=EXAMPLES,
)
def rolling_update_strategy(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield updates by hand, and updates at once of what serves and could be updated otherwise."""
    head = pair.head
    what = f"{head.id.kind} {head.id.name}"
    by_hand = head.view.spec.updateStrategy.type
    if by_hand.raw == "OnDelete" and head.id.kind != "Deployment":
        yield Problem(by_hand, f"{what} updates a pod when somebody deletes it")
    at_once = head.view.spec.strategy.type
    if at_once.raw != "Recreate" or head.partial:
        return
    for pod in pod_specs(head):
        service = _service(pod, pair)
        if service and not _must_stop_first(pod, pair):
            words = f"{what} stops all pods before the first new one starts, and Service {service} sends them traffic"
            yield Problem(at_once, words)


def _service(pod: PodSpec, pair: Pair) -> str:
    """The name of a Service that sends traffic to a pod; empty where none here does."""
    ident, labels = pod.resource.id, labels_of_pod(pod)
    services = pair.context.head_resources(ident.scope, "Service", namespace=ident.namespace)
    return next((each.id.name for each in services if selects(selector_of(each), labels)), "")


def _must_stop_first(pod: PodSpec, pair: Pair) -> bool:
    """Whether a second pod could not start beside the first: a volume of one node, a port of the node."""
    ports = (port.hostPort for each in containers(pod) for port in each.view.ports)
    if pod.view.hostNetwork.raw is True or any(port.integer() for port in ports):
        return True
    ident = pod.resource.id
    for volume in pod.view.volumes:
        name = volume.persistentVolumeClaim.claimName.string()
        claims = pair.context.head_resources(
            ident.scope, "PersistentVolumeClaim", namespace=ident.namespace, name=name
        )
        modes = {mode.string() for claim in claims for mode in claim.view.spec.accessModes}
        if name and not modes & SHARED:
            return True
    return False
