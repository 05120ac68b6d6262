"""Probe or hook calls a host that it did not call before.

The kubelet makes the calls of probes and hooks from the node, with the node's network. A `host` of one's own lets
whoever writes the manifest reach what only the node may reach.

Fix:
Remove `host`: the call then goes to the pod itself.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

Standards:
PSS Baseline: Host Probes / Lifecycle Hooks
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.node import PROBE_HOST
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _probed(host: str) -> dict[str, Any]:
    return {"name": "web", "livenessProbe": {"httpGet": {"host": host, "port": 8080}}}


EXAMPLES = (
    Example("the pod itself", "pass", binds="container", base=_probed("10.0.0.1"), head=_probed("")),
    Example("the same one", "pass", binds="container", base=_probed("10.0.0.1"),
            head={"name": "web", "readinessProbe": {"tcpSocket": {"host": "10.0.0.1", "port": 1}}}),
    Example("another one", "fail", binds="container", base=_probed(""), head=_probed("10.0.0.1"),
            message="the node calls 10.0.0.1 for container web now", path="livenessProbe.httpGet.host"),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["host-probe-or-lifecycle-host"],
    examples=EXAMPLES,
)
def loosened_probe_host(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, PROBE_HOST)
