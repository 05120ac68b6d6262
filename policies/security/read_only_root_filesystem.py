"""Container can write to its root file system.

Whoever breaks in can replace the program and leave tools behind; with a read-only root file system
both fail. Unset is writable. In the security context of the pod the field does nothing.

Fix:
Set `readOnlyRootFilesystem: true`, and mount an emptyDir where the program must write (`/tmp`, caches).

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

Standards:
NSA; CWE-732

Peers:
kube-linter:no-read-only-root-fs, kube-score:container-security-context-readonlyrootfilesystem,
polaris:notReadOnlyRootFilesystem, checkov:CKV_K8S_22, trivy:KSV-0014, kubescape:C-0017,
kyverno:require-ro-rootfs, kubesec:ReadOnlyRootFilesystem,
datree:CONTAINERS_INCORRECT_READONLYROOTFILESYSTEM_VALUE, gatekeeper:K8sPSPReadOnlyRootFilesystem,
kubeaudit:ReadOnlyRootFilesystemFalse, kubeaudit:ReadOnlyRootFilesystemNil,
semgrep:writable-filesystem-container, terrascan:readOnlyFileSystem
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("read-only", "pass", {"name": "web", "securityContext": {"readOnlyRootFilesystem": True}}, binds="container"),
    Example("Windows has no such thing", "pass", {"os": {"name": "windows"}, "containers": [{"name": "web"}]}, binds="pod"),
    Example("unset is writable", "fail", {"name": "web"}, binds="container", path="securityContext.readOnlyRootFilesystem",
            message="container web can write to its root file system"),
    Example("writable", "fail", {"name": "web", "securityContext": {"readOnlyRootFilesystem": False}}, binds="container"),
    Example("in the pod it does nothing", "fail", binds="pod",
            head={"securityContext": {"readOnlyRootFilesystem": True}, "containers": [{"name": "web"}]}),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", examples=EXAMPLES)
def read_only_root_filesystem(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield containers whose root file system is not read-only."""
    said = pair.head.view.securityContext.readOnlyRootFilesystem
    if said.raw is not True and not pair.head.pod.windows:
        yield Problem(said, f"container {pair.head.name} can write to its root file system")
