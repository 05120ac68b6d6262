"""Container unmasks /proc in a user namespace.

In a user namespace an unmasked /proc no longer reaches the node, which is why the Baseline standard
allows it there. The Restricted standard does not: a hole in the kernel is open to whoever sees more.

Fix:
Remove `procMount`, or set it to `Default`.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

Standards:
PSS Restricted

Peers:
psa:procMount_restricted
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
    Example("unset is Default", "pass", binds="pod", head={"hostUsers": False, "containers": [{"name": "build"}]}),
    Example("without a user namespace, which is `proc-mount`", "pass", UNMASKED, binds="container"),
    Example("unmasked", "fail", {"hostUsers": False, "containers": [UNMASKED]}, binds="pod",
            message="container build mounts /proc as Unmasked", path="securityContext.procMount"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def proc_mount_restricted(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield what only the Baseline standard allows."""
    mount = pair.head.view.securityContext.procMount
    version = pod_security_version(pair, params.version)
    if mount and mount.raw != "Default" and in_user_namespace(pair.head.pod, version):
        message = f"{called(pair.head)} mounts /proc as {mount.string()}"
        yield Problem(mount, message, edit=Edit("set", mount.path, "Default"))
