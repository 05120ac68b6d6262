"""Container adds a capability beyond the usual ones.

A capability is a piece of root's power. The runtime gives a container the few that ordinary programs
need; every other one reaches into the network, the kernel or other processes of the node.

Fix:
Remove the capability. If the program needs it, record that in a waiver with its reason.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://man7.org/linux/man-pages/man7/capabilities.7.html

Standards:
PSS Baseline: Capabilities; CIS 5.2.8; CIS 5.2.9; NSA

Peers:
kube-linter:drop-net-raw-capability, polaris:dangerousCapabilities, checkov:CKV_K8S_25,
checkov:CKV_K8S_39, trivy:KSV-0022, trivy:KSV-0005, trivy:KSV-0119, trivy:KSV-0120,
kubescape:C-0046, kubescape:C-0199, kubescape:C-0200, kubescape:C-0219,
kyverno:disallow-capabilities, kyverno:psp-migration/psp-restrict-adding-capabilities,
kyverno:istio/service-mesh-disallow-capabilities, kubesec:CapSysAdmin,
datree:CONTAINERS_INVALID_CAPABILITIES_VALUE, datree:EKS_INVALID_CAPABILITIES_EKS,
gatekeeper:K8sPSPCapabilities, kubeaudit:CapabilityAdded, terrascan:capSysAdminUsed,
psa:capabilities_baseline
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.pod_security import BASELINE_CAPABILITIES, called
from policygate.policy import Example, Pair, Problem, policy


def _adding(*names: str) -> dict[str, object]:
    return {"name": "web", "securityContext": {"capabilities": {"add": list(names)}}}


EXAMPLES = (
    Example("none", "pass", {"name": "web"}, binds="container"),
    Example("a usual one", "pass", _adding("NET_BIND_SERVICE"), binds="container"),
    Example("one beyond", "fail", _adding("CHOWN", "NET_RAW"), binds="container",
            message="container web adds the capability NET_RAW", path="securityContext.capabilities.add[1]"),
    Example("everything", "fail", _adding("ALL"), binds="container"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload"],
    scope="container",
    refines=["capabilities-drop-all"],
    examples=EXAMPLES,
)
def capabilities_baseline(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every added capability that the Baseline standard does not allow."""
    for item in pair.head.view.securityContext.capabilities.add:
        name = item.string()
        if item and name not in BASELINE_CAPABILITIES:
            yield Problem(item, f"{called(pair.head)} adds the capability {name}", key=name)
