"""Container names a port that cannot be.

The API server refuses a port outside of 1 to 65535, a name that is longer than 15 characters or not made
of small letters, digits and hyphens, and a name that is used twice: then the whole sync fails.

Fix:
Write a number from 1 to 65535, and a short name with a letter in it, such as `http-metrics`.

References:
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports

Standards:
API validation

Peers:
kube-score:container-ports-check, kyverno:require-container-port-names, popeye:POP-105,
popeye:POP-108
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.pod_security import called
from policygate.kube.schema_checks import is_later
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


class Params(NamedTuple):
    """Whether every port must have a name: some service meshes tell the protocol by it."""

    names_required: bool = False


NAME = re.compile(r"(?=.{1,15}\Z)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def _ports(*ports: dict[str, Any]) -> dict[str, Any]:
    return {"name": "web", "ports": [*ports]}


PORT = {"name": "http", "containerPort": 8080}
EXAMPLES = (
    Example("a port", "pass", _ports(PORT), binds="container"),
    Example("ports without names", "pass", _ports({"containerPort": 80}, {"containerPort": 81}), binds="container"),
    Example("filled in before the cluster sees it", "pass", _ports({"name": "${NAME}", "containerPort": "${PORT}"}), binds="container"),
    Example("a number that is none is another policy's", "pass", _ports({"containerPort": "http"}), binds="container"),
    Example("no port", "fail", _ports({"containerPort": 70000}), binds="container", path="ports[70000].containerPort",
            message="container web names the port 70000, which is not between 1 and 65535"),
    Example("nor is 0", "fail", _ports({"containerPort": 0}), binds="container"),
    Example("too long", "fail", _ports({"name": "http-prometheus-metrics", "containerPort": 80}), binds="container",
            message="is no name for a port"),
    Example("capitals", "fail", _ports({"name": "HTTP", "containerPort": 80}), binds="container"),
    Example("no letter", "fail", _ports({"name": "8080", "containerPort": 8080}), binds="container"),
    Example("two hyphens", "fail", _ports({"name": "http--web", "containerPort": 80}), binds="container"),
    Example("two ports with one name", "fail", _ports(PORT, {**PORT, "containerPort": 8081}), binds="container",
            message="container web has two ports of the name http"),
    Example("a name is wanted", "fail", _ports({"containerPort": 80}), binds="container", params={"names_required": True},
            message="gives the port 80 no name"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def container_port_valid(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield numbers and names of ports that the API server refuses."""
    who, seen = called(pair.head), set()
    for port in pair.head.view.ports:
        yield from _number(port.containerPort, who)
        name = port["name"].string()
        if not name:
            if params.names_required and port.containerPort:
                words = f"{who} gives the port {port.containerPort.raw} no name"
                yield Problem(port["name"], words, level="warning")
            continue
        if is_later(name):
            continue
        if not NAME.match(name):
            yield Problem(
                port["name"], f"{who} calls a port {name[:40]}, which is no name for a port"
            )
        elif name in seen:
            words = f"{who} has two ports of the name {name}"
            yield Problem(port["name"], words, key=f"twice {name}")
        seen.add(name)


def _number(view: View, who: str) -> Iterator[Problem]:
    number = view.integer(-1)
    if isinstance(view.raw, int) and number == view.raw and not 1 <= number <= 65535:
        words = f"{who} names the port {number}, which is not between 1 and 65535"
        yield Problem(view, words)
