"""Container keeps capabilities it does not need.

The runtime gives every container about fourteen capabilities, among them that of forging network packets.
Most programs need none.

Fix:
Set `capabilities: {drop: [ALL]}`, in capital letters; a program that listens below port 1024 may
add NET_BIND_SERVICE.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

Standards:
PSS Restricted: Capabilities; CIS 5.2.10

Peers:
polaris:insecureCapabilities, checkov:CKV_K8S_37, trivy:KSV-0003, trivy:KSV-0004, trivy:KSV-0106,
kubescape:C-0201, kubescape:C-0220, kyverno:disallow-capabilities-strict,
kyverno:drop-all-capabilities, kubesec:CapDropAny, kubesec:CapDropAll,
kubeaudit:CapabilityShouldDropAll, kubeaudit:CapabilityOrSecurityContextMissing,
gatekeeper:K8sPSPCapabilities, psa:capabilities_restricted
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import WINDOWS_EXEMPT, called
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version

SINCE = (1, 22)


class Params(NamedTuple):
    """The version of the Pod Security Standards; empty for that of the namespace or the cluster."""

    version: str = ""


def _with(**capabilities: list[str]) -> dict[str, object]:
    return {"name": "web", "securityContext": {"capabilities": capabilities}}


EXAMPLES = (
    Example("all dropped", "pass", _with(drop=["ALL"], add=["NET_BIND_SERVICE"]), binds="container"),
    Example("on Windows, which has none", "pass", binds="pod",
            head={"os": {"name": "windows"}, "containers": [{"name": "web"}]}),
    Example("a version without the rule", "pass", {"name": "web"}, binds="container", params={"version": "v1.21"}),
    Example("unset", "fail", {"name": "web"}, binds="container", path="securityContext.capabilities.drop",
            message="container web does not drop ALL capabilities"),
    Example("in small letters, which the cluster does not take for ALL", "fail", _with(drop=["all"]), binds="container"),
    Example("another one is added", "fail", _with(drop=["ALL"], add=["CHOWN"]), binds="container",
            path="securityContext.capabilities.add[0]", message="adds the capability CHOWN"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def capabilities_drop_all(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield a container that does not drop ALL, and what it adds but NET_BIND_SERVICE."""
    version = pod_security_version(pair, params.version)
    if version < SINCE or (pair.head.pod.windows and version >= WINDOWS_EXEMPT):
        return
    capabilities = pair.head.view.securityContext.capabilities
    if not any(item.raw == "ALL" for item in capabilities.drop):
        message = f"{called(pair.head)} does not drop ALL capabilities"
        edit = Edit("set", capabilities.drop.path, ["ALL"])
        yield Problem(capabilities.drop, message, key="drop", edit=edit)
    for item in capabilities.add:
        if item.raw != "NET_BIND_SERVICE":
            name = item.string()
            yield Problem(item, f"{called(pair.head)} adds the capability {name}", key=name)
