"""Service or Ingress can be reached by more people than before.

A Service got an address of its own outside of the cluster, an Ingress lost its TLS, its list of
addresses or its login. Such a line is taken out to try something, and stays out.

Fix:
Restore what limited it, or say in the pull request who is meant to reach it now.

References:
https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

TYPES = ("ExternalName", "ClusterIP", "NodePort", "LoadBalancer")
INTERNAL = {
    "service.beta.kubernetes.io/aws-load-balancer-internal", "service.beta.kubernetes.io/aws-load-balancer-scheme",
    "service.beta.kubernetes.io/azure-load-balancer-internal", "networking.gke.io/load-balancer-type",
    "cloud.google.com/load-balancer-type", "service.beta.kubernetes.io/openstack-internal-load-balancer",
    "alb.ingress.kubernetes.io/scheme",
}  # fmt: skip
LOGINS = {
    "nginx.ingress.kubernetes.io/auth-url", "nginx.ingress.kubernetes.io/auth-type", "nginx.ingress.kubernetes.io/auth-tls-secret",
    "alb.ingress.kubernetes.io/auth-type", "traefik.ingress.kubernetes.io/router.middlewares",
}  # fmt: skip
ADDRESSES = {"nginx.ingress.kubernetes.io/whitelist-source-range", "nginx.ingress.kubernetes.io/allowlist-source-range",
             "alb.ingress.kubernetes.io/inbound-cidrs"}  # fmt: skip


def _service(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "annotations": annotations or {}}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"ports": [{"port": 80}], **spec},
    }


def _ingress(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "annotations": annotations or {}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata,
        "spec": {"rules": [], **spec},
    }


AWS = "service.beta.kubernetes.io/aws-load-balancer-internal"
AUTH = "nginx.ingress.kubernetes.io/auth-url"
RANGE = "nginx.ingress.kubernetes.io/whitelist-source-range"
EXAMPLES = (
    Example("less", "pass", base=_service(type="LoadBalancer"), head=_service(type="ClusterIP")),
    Example("a narrower range", "pass", base=_service(loadBalancerSourceRanges=["10.0.0.0/8"]), head=_service(loadBalancerSourceRanges=["10.1.0.0/16"])),
    Example("a second range inside of the first", "pass", base=_service(loadBalancerSourceRanges=["10.0.0.0/8"]),
            head=_service(loadBalancerSourceRanges=["10.0.0.0/8", "10.1.0.0/16"])),
    Example("a range that is none", "pass", base=_service(loadBalancerSourceRanges=["10.0.0.0/8"]), head=_service(loadBalancerSourceRanges=["${RANGE}"])),
    Example("an address outside", "fail", base=_service(), head=_service(type="LoadBalancer"), path="spec.type",
            message="Service web was a ClusterIP and is a LoadBalancer now"),
    Example("no internal load balancer any more", "fail", base=_service({AWS: "true"}, type="LoadBalancer"), head=_service(type="LoadBalancer"),
            message="is not kept internal any more"),
    Example("everybody's addresses", "fail", base=_service(loadBalancerSourceRanges=["10.0.0.0/8"]), head=_service(),
            path="spec.loadBalancerSourceRanges", message="takes requests from every address now"),
    Example("a wider range", "fail", base=_service(loadBalancerSourceRanges=["10.0.0.0/8"]), head=_service(loadBalancerSourceRanges=["10.0.0.0/7"]),
            message="takes requests from 10.0.0.0/7 now"),
    Example("without TLS", "fail", base=_ingress(tls=[{"secretName": "web"}]), head=_ingress(), path="spec.tls", message="has lost its TLS"),
    Example("without a login", "fail", base=_ingress({AUTH: "https://auth"}), head=_ingress(), message="has lost its login"),
    Example("without its addresses", "fail", base=_ingress({RANGE: "10.0.0.0/8"}), head=_ingress({RANGE: "0.0.0.0/0"})),
)  # fmt: skip


@policy(
    level="error",
    kinds=["core/Service", "networking.k8s.io/Ingress"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def exposure_widened(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare types, internal load balancers, ranges of addresses, TLS and logins."""
    base, head = pair.base.view, pair.head.view
    who = f"{pair.head.id.kind} {pair.head.id.name}"
    if pair.head.id.kind == "Service":
        was, now = (view.spec["type"].string() or "ClusterIP" for view in (base, head))
        if was in TYPES and now in TYPES and TYPES.index(now) > max(1, TYPES.index(was)):
            yield Problem(head.spec["type"], f"{who} was a {was} and is a {now} now", was=was)
        yield from _ranges(
            base.spec.loadBalancerSourceRanges, head.spec.loadBalancerSourceRanges, who
        )
    elif base.spec.tls.raw and not head.spec.tls.raw:
        yield Problem(head.spec.tls, f"{who} has lost its TLS")
    old, new = base.metadata.annotations, head.metadata.annotations
    for key, value in old.items():
        if key in INTERNAL and value.raw and not new[key].raw:
            yield Problem(new[key], f"{who} is not kept internal any more: {key} was removed")
        elif key in LOGINS and value.raw and not new[key].raw:
            yield Problem(new[key], f"{who} has lost its login: {key} was removed")
        elif key in ADDRESSES:
            yield from _ranges(value, new[key], who)


def _ranges(base: View, head: View, who: str) -> Iterator[Problem]:
    before, now = _networks(base), _networks(head)
    if not before or now is None:
        return
    if not now:
        yield Problem(head, f"{who} takes requests from every address now")
    for each in now:
        if not any(each.version == old.version and each.subnet_of(old) for old in before):
            yield Problem(head, f"{who} takes requests from {each} now")


def _networks(view: View) -> list[Any] | None:
    """The networks of a list, or of a text with commas; None where one is none."""
    texts = view.string().split(",") if view.string() else [each.string() for each in view]
    try:
        return [ip_network(text.strip(), strict=False) for text in texts]
    except ValueError:
        return None
