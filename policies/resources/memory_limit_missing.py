"""Container has no memory limit.

Without a limit one leak takes the memory of the whole node: the kernel then kills whatever it likes
best, often somebody else's pod.

Fix:
Set `resources.limits.memory` to a little more than the program needs at its peak.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

Standards:
NSA

Peers:
kube-linter:unset-memory-requirements, kube-score:container-resources, polaris:memoryLimitsMissing,
checkov:CKV_K8S_13, trivy:KSV-0018, kubescape:C-0271, kubescape:C-0009, kubescape:C-0004,
kyverno:require-requests-limits, kubesec:LimitsMemory, datree:CONTAINERS_MISSING_MEMORY_LIMIT_KEY,
gatekeeper:K8sContainerLimits, gatekeeper:K8sRequiredResources, kubeaudit:LimitsNotSet,
kubeaudit:LimitsMemoryNotSet, terrascan:MemorylimitsCheck, popeye:POP-106, popeye:POP-107
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.limits import amount
from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("a limit", "pass", {"name": "web", "resources": {"limits": {"memory": "256Mi"}}}, binds="container"),
    Example("a limit for the whole pod", "pass", binds="pod", head={
        "resources": {"limits": {"memory": "1Gi"}}, "containers": [{"name": "web", "image": "web:1"}]}),
    Example("a LimitRange beside it sets the default", "pass", text="""\
apiVersion: v1
kind: LimitRange
metadata: {name: defaults, namespace: shop}
spec:
  limits:
    - {type: Container, default: {memory: 512Mi}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - {name: web, image: "web:1"}
"""),
    Example("no limit", "fail", {"name": "web", "image": "web:1"}, binds="container",
            message="container web has no memory limit", path="resources.limits.memory"),
    Example("zero is no limit", "fail", {"name": "web", "resources": {"limits": {"memory": "0"}}}, binds="container"),
    Example("points at the container", "fail", text="""\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web # expect: memory-limit-missing
      image: web:1
"""),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", examples=EXAMPLES)
def memory_limit_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a container that neither itself, its pod nor a LimitRange limits."""
    if pair.head.role != "ephemeral" and amount(pair, "limits", "memory") is None:
        limit = pair.head.view.resources.limits.memory
        yield Problem(limit, f"container {pair.head.name} has no memory limit")
