"""Service sends to a port that its pods do not name.

The port is given by a name that no container of the selected pods has: the Service has no endpoint for
it, and connections are refused.

Fix:
Use the name of a container's port, or its number.

References:
https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports

Standards:
API validation

Peers:
kube-linter:invalid-target-ports, popeye:POP-1101, popeye:POP-1102, popeye:POP-1106
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.kube.services import selector_of, selects, templates
from policygate.kube.workloads import containers
from policygate.policy import Example, Pair, Problem, policy

NAME = re.compile(r"(?=[a-z0-9-]*[a-z])[a-z0-9](?:-?[a-z0-9])*")
LONGEST = 15
HIGHEST = 65535
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: %s}]}
---
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1", ports: [{name: http, containerPort: 8080}]}]}
"""
EXAMPLES = (
    Example("by its name", "pass", text=SERVICE % "http" + WORKLOAD),
    Example("by a number, listed or not", "pass", text=SERVICE % "9090" + WORKLOAD),
    Example("its pods stand elsewhere", "pass", text=SERVICE % "metrics"),
    Example("unset is the port itself", "pass", text=SERVICE % "null" + WORKLOAD),
    Example("a name that no port has", "fail", text=SERVICE % "web" + WORKLOAD, path="spec.ports[80].targetPort",
            message="Service web sends to the port web, and no container of its pods names one so"),
    Example("no name of a port", "fail", text=SERVICE % "HTTP_PORT", message="is no name of a port"),
    Example("no number of a port", "fail", text=SERVICE % "70000", message="70000 is no port"),
)  # fmt: skip


@policy(level="error", kinds=["core/Service"], examples=EXAMPLES)
def service_port_target_invalid(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield target ports that the API refuses, and names that the selected pods of the folder lack."""
    service = pair.head
    selector, names = selector_of(service), None
    for port in service.view.spec.ports:
        target = port.targetPort
        who = f"Service {service.id.name} sends to"
        if isinstance(target.raw, int) and not isinstance(target.raw, bool):
            if not 1 <= target.raw <= HIGHEST:
                yield Problem(target, f"{who} {target.raw}, and {target.raw} is no port")
            continue
        name = target.string()
        if not name or "$" in name or "{{" in name:
            continue
        if len(name) > LONGEST or not NAME.fullmatch(name):
            yield Problem(target, f"{who} {name}, which is no name of a port")
            continue
        names = _names(pair, selector) if names is None else names
        if names and name not in names:
            yield Problem(
                target, f"{who} the port {name}, and no container of its pods names one so"
            )


def _names(pair: Pair, selector: Any) -> set[str]:
    """The names of all ports of the pods that are selected in the folder; empty for no pods."""
    ident = pair.head.id
    found: set[str] = set()
    for each in templates(pair.context, ident.scope, ident.namespace):
        if selects(selector, each.labels):
            found.add("")
            found |= {p["name"].string() for c in containers(each.pod) for p in c.view.ports}
    return found
