"""Probe asks at a port that the container does not name.

A probe by the name of a port that no longer exists fails for ever: the container is restarted again
and again, or never gets traffic.

A number needs no entry in the list of ports, which is for information; settings may ask for one all the same.

Fix:
Name a port of the same container, or give the number.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/

Peers:
kube-linter:liveness-port, kube-linter:readiness-port, kube-linter:startup-port
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.patches import is_patch
from policygate.kube.schema_checks import is_later
from policygate.kube.workloads import Container
from policygate.policy import Example, Pair, Problem, policy

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
ACTIONS = ("httpGet", "tcpSocket")


class Params(NamedTuple):
    """Whether numbers must be in the list of ports, too."""

    numbers: bool = False


def _container(port: int | str, name: str = "http") -> dict[str, Any]:
    ports = [{"name": name, "containerPort": 8080}]
    return {"name": "web", "ports": ports, "livenessProbe": {"httpGet": {"port": port}}}


EXAMPLES = (
    Example("by its name", "pass", _container("http"), binds="container"),
    Example("by a number, listed or not: the list is for information", "pass", _container(9090), binds="container"),
    Example("a number in quotes", "pass", _container("8080"), binds="container"),
    Example("no probe", "pass", {"name": "web"}, binds="container"),
    Example("filled in before the cluster sees it", "pass", _container("${PORT}"), binds="container"),
    Example("a patch of the probe: its ports stand elsewhere", "pass", {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": {"spec": {"containers": [
            {"name": "web", "readinessProbe": {"httpGet": {"port": "http"}}}]}}}}),
    Example("a number that is not listed, where that is wanted", "fail", _container(9090), binds="container", params={"numbers": True},
            message="the livenessProbe of container web asks at the port 9090, which is not in its list"),
    Example("a name that no port has", "fail", _container("web"), binds="container", path="livenessProbe.httpGet.port",
            message="the livenessProbe of container web asks at the port web, and the container names none of that name"),
    Example("the port was renamed", "fail", _container("http", "metrics"), base=_container("http"), binds="container"),
    Example("of a sidecar", "fail", binds="pod", head={"containers": [{"name": "web"}], "initContainers": [
        {"name": "proxy", "restartPolicy": "Always", "startupProbe": {"tcpSocket": {"port": "admin"}}}]}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def probe_port_not_exposed(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield probes at a port whose name no port of the container has."""
    found = list(_found(pair.head, params))
    # The ports of a patch may stand in what it changes.
    if (
        found
        and pair.head.pod.certainty != "partial"
        and not is_patch(pair.head.pod.resource, pair.context)
    ):
        yield from found


def _found(container: Container, params: Params) -> Iterator[Problem]:
    names = {port["name"].string() for port in container.view.ports}
    numbers = {port.containerPort.integer() for port in container.view.ports}
    for probe in PROBES:
        for action in ACTIONS:
            port = container.view[probe][action].port
            name = port.string()
            what = f"the {probe} of container {container.name} asks at the port {port.raw}"
            if name and not name.isdigit() and name not in names and not is_later(name):
                yield Problem(port, f"{what}, and the container names none of that name")
            elif params.numbers and port.integer() and port.integer() not in numbers:
                yield Problem(port, f"{what}, which is not in its list", level="warning")
