"""Liveness probe is the readiness probe.

A pod that is busy fails both at the same moment: instead of getting less traffic until it has caught up,
it is restarted, and its traffic goes to the others, which fail next.

Fix:
Let the liveness probe ask something cheaper, or give up later: a `failureThreshold` several times that of
the readiness probe.

References:
https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/

Peers:
kube-score:pod-probes-identical, kyverno:validate-probes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

HANDLERS = ("httpGet", "tcpSocket", "grpc", "exec")
PORTS = [{"name": "http", "containerPort": 8080}, {"name": "admin", "containerPort": 9090}]


def _probes(live: dict[str, Any], ready: dict[str, Any]) -> dict[str, Any]:
    return {"name": "web", "ports": PORTS, "livenessProbe": live, "readinessProbe": ready}


def _get(port: Any, **fields: Any) -> dict[str, Any]:
    return {"httpGet": {"path": "/health", "port": port}, **fields}


EXAMPLES = (
    Example("one of them alone", "pass", {"name": "web", "livenessProbe": _get(80)}, binds="container"),
    Example("they ask different things", "pass", _probes(_get(8080), {"tcpSocket": {"port": 8080}}), binds="container"),
    Example("two ports with names are two ports", "pass", _probes(_get("http"), _get("admin")), binds="container"),
    Example("liveness gives up later", "pass", _probes(_get(80, failureThreshold=10), _get(80)), binds="container"),
    Example("because it asks less often", "pass", _probes(_get(80, periodSeconds=60), _get(80)), binds="container"),
    Example("probes that ask nothing", "pass", _probes({}, {}), binds="container"),
    Example("the same", "fail", _probes(_get(80), _get(80)), binds="container", path="livenessProbe",
            message="the livenessProbe of container web is its readinessProbe, and gives up as soon"),
    Example("a port by its name and by its number", "fail", _probes(_get("http"), _get(8080)), binds="container"),
    Example("a scheme that is the default", "fail", binds="container", head=_probes(
        _get(80), {"httpGet": {"path": "/health", "port": 80, "scheme": "HTTP"}})),
    Example("by gRPC", "fail", _probes({"grpc": {"port": 9090}}, {"grpc": {"port": 9090}}), binds="container"),
    Example("liveness gives up sooner", "fail", _probes(_get(80), _get(80, failureThreshold=5)), binds="container"),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["workload"], scope="container", examples=EXAMPLES)
def probes_identical(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield containers whose two probes ask the same, and give up equally fast."""
    view = pair.head.view
    live, ready = view.livenessProbe, view.readinessProbe
    asks = _asks(live, view)
    if asks is None or asks != _asks(ready, view) or _patience(live) > _patience(ready):
        return
    words = (
        f"the livenessProbe of {called(pair.head)} is its readinessProbe, and gives up as soon: "
        "a busy pod is restarted"
    )
    yield Problem(live, words)


def _asks(probe: View, container: View) -> dict[str, Any] | None:
    """What a probe asks, with defaults written out and ports as numbers; None where it asks nothing."""
    for handler in HANDLERS:
        asked = probe[handler]
        if isinstance(asked.raw, dict):
            defaults = {"path": "/", "scheme": "HTTP"} if handler == "httpGet" else {}
            return {**defaults, **asked.raw, "port": _number(asked.port, container), "by": handler}
    return None


def _number(port: View, container: View) -> Any:
    for each in container.ports:
        if port.string() and each["name"].raw == port.raw:
            return each.containerPort.raw
    return port.raw


def _patience(probe: View) -> int:
    """How many seconds a probe fails before something happens."""
    return probe.failureThreshold.integer(3) * probe.periodSeconds.integer(10)
