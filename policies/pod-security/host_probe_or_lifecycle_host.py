"""Probe or hook calls another host.

The kubelet makes the calls of probes and hooks from the node, with the node's network. A `host` of
one's own lets whoever writes the manifest reach what only the node may reach.

Fix:
Remove `host`: the call then goes to the pod itself.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

Standards:
PSS Baseline: Host Probes / Lifecycle Hooks

Peers:
gatekeeper:K8sPSPHostProbesLifecycle, psa:hostProbesAndHostLifecycle
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import called, probed_hosts
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version

SINCE = (1, 34)


class Params(NamedTuple):
    """The version of the Pod Security Standards; empty for that of the namespace or the cluster."""

    version: str = ""


def _probed(host: str) -> dict[str, object]:
    return {"name": "web", "livenessProbe": {"httpGet": {"host": host, "port": 8080}}}


EXAMPLES = (
    Example("none", "pass", {"name": "web"}, binds="container"),
    Example("the pod itself", "pass", _probed(""), binds="container"),
    Example("a version without the rule", "pass", _probed("10.0.0.1"), binds="container", params={"version": "v1.33"}),
    Example("a probe", "fail", _probed("10.0.0.1"), binds="container", path="livenessProbe.httpGet.host",
            message="the livenessProbe of container web calls 10.0.0.1"),
    Example("a hook", "fail", binds="container", path="lifecycle.preStop.tcpSocket.host",
            head={"name": "web", "lifecycle": {"preStop": {"tcpSocket": {"host": "db", "port": 1}}}}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def host_probe_or_lifecycle_host(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every host that a handler names."""
    if pod_security_version(pair, params.version) < SINCE:
        return
    for host in probed_hosts(pair.head):
        if host.raw != "":
            handler = host.path[-3]
            message = f"the {handler} of {called(pair.head)} calls {host.string()}"
            yield Problem(host, message, edit=Edit("remove", host.path))
