"""Probe asks at a port that the container does not name.

A probe by the name of a port that no longer exists fails for ever: the container is restarted again
and again, or never gets traffic.

Fix:
Name a port of the same container, or give the number.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/

Peers:
kube-linter:liveness-port, kube-linter:readiness-port, kube-linter:startup-port
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
ACTIONS = ("httpGet", "tcpSocket")


def _container(port: int | str, name: str = "http") -> dict[str, Any]:
    ports = [{"name": name, "containerPort": 8080}]
    return {"name": "web", "ports": ports, "livenessProbe": {"httpGet": {"port": port}}}


EXAMPLES = (
    Example("by its name", "pass", _container("http"), binds="container"),
    Example("by a number, listed or not: the list is for information", "pass", _container(9090), binds="container"),
    Example("a number in quotes", "pass", _container("8080"), binds="container"),
    Example("no probe", "pass", {"name": "web"}, binds="container"),
    Example("a name that no port has", "fail", _container("web"), binds="container", path="livenessProbe.httpGet.port",
            message="the livenessProbe of container web asks at the port web, and the container names none of that name"),
    Example("the port was renamed", "fail", _container("http", "metrics"), base=_container("http"), binds="container"),
    Example("of a sidecar", "fail", binds="pod", head={"containers": [{"name": "web"}], "initContainers": [
        {"name": "proxy", "restartPolicy": "Always", "startupProbe": {"tcpSocket": {"port": "admin"}}}]}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", examples=EXAMPLES)
def probe_port_not_exposed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield probes at a port whose name no port of the container has."""
    container = pair.head
    names = {port["name"].string() for port in container.view.ports}
    for probe in PROBES:
        for action in ACTIONS:
            port = container.view[probe][action].port
            name = port.string()
            if name and not name.isdigit() and name not in names:
                what = f"the {probe} of container {container.name} asks at the port {name}"
                yield Problem(port, f"{what}, and the container names none of that name")
