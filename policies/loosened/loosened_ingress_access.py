"""Ingress lost what guarded it.

TLS, a login or a list of addresses was taken away. It is done to find out why something does not work, and what
was behind it is open from then on.

Fix:
Restore what guarded it, or say in the pull request who is meant to reach it now.

References:
https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.exposure import INGRESS_ACCESS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened

AUTH = "nginx.ingress.kubernetes.io/auth-url"
RANGE = "nginx.ingress.kubernetes.io/whitelist-source-range"
NEW_RANGE = "nginx.ingress.kubernetes.io/allowlist-source-range"
REDIRECT = "nginx.ingress.kubernetes.io/ssl-redirect"
SCHEME = "alb.ingress.kubernetes.io/scheme"


def _ingress(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    rules = [{"host": "web.example", "http": {"paths": [{"path": "/"}]}}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "annotations": annotations or {}},
        "spec": {"rules": rules, **spec},
    }


EXAMPLES = (
    Example("by a wildcard", "pass", base=_ingress(tls=[{"hosts": ["web.example"]}]), head=_ingress(tls=[{"hosts": ["*.example"]}])),
    Example("another login", "pass", base=_ingress({AUTH: "https://a"}), head=_ingress({"nginx.ingress.kubernetes.io/auth-type": "basic"})),
    Example("fewer addresses, by the new name", "pass", base=_ingress({RANGE: "10.0.0.0/8"}), head=_ingress({NEW_RANGE: "10.1.0.0/16"})),
    Example("a host goes, and its TLS", "pass", base=_ingress(tls=[{"hosts": ["web.example"]}]),
            head={**_ingress(), "spec": {"rules": [{"host": "other.example", "http": {"paths": [{"path": "/"}]}}], "tls": [{"hosts": ["other.example"]}]}}),
    Example("without TLS", "fail", base=_ingress(tls=[{"secretName": "web"}]), head=_ingress(), path="spec.tls", message="Ingress web has lost its TLS"),
    Example("for one host", "fail", base=_ingress(tls=[{"hosts": ["web.example"]}]), head=_ingress(tls=[{"hosts": ["a.example"]}]), message="for web.example"),
    Example("without a login", "fail", base=_ingress({AUTH: "https://auth"}), head=_ingress(), message="asks nobody for a login any more"),
    Example("without its addresses", "fail", base=_ingress({RANGE: "10.0.0.0/8"}), head=_ingress(), message="takes requests from 0.0.0.0-9.255.255.255 now"),
    Example("public", "fail", base=_ingress({SCHEME: "internal"}), head=_ingress({SCHEME: "internet-facing"}), message="is not kept internal any more"),
    Example("another class", "fail", base=_ingress(ingressClassName="internal"), head=_ingress(ingressClassName="public"), message="is served by the class public now"),
    Example("also without TLS", "fail", base=_ingress(), head=_ingress({REDIRECT: "false"}), message="answers without TLS as well"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["networking.k8s.io/Ingress"],
    operations=["UPDATE"],
    refines=["ingress-no-tls", "ingress-tls-host-mismatch"],
    examples=EXAMPLES,
)
def loosened_ingress_access(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, INGRESS_ACCESS)
