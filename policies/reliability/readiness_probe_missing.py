"""Pod that gets traffic says nowhere when it is ready.

A Service sends requests to it as soon as the process has started: every rollout answers some of them
with errors, and a pod that hangs keeps getting its share.

Fix:
Add a `readinessProbe` to the container that serves.

References:
https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/

Peers:
kube-linter:no-readiness-probe, kube-score:pod-probes, polaris:readinessProbeMissing,
checkov:CKV_K8S_9, kubescape:C-0018, kyverno:require-pod-probes,
datree:CONTAINERS_MISSING_READINESSPROBE_KEY, gatekeeper:K8sRequiredProbes,
terrascan:noReadinessProbe, popeye:POP-102, popeye:POP-104
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.services import labels_of_pod, selector_of, selects
from policygate.kube.workloads import containers
from policygate.policy import Example, Pair, Problem, policy

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {}
  template:
    metadata: {labels: {app: %s}}
    spec:
      containers:
        - {name: web, image: "web:1"%s}
        - {name: log, image: "log:1"}
"""
PROBE = ", readinessProbe: {tcpSocket: {port: 80}}"
EXAMPLES = (
    Example("one container says it for the pod", "pass", text=SERVICE + WORKLOAD % ("web", PROBE)),
    Example("no Service selects it", "pass", text=SERVICE + WORKLOAD % ("api", "")),
    Example("there is no Service", "pass", text=WORKLOAD % ("web", "")),
    Example("a native sidecar says it", "pass", text=SERVICE + WORKLOAD % ("web", "") +
            "      initContainers: [{name: proxy, image: 'proxy:1', restartPolicy: Always, readinessProbe: {tcpSocket: {port: 80}}}]\n"),
    Example("a Job is never ready", "pass", text=SERVICE + """\
apiVersion: batch/v1
kind: Job
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}}
"""),
    Example("a Service that sends traffic to pods that are not ready, too", "pass",
            text=SERVICE.replace("spec: {", "spec: {clusterIP: None, publishNotReadyAddresses: true, ") + WORKLOAD % ("web", "")),
    Example("nobody says it", "fail", text=SERVICE + WORKLOAD % ("web", ""), path="spec.template.spec.containers[web].readinessProbe",
            message="the Service web sends traffic to this pod, and no container has a readinessProbe"),
    Example("an init container is gone by then", "fail", text=SERVICE + WORKLOAD % ("web", "") +
            "      initContainers: [{name: setup, image: 'setup:1', readinessProbe: {tcpSocket: {port: 80}}}]\n"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", examples=EXAMPLES)
def readiness_probe_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield pods that a Service of the folder selects while no container has a probe."""
    pod = pair.head
    ident = pod.resource.id
    if ident.group == "batch":
        return
    running = [each for each in containers(pod) if each.role in {"app", "sidecar"}]
    if not running or any(each.view.readinessProbe for each in running):
        return
    labels = labels_of_pod(pod)
    for service in pair.context.head_resources(ident.scope, "Service", namespace=ident.namespace):
        everybody = service.view.spec.publishNotReadyAddresses.raw is True
        if not everybody and selects(selector_of(service), labels):
            words = f"the Service {service.id.name} sends traffic to this pod, and no container has a readinessProbe"
            yield Problem(running[0].view.readinessProbe, words)
            return
