"""Windows container runs as a process of the node.

A HostProcess container is no container: it runs with the node's files, network and users.

Fix:
Remove `windowsOptions.hostProcess`. A node agent that needs it belongs in a waiver.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/

Standards:
PSS Baseline: HostProcess; CIS 5.2.11

Peers:
polaris:hostProcess, trivy:KSV-0103, kubescape:C-0202, kyverno:disallow-host-process,
datree:EKS_INVALID_HOSTPROCESS_VALUE, gatekeeper:K8sPSPHostProcess, psa:windowsHostProcess
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.pod_security import setters
from policygate.policy import Example, Pair, Problem, policy

HOST = {"windowsOptions": {"hostProcess": True}}
EXAMPLES = (
    Example("an ordinary one", "pass", binds="pod", head={
        "os": {"name": "windows"}, "containers": [{"name": "web", "image": "web:1"}]}),
    Example("switched off", "pass", binds="container",
            head={"name": "web", "securityContext": {"windowsOptions": {"hostProcess": False}}}),
    Example("the container", "fail", {"name": "web", "securityContext": HOST}, binds="container",
            message="container web runs as a process of the node", path="windowsOptions.hostProcess"),
    Example("the pod", "fail", {"securityContext": HOST, "containers": [{"name": "web"}]}, binds="pod"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="pod", examples=EXAMPLES)
def host_process_windows(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield everybody who asks for it."""
    for who, options in setters(pair.head, "windowsOptions"):
        if options.hostProcess.boolean():
            yield Problem(options.hostProcess, f"{who} runs as a process of the node")
