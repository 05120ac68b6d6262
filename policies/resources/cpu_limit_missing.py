"""Container has no CPU limit.

A container without a limit may take every CPU that is idle. Where teams share nodes, programs then get
used to time that they have not requested, and slow down when the node fills.

Fix:
Set `resources.limits.cpu`. Many teams leave it out on purpose: requests already share a busy node fairly, and
a limit slows a program on an idle one. Then leave this policy off.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/

Standards:
NSA

Peers:
kube-score:container-resources, polaris:cpuLimitsMissing, checkov:CKV_K8S_11, trivy:KSV-0011,
kubescape:C-0270, kubescape:C-0009, kubescape:C-0050, kyverno:require-cpu-limits, kubesec:LimitsCPU,
datree:CONTAINERS_MISSING_CPU_LIMIT_KEY, gatekeeper:K8sContainerLimits,
gatekeeper:K8sRequiredResources, kubeaudit:LimitsNotSet, kubeaudit:LimitsCPUNotSet,
terrascan:CpulimitsCheck, popeye:POP-107
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.limits import amount
from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("a limit", "pass", {"name": "web", "resources": {"limits": {"cpu": 1}}}, binds="container"),
    Example("a limit for the whole pod", "pass", binds="pod", head={
        "resources": {"limits": {"cpu": "1"}}, "containers": [{"name": "web"}]}),
    Example("a debugging container, which may have none", "pass", binds="pod", head={
        "containers": [{"name": "web", "resources": {"limits": {"cpu": 1}}}], "ephemeralContainers": [{"name": "debugger"}]}),
    Example("no limit", "fail", {"name": "web", "resources": {"requests": {"cpu": 1}}}, binds="container",
            path="resources.limits.cpu", message="container web has no CPU limit"),
    Example("zero is no limit", "fail", {"name": "web", "resources": {"limits": {"cpu": 0}}}, binds="container"),
    Example("an init container", "fail", binds="pod", path="initContainers[setup].resources.limits.cpu", head={
        "containers": [{"name": "web", "resources": {"limits": {"cpu": 1}}}], "initContainers": [{"name": "setup"}]}),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", enabled=False, examples=EXAMPLES)
def cpu_limit_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a container that neither itself, its pod nor a LimitRange limits."""
    if pair.head.role != "ephemeral" and amount(pair, "limits", "cpu") is None:
        limit = pair.head.view.resources.limits.cpu
        yield Problem(limit, f"container {pair.head.name} has no CPU limit")
