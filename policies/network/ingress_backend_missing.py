"""Ingress sends to a Service or a port that is not there.

The Service was renamed, or its port: users get an error page until somebody reads the controller's log.

Fix:
Name a Service of the same namespace, and one of its ports.

References:
https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource

Peers:
kube-linter:dangling-ingress, kube-score:ingress-targets-service, kubescape:C-0298,
kubescape:C-0302, popeye:POP-1401, popeye:POP-1402, popeye:POP-1403, popeye:POP-1404
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  rules:
    - host: web.example
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: %s, port: {%s}}}}]}
---
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
"""
EXAMPLES = (
    Example("by the name of the port", "pass", text=INGRESS % ("web", "name: http") + SERVICE),
    Example("by its number", "pass", text=INGRESS % ("web", "number: 80") + SERVICE),
    Example("its Service stands elsewhere", "pass", text=INGRESS % ("web", "number: 80")),
    Example("nothing like it is here", "pass", text=INGRESS % ("database", "number: 80") + SERVICE),
    Example("no Service, but a resource", "pass", text=(INGRESS % ("web", "")).replace("service: {name: web, port: {}}", "resource: {kind: Bucket, name: a}") + SERVICE),
    Example("a name of another network", "pass", text=INGRESS % ("web", "number: 80") + SERVICE.replace("spec: {", "spec: {type: ExternalName, ").replace("port: 80", "port: 1")),
    Example("a port that it has not", "fail", text=INGRESS % ("web", "number: 8080") + SERVICE,
            path="service.port", message="Ingress web sends to the port 8080 of Service web, which has none such"),
    Example("a name that it has not", "fail", text=INGRESS % ("web", "name: https") + SERVICE, message="the port https of Service web"),
    Example("misspelt", "fail", text=INGRESS % ("wbe", "number: 80") + SERVICE, message="no Service wbe here: did you mean web?"),
    Example("by default", "fail", text=SERVICE + """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: all, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 81}}}}
"""),
)  # fmt: skip


@policy(level="warning", kinds=["networking.k8s.io/Ingress"], examples=EXAMPLES)
def ingress_backend_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield backends whose Service is here without the port, or here under nearly the same name."""
    spec = pair.head.view.spec
    backends = [spec.defaultBackend.service]
    backends += [path.backend.service for rule in spec.rules for path in rule.http.paths]
    for backend in backends:
        if backend["name"].string():
            yield from _judge(pair, backend)


def _judge(pair: Pair, backend: View) -> Iterator[Problem]:
    import difflib

    ident, name = pair.head.id, backend["name"].string()
    here = pair.context.head_resources(ident.scope, "Service", namespace=ident.namespace)
    services = [each for each in here if each.id.name == name]
    who = f"Ingress {ident.name} sends to"
    if not services:
        close = difflib.get_close_matches(name, [each.id.name for each in here], n=1, cutoff=0.65)
        if close:
            yield Problem(
                backend["name"], f"{who} no Service {name} here: did you mean {close[0]}?"
            )
        return
    port = backend.port["name"].string() or backend.port.number.raw
    if port is not None and not any(_has(each.view.spec, port) for each in services):
        yield Problem(backend.port, f"{who} the port {port} of Service {name}, which has none such")


def _has(spec: View, port: Any) -> bool:
    if spec["type"].raw == "ExternalName" or not spec.ports:
        return True
    return any(port in (each["name"].raw, each.port.raw) for each in spec.ports)
