"""What an Ingress serves: its hosts, its class and the Services it leads to.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/. Not for judging.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.view import View

CLASS: Final = "kubernetes.io/ingress.class"
"""The annotation that named the class before there was a field, and still wins over it."""


def backends(ingress: Resource) -> Iterator[View]:
    """The Services that an Ingress leads to, as it names them; resources of other kinds are left out."""
    spec = ingress.view.spec
    if spec.defaultBackend.service:
        yield spec.defaultBackend.service
    for rule in spec.rules:
        for path in rule.http.paths:
            if path.backend.service:
                yield path.backend.service


def class_of(ingress: Resource) -> str:
    """The class of an Ingress; empty for the default one of the cluster."""
    annotated = ingress.view.metadata.annotations[CLASS].string()
    return annotated or ingress.view.spec.ingressClassName.string()


def covers(pattern: str, host: str) -> bool:
    """Whether a host of a certificate or a rule is one that another names: `*` is exactly one label.

    Args:
        pattern: Such as `web.example`, `*.example`, or empty for every host.
        host: A host, or a wildcard itself.
    """
    pattern, host = pattern.lower(), host.lower()
    if not pattern or pattern == host:
        return True
    first, dot, rest = pattern.partition(".")
    return bool(first == "*" and dot and host.partition(".")[2] == rest)
