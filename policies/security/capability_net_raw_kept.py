"""Container may forge network packets.

The runtime gives every container NET_RAW unless it is dropped. With it a program can send packets in the
name of another pod, and so answer for the DNS server or the gateway of its node.

Fix:
Drop it: `capabilities: {drop: [ALL]}`, or `[NET_RAW]` alone. Programs that need it are few: `ping` of
old, and tools that look at the network.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container
https://man7.org/linux/man-pages/man7/capabilities.7.html

Standards:
CIS 5.2.8

Peers:
kube-linter:drop-net-raw-capability, checkov:CKV_K8S_28, kubescape:C-0199, kubescape:C-0211,
kyverno:drop-cap-net-raw, datree:CIS_MISSING_VALUE_DROP_NET_RAW, terrascan:netRawCapabilityUsed
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.pod_security import called, capability
from policygate.policy import Edit, Example, Pair, Problem, policy

NET_RAW = frozenset({"NET_RAW", "ALL"})


def _with(**capabilities: list[str]) -> dict[str, object]:
    return {"name": "web", "securityContext": {"capabilities": capabilities}}


EXAMPLES = (
    Example("dropped", "pass", _with(drop=["NET_RAW"]), binds="container"),
    Example("with everything, in small letters", "pass", _with(drop=["all"]), binds="container"),
    Example("on Windows", "pass", {"os": {"name": "windows"}, "containers": [{"name": "web"}]}, binds="pod"),
    Example("unset", "fail", {"name": "web"}, binds="container", path="securityContext.capabilities.drop",
            message="container web keeps the capability NET_RAW"),
    Example("a name that only begins like it", "fail", _with(drop=["NET_RAW_X"]), binds="container"),
    Example("nothing is dropped", "fail", _with(add=["CHOWN"]), binds="container"),
    Example("added again", "fail", _with(drop=["ALL"], add=["NET_RAW"]), binds="container",
            path="securityContext.capabilities.add[0]", message="adds the capability NET_RAW"),
    Example("an init container", "fail", binds="pod", path="initContainers[setup].securityContext.capabilities.drop",
            head={"containers": [_with(drop=["ALL"])], "initContainers": [{"name": "setup"}]}),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="container",
    enabled=False,
    refines=["capabilities-drop-all"],
    examples=EXAMPLES,
)
def capability_net_raw_kept(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a container that does not drop NET_RAW, or that adds it again."""
    if pair.head.pod.windows:
        return
    capabilities = pair.head.view.securityContext.capabilities
    dropped = [item.string() for item in capabilities.drop]
    if NET_RAW.isdisjoint(map(str.upper, dropped)):
        edit = Edit("set", capabilities.drop.path, [*dropped, "NET_RAW"])
        message = f"{called(pair.head)} keeps the capability NET_RAW"
        yield Problem(capabilities.drop, message, key="drop", edit=edit)
        return
    for item in capabilities.add:
        if capability(item) in NET_RAW:
            name = item.string()
            yield Problem(item, f"{called(pair.head)} adds the capability {name}", key=name)
