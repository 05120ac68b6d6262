"""Container gets a dangerous capability.

Each of these capabilities is a way from the container to the node: load a kernel module, mount a file
system, trace any process, read any file, rewrite the network. `ALL` holds them all.

Fix:
Drop `ALL` and add only what the program needs; for a port below 1024 that is `NET_BIND_SERVICE`.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://man7.org/linux/man-pages/man7/capabilities.7.html

Standards:
CIS 5.2.9; NSA

Peers:
polaris:dangerousCapabilities, checkov:CKV_K8S_39, trivy:KSV-0005, trivy:KSV-0120, trivy:KSV-0119,
kubesec:CapSysAdmin, terrascan:capSysAdminUsed, kubescape:C-0046,
datree:CONTAINERS_INVALID_CAPABILITIES_VALUE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import capability
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


class Params(NamedTuple):
    """The capabilities that are refused, without `CAP_`, in capitals."""

    capabilities: tuple[str, ...] = (
        "ALL", "BPF", "DAC_READ_SEARCH", "MAC_ADMIN", "MAC_OVERRIDE", "NET_ADMIN", "PERFMON",
        "SYS_ADMIN", "SYS_BOOT", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO",
    )  # fmt: skip


EXAMPLES = (
    Example("a harmless one", "pass", binds="container",
            head={"name": "web", "securityContext": {"capabilities": {"add": ["NET_BIND_SERVICE"]}}}),
    Example("dropped, not added", "pass", binds="container",
            head={"name": "web", "securityContext": {"capabilities": {"drop": ["ALL"]}}}),
    Example("SYS_ADMIN", "fail", binds="container", path="securityContext.capabilities.add[1]",
            head={"name": "web", "securityContext": {"capabilities": {"add": ["CHOWN", "SYS_ADMIN"]}}}),
    Example("with its prefix and in small letters", "fail", binds="container", message="SYS_ADMIN",
            head={"name": "web", "securityContext": {"capabilities": {"add": ["cap_sys_admin"]}}}),
    Example("one more beside another", "fail", binds="container", path="securityContext.capabilities.add[1]",
            base={"name": "web", "securityContext": {"capabilities": {"add": ["CHOWN"]}}},
            head={"name": "web", "securityContext": {"capabilities": {"add": ["CHOWN", "NET_ADMIN"]}}}),
    Example("a list of one's own", "fail", binds="container", params={"capabilities": ["CHOWN"]},
            head={"name": "web", "securityContext": {"capabilities": {"add": ["CHOWN"]}}}),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload"],
    scope="container",
    params=Params,
    refines=["capabilities-baseline", "capabilities-drop-all"],
    examples=EXAMPLES,
)
def capability_dangerous_added(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every added capability that is on the list."""
    had_all = pair.base is not None and (
        pair.base.view.securityContext.privileged.raw is True or "ALL" in _added(pair.base.view)
    )
    for item in pair.head.view.securityContext.capabilities.add:
        name = capability(item)
        if name in params.capabilities:
            message = f"container {pair.head.name} adds the capability {name}"
            yield Problem(item, message, key=name, known=True if had_all else None)


def _added(container: View) -> set[str]:
    return {capability(item) for item in container.securityContext.capabilities.add}
