"""Container requests no CPU.

The scheduler places a container without a request as if it used nothing, the kernel gives it the
smallest share when the node is busy, and an autoscaler on CPU utilisation cannot work at all.

Fix:
Set `resources.requests.cpu` to what the program uses on an ordinary day.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

Peers:
kube-linter:unset-cpu-requirements, kube-score:container-resources, polaris:cpuRequestsMissing,
checkov:CKV_K8S_10, trivy:KSV-0015, kubescape:C-0268, kubescape:C-0050,
kyverno:require-requests-limits, kubesec:RequestsCPU, datree:CONTAINERS_MISSING_CPU_REQUEST_KEY,
gatekeeper:K8sContainerRequests, gatekeeper:K8sRequiredResources, terrascan:CpuRequestsCheck,
popeye:POP-106
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.limits import amount
from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("a request", "pass", {"name": "web", "resources": {"requests": {"cpu": "100m"}}}, binds="container"),
    Example("a limit is copied to the request", "pass", {"name": "web", "resources": {"limits": {"cpu": 1}}}, binds="container"),
    Example("a request for the whole pod", "pass", binds="pod", head={
        "resources": {"requests": {"cpu": "1"}}, "containers": [{"name": "web", "image": "web:1"}]}),
    Example("a debugging container, which may have no requests", "pass", binds="pod", head={
        "containers": [{"name": "web", "image": "web:1", "resources": {"requests": {"cpu": "1"}}}],
        "ephemeralContainers": [{"name": "debugger", "image": "busybox:1.36"}]}),
    Example("no request", "fail", {"name": "web", "image": "web:1"}, binds="container",
            message="container web requests no CPU"),
    Example("only memory is requested", "fail", {"name": "web", "resources": {"requests": {"memory": "1Gi"}}},
            binds="container", path="resources.requests.cpu"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", examples=EXAMPLES)
def cpu_request_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a container that neither itself, its pod nor a LimitRange gives a request or a limit."""
    if pair.head.role == "ephemeral":
        return
    if amount(pair, "requests", "cpu") is None and amount(pair, "limits", "cpu") is None:
        request = pair.head.view.resources.requests.cpu
        yield Problem(request, f"container {pair.head.name} requests no CPU")
