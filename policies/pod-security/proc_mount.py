"""Container unmasks /proc.

The runtime masks parts of /proc because they reach the kernel of the node. An unmasked /proc lets a
container read kernel memory layout and change kernel settings.

Fix:
Remove `procMount`, or set it to `Default`. Where it is for building images without root, a user
namespace (`hostUsers: false`) makes it harmless.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/

Standards:
PSS Baseline: /proc Mount Type; CIS 5.7.3

Peers:
kube-linter:unsafe-proc-mount, polaris:procMount, trivy:KSV-0027, kyverno:disallow-proc-mount,
gatekeeper:K8sPSPProcMount, terrascan:allowedProcMount, kubescape:C-0211, psa:procMount
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import called, in_user_namespace
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version


class Params(NamedTuple):
    """The version of the Pod Security Standards; empty for that of the namespace or the cluster."""

    version: str = ""


UNMASKED = {"name": "build", "image": "buildah:1.39", "securityContext": {"procMount": "Unmasked"}}
EXAMPLES = (
    Example("unset is Default", "pass", {"name": "build"}, binds="container"),
    Example("written Default", "pass", {"name": "build", "securityContext": {"procMount": "Default"}}, binds="container"),
    Example("in a user namespace", "pass", {"hostUsers": False, "containers": [UNMASKED]}, binds="pod"),
    Example("unmasked", "fail", UNMASKED, binds="container", path="securityContext.procMount",
            message="container build mounts /proc as Unmasked"),
    Example("a version that does not count user namespaces", "fail", {"hostUsers": False, "containers": [UNMASKED]},
            binds="pod", params={"version": "v1.34"}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def proc_mount(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield what is not Default, unless the pod is in a user namespace of its own."""
    mount = pair.head.view.securityContext.procMount
    version = pod_security_version(pair, params.version)
    if mount and mount.raw != "Default" and not in_user_namespace(pair.head.pod, version):
        message = f"{called(pair.head)} mounts /proc as {mount.string()}"
        yield Problem(mount, message, edit=Edit("set", mount.path, "Default"))
