"""Pod takes ports of its node that it did not take before.

A port of the node is open to whoever reaches the node, past Services and often past NetworkPolicies.

Fix:
Remove `hostPort`, and let a Service lead to the pod.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

Standards:
PSS Baseline: Host Ports
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.node import HOST_PORTS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _ports(**port: Any) -> dict[str, Any]:
    return {
        "containers": [{"name": "web", "image": "web:1", "ports": [{"containerPort": 80, **port}]}]
    }


EXAMPLES = (
    Example("it had the network of its node", "pass", binds="pod", base={"hostNetwork": True, **_ports()}, head=_ports(hostPort=80)),
    Example("at one address instead of all", "pass", binds="pod", base=_ports(hostPort=80), head=_ports(hostPort=80, hostIP="127.0.0.1")),
    Example("in another container", "pass", binds="pod", base=_ports(hostPort=80), head={"containers": [{**_ports(hostPort=80)["containers"][0], "name": "b"}]}),
    Example("one more", "fail", binds="pod", base=_ports(), head=_ports(hostPort=80), path="ports[80].hostPort",
            message="the pod takes TCP 80 of its node now"),
    Example("at every address", "fail", binds="pod", base=_ports(hostPort=80, hostIP="127.0.0.1"), head=_ports(hostPort=80)),
    Example("another protocol", "fail", binds="pod", base=_ports(hostPort=80), head=_ports(hostPort=80, protocol="UDP")),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["host-port"],
    examples=EXAMPLES,
)
def loosened_host_ports(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, HOST_PORTS)
