"""Container requests no memory.

The scheduler counts requests: a container without one is placed on a node that may have no memory
left for it, and is the first to be evicted when the node runs out.

Fix:
Set `resources.requests.memory` to what the program needs in normal work, or a limit, which counts as
the request where none is set.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

Peers:
kube-score:container-resources, polaris:memoryRequestsMissing, checkov:CKV_K8S_12, trivy:KSV-0016,
kubescape:C-0269, kubescape:C-0004, kyverno:require-requests-limits, kubesec:RequestsMemory,
datree:CONTAINERS_MISSING_MEMORY_REQUEST_KEY, gatekeeper:K8sContainerRequests,
gatekeeper:K8sRequiredResources, terrascan:MemoryRequestsCheck, popeye:POP-106
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.limits import amount
from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("a request", "pass", {"name": "web", "resources": {"requests": {"memory": "64Mi"}}}, binds="container"),
    Example("a limit is copied to the request", "pass", {"name": "web", "resources": {"limits": {"memory": "64Mi"}}}, binds="container"),
    Example("a request for the whole pod", "pass", binds="pod", head={
        "resources": {"requests": {"memory": "1Gi"}}, "containers": [{"name": "web", "image": "web:1"}]}),
    Example("a debugging container, which may have no requests", "pass", binds="pod", head={
        "containers": [{"name": "web", "resources": {"requests": {"memory": "1Gi"}}}],
        "ephemeralContainers": [{"name": "debugger", "image": "busybox:1.36"}]}),
    Example("no request", "fail", {"name": "web", "image": "web:1"}, binds="container",
            message="container web requests no memory"),
    Example("only the CPU is requested", "fail", {"name": "web", "resources": {"requests": {"cpu": 1}}},
            binds="container", path="resources.requests.memory"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", examples=EXAMPLES)
def memory_request_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a container that neither itself, its pod nor a LimitRange gives a request or a limit."""
    if pair.head.role == "ephemeral":
        return
    if amount(pair, "requests", "memory") is None and amount(pair, "limits", "memory") is None:
        request = pair.head.view.resources.requests.memory
        yield Problem(request, f"container {pair.head.name} requests no memory")
