"""Who can reach a Service or an Ingress: the annotations of load balancers and controllers that decide it.

What an annotation means only its controller says; those of the big clouds and controllers stand here. Not
for judging.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policygate.view import View

_BETA: Final = "service.beta.kubernetes.io"
_INTERNAL: Final[dict[str, frozenset[str]]] = {
    f"{_BETA}/aws-load-balancer-internal": frozenset({"true", "0.0.0.0/0"}),
    f"{_BETA}/aws-load-balancer-scheme": frozenset({"internal"}),
    f"{_BETA}/azure-load-balancer-internal": frozenset({"true"}),
    "networking.gke.io/load-balancer-type": frozenset({"internal"}),
    "cloud.google.com/load-balancer-type": frozenset({"internal"}),
    f"{_BETA}/openstack-internal-load-balancer": frozenset({"true"}),
    f"{_BETA}/oci-load-balancer-internal": frozenset({"true"}),
    f"{_BETA}/alibaba-cloud-loadbalancer-address-type": frozenset({"intranet"}),
    f"{_BETA}/do-loadbalancer-network": frozenset({"internal"}),
    "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": frozenset({"private"}),
    "load-balancer.hetzner.cloud/disable-public-network": frozenset({"true"}),
    "alb.ingress.kubernetes.io/scheme": frozenset({"internal"}),
}
"""Annotation: the values, in small letters, that keep a load balancer inside of a private network."""

LOGINS: Final = frozenset(
    {
        "alb.ingress.kubernetes.io/auth-type",
        "haproxy-ingress.github.io/auth-url",
        "haproxy.org/auth-type",
        "nginx.ingress.kubernetes.io/auth-signin",
        "nginx.ingress.kubernetes.io/auth-tls-secret",
        "nginx.ingress.kubernetes.io/auth-type",
        "nginx.ingress.kubernetes.io/auth-url",
        "traefik.ingress.kubernetes.io/router.middlewares",
    }
)
"""Annotations of an Ingress that ask whoever comes for a login; a middleware of Traefik may do so."""

Network = IPv4Network | IPv6Network


def is_internal(annotations: View) -> bool:
    """Whether annotations keep a load balancer inside of a private network.

    What a typo or a value of another cloud makes of it is not known, and counts as public.
    """
    return any(
        str(value.raw).lower() in _INTERNAL.get(key, ()) for key, value in annotations.items()
    )


def asks_for_login(annotations: View) -> bool:
    """Whether annotations of an Ingress ask whoever comes for a login."""
    return any(key in LOGINS and value.string() != "" for key, value in annotations.items())


def networks(texts: Iterable[str]) -> list[Network] | None:
    """The networks that texts name; None where one is none, such as `${RANGE}`."""
    try:
        return [ip_network(text.strip(), strict=False) for text in texts]
    except ValueError:
        return None


def ranges_of(service: View) -> list[Network] | None:
    """The addresses that a load balancer takes requests from; empty for all, None where it is not known."""
    texts = [each.string() for each in service.spec.loadBalancerSourceRanges]
    if not texts:
        text = service.metadata.annotations[f"{_BETA}/load-balancer-source-ranges"].string()
        texts = text.split(",") if text.strip() else []
    return networks(texts)


def is_everybody(ranges: Iterable[Network]) -> bool:
    """Whether networks hold every address of one family."""
    return any(each.prefixlen == 0 for each in ranges)
