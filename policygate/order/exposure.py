"""Who can reach a Service, an Ingress or a Gateway, in orders.

| what | strictest … loosest |
|---|---|
| type of a Service | ClusterIP, unset < NodePort < LoadBalancer; ExternalName is something else |
| a load balancer | internal < public; its ranges as sets of addresses, none is every address; no node ports < node ports |
| external addresses, ports of what is exposed | by inclusion |
| endpoints | publishNotReadyAddresses false < true; another selector is no order |
| Ingress, hosts and paths | a host < `*.` of its domain < every host; Exact < Prefix; `/a` < `/` |
| Ingress, a host | with TLS < without; a login, a list of addresses, a redirect < none |
| ReferenceGrant | from whom, and to what, by inclusion |
| Gateway, listeners | routes from Same < Selector < All; a host name < its wildcard < none |

What only a controller knows (snippets, classes) is no order.
https://kubernetes.io/docs/concepts/services-networking/, https://gateway-api.sigs.k8s.io/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.exposure import asks_for_login, is_internal, networks, ranges_of
from policygate.kube.ingresses import class_of, covers
from policygate.order.network import ADDRESSES, addresses, range_in_words
from policygate.order.verdict import Dimension, Gain, is_later, named
from policygate.place import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from ipaddress import IPv4Network, IPv6Network

    from policygate.model import Resource
    from policygate.view import View

_TYPES: Final = ("ClusterIP", "NodePort", "LoadBalancer")
_RANGES: Final = "loadBalancerSourceRanges"
ALLOWED: Final = (
    "nginx.ingress.kubernetes.io/whitelist-source-range",
    "nginx.ingress.kubernetes.io/allowlist-source-range",
    "alb.ingress.kubernetes.io/inbound-cidrs",
    "haproxy.org/allow-list",
    "haproxy-ingress.github.io/allowlist-source-range",
)
"""Annotations of an Ingress that list the addresses from which requests may come."""
_REDIRECTS: Final = (
    "nginx.ingress.kubernetes.io/ssl-redirect",
    "nginx.ingress.kubernetes.io/force-ssl-redirect",
    "haproxy.org/ssl-redirect",
)


# Services


def _type(service: Resource) -> str:
    return service.view.spec["type"].string() or "ClusterIP"


def _service(base: Resource, head: Resource) -> Iterator[Gain]:
    was, now, who = _type(base), _type(head), named(head)
    at = head.view.spec["type"]
    if was not in _TYPES or now not in _TYPES:
        if was != now and not is_later(was) and not is_later(now):
            text = f"{who} was of the type {was} and is of the type {now} now"
            yield Gain(at, text, was, now, level="warning", unordered=True)
        return
    if _TYPES.index(now) > _TYPES.index(was):
        yield Gain(at, f"{who} was a {was} and is a {now} now", was, now)
    yield from _addresses(base, head)
    if now == "LoadBalancer" == was:
        yield from _balancer(base, head)
    if now != "ClusterIP" and was != "ClusterIP":
        yield from _ports(base, head)


def _addresses(base: Resource, head: Resource) -> Iterator[Gain]:
    before = {each.raw for each in base.view.spec.externalIPs if isinstance(each.raw, str)}
    for each in head.view.spec.externalIPs:
        if each.string() and each.string() not in before:
            text = f"{named(head)} takes what is sent to {each.string()} now"
            yield Gain(each, text, None, each.raw)


def _balancer(base: Resource, head: Resource) -> Iterator[Gain]:
    who, spec = named(head), head.view.spec
    old, new = base.view.metadata.annotations, head.view.metadata.annotations
    yield from _public(old, new, who)
    before, after = ranges_of(base.view), ranges_of(head.view)
    if before is not None and after is not None:
        yield from _widened(before, after, spec[_RANGES], who)
    nodes = "allocateLoadBalancerNodePorts"
    if base.view.spec[nodes].raw is False and spec[nodes].raw is not False:
        text = f"{who} can be reached at a port of every node now"
        yield Gain(spec[nodes], text, was=False, now=spec[nodes].raw)


def _public(old: View, new: View, who: str) -> Iterator[Gain]:
    """A load balancer that its annotations no longer keep inside of a private network."""
    if is_internal(old) and not is_internal(new):
        text = f"the load balancer of {who} is not kept internal any more"
        yield Gain(new, text, "internal", "public")


def _widened(
    before: Iterable[IPv4Network | IPv6Network],
    after: Iterable[IPv4Network | IPv6Network],
    at: View,
    who: str,
) -> Iterator[Gain]:
    """What a list of networks lets in that another one did not; an empty list is every address."""
    was, now = addresses(before), addresses(after)
    was, now = (ADDRESSES if each.empty else each for each in (was, now))
    more = now.without(was)
    if not more.empty:
        text = f"{who} takes requests from {range_in_words(more)} now"
        yield Gain(at, text, [str(each) for each in before], [str(each) for each in after])


def _ports(base: Resource, head: Resource) -> Iterator[Gain]:
    before = {_port(each) for each in base.view.spec.ports}
    for each in head.view.spec.ports:
        number, protocol = _port(each)
        if (number, protocol) not in before and number:
            text = f"{named(head)} can be reached at {protocol} {number} from outside now"
            yield Gain(each.port, text, None, number, level="warning")


def _port(view: View) -> tuple[int, str]:
    return view.port.integer(), view.protocol.string("TCP")


def _endpoints(base: Resource, head: Resource) -> Iterator[Gain]:
    who, was, now = named(head), base.view.spec, head.view.spec
    field = "publishNotReadyAddresses"
    if now[field].raw is True and was[field].raw is not True:
        yield Gain(
            now[field],
            f"{who} sends requests to pods that are not ready now",
            was[field].raw,
            now[field].raw,
        )
    old, new = ({k: v.raw for k, v in each.selector.items()} for each in (was, now))
    if old and old != new:
        text = (
            f"{who} sends requests to other pods now"
            if new
            else f"{who} sends requests to whatever endpoints somebody writes now"
        )
        yield Gain(now.selector, text, old, new or None, possible=bool(new), unordered=bool(new))
    field = "externalTrafficPolicy"
    if was[field].raw == "Local" and now[field].raw != "Local":
        text = f"{who} hides from its pods who sends a request now"
        yield Gain(now[field], text, "Local", now[field].raw, level="note")


# Ingresses


class Route(NamedTuple):
    """What an Ingress answers to: a host (empty for every one) and a path, exactly or as a beginning."""

    host: str
    path: str
    exact: bool

    def covers(self, other: Route) -> bool:
        """Whether this one answers to everything that the other one does."""
        return covers(self.host, other.host) and self._covers_path(other)

    def _covers_path(self, other: Route) -> bool:
        if self.exact:
            return other.exact and self.path == other.path
        start = self.path.rstrip("/")
        return other.path.rstrip("/") == start or other.path.startswith(start + "/")


def _routes(ingress: Resource) -> Iterator[tuple[View, Route]]:
    spec = ingress.view.spec
    default = spec.defaultBackend or spec.backend
    if default:
        yield default, Route("", "/", exact=False)
    for rule in spec.rules:
        host = rule.host.string()
        for path in rule.http.paths:
            yield path, Route(host, path["path"].string("/") or "/", path.pathType.raw == "Exact")


def _ingress_routes(base: Resource, head: Resource) -> Iterator[Gain]:
    before = [route for _, route in _routes(base)]
    for view, route in _routes(head):
        if is_later(route.host) or is_later(route.path) or any(r.covers(route) for r in before):
            continue
        where = f"{route.host or 'every host'}{route.path}"
        text = f"{named(head)} answers at {where} now"
        yield Gain(view, text, None, where)


def _tls_hosts(ingress: Resource) -> list[str]:
    """The hosts with TLS; an entry without hosts is for every one."""
    found: list[str] = []
    for entry in ingress.view.spec.tls:
        hosts = [each.string() for each in entry.hosts]
        found += hosts or [""]
    return found


def _ingress_access(base: Resource, head: Resource) -> Iterator[Gain]:
    who = named(head)
    was, now = _tls_hosts(base), _tls_hosts(head)
    served = {route.host for _, route in _routes(base)} & {route.host for _, route in _routes(head)}
    bare = [
        host
        for host in sorted(served)
        if any(covers(each, host) for each in was) and not any(covers(each, host) for each in now)
    ]
    if bare or (was and not now and not served):
        hosts = f" for {', '.join(map(repr, bare[:3]))}".replace("'", "") if any(bare) else ""
        yield Gain(head.view.spec.tls, f"{who} has lost its TLS{hosts}", "TLS", None)
    old, new = base.view.metadata.annotations, head.view.metadata.annotations
    if asks_for_login(old) and not asks_for_login(new):
        yield Gain(new, f"{who} asks nobody for a login any more", "login", None)
    yield from _public(old, new, who)
    yield from _allowed(old, new, who)
    was_class, now_class = class_of(base), class_of(head)
    if was_class != now_class and not is_later(now_class):
        text = f"{who} is served by the class {now_class or 'that is the default'} now"
        at = head.view.spec.ingressClassName
        yield Gain(at, text, was_class, now_class, level="warning", unordered=True)
    for key in _REDIRECTS:
        if new[key].raw == "false" and old[key].raw != "false":
            yield Gain(
                new[key],
                f"{who} answers without TLS as well now",
                old[key].raw,
                "false",
                level="warning",
            )


def _allowed(old: View, new: View, who: str) -> Iterator[Gain]:
    keys = [key for key in ALLOWED if old[key].string().strip()]
    if not keys:
        return
    kept = next((key for key in ALLOWED if new[key].string().strip()), keys[0])
    before = networks(old[keys[0]].string().split(","))
    after = networks(new[kept].string().split(",")) if new[kept].string().strip() else []
    if before is not None and after is not None:
        yield from _widened(before, after, new[kept], who)


# Gateways


_FROM: Final = ("None", "Same", "Selector", "All")


def _gateway(base: Resource, head: Resource) -> Iterator[Gain]:
    who = named(head)
    before = {each["name"].string(): each for each in base.view.spec.listeners}
    for each in head.view.spec.listeners:
        name = each["name"].string()
        old = before.get(name)
        if old is None:
            text = f"{who} listens at {each.protocol.string()} {each.port.integer()} now"
            yield Gain(each, text, None, name, level="warning")
            continue
        was, now = (v.allowedRoutes.namespaces["from"].string("Same") for v in (old, each))
        at = each.allowedRoutes.namespaces["from"]
        if was in _FROM and now in _FROM and _FROM.index(now) > _FROM.index(was):
            whose = "every namespace" if now == "All" else "other namespaces"
            yield Gain(at, f"routes of {whose} may use the listener {name} of {who} now", was, now)
        if not covers(old.hostname.string(), each.hostname.string()):
            host = each.hostname.string() or "every host"
            text = f"the listener {name} of {who} answers for {host} now"
            yield Gain(each.hostname, text, old.hostname.raw, each.hostname.raw, level="warning")
        if old.protocol.raw in ("HTTPS", "TLS") and each.protocol.raw not in ("HTTPS", "TLS"):
            text = f"the listener {name} of {who} has lost its TLS"
            yield Gain(each.protocol, text, old.protocol.raw, each.protocol.raw)


def _reference(base: Resource, head: Resource) -> Iterator[Gain]:
    for field, says in (
        ("from", "others may refer to what is here: {}"),
        ("to", "others may refer to {} here"),
    ):
        before = {canonical(each.raw) for each in base.view.spec[field]}
        for each in head.view.spec[field]:
            if canonical(each.raw) not in before:
                what = [each[key].string() for key in ("kind", "namespace", "name") if each[key]]
                yield Gain(each, f"{named(head)}: {says.format(' '.join(what))}", None, each.raw)


# Routes of OpenShift and of Traefik


def _route(base: Resource, head: Resource) -> Iterator[Gain]:
    who, was, now = named(head), base.view.spec.tls, head.view.spec.tls
    if was and not now:
        yield Gain(now, f"{who} has lost its TLS", "TLS", None)
    plain = now.insecureEdgeTerminationPolicy
    if plain.raw == "Allow" and was.insecureEdgeTerminationPolicy.raw != "Allow" and was:
        yield Gain(
            plain,
            f"{who} answers without TLS as well now",
            was.insecureEdgeTerminationPolicy.raw,
            "Allow",
        )
    rules = {each.match.string(): each for each in head.view.spec.routes}
    for old in base.view.spec.routes:
        new = rules.get(old.match.string())
        if new is not None and any(old.middlewares) and not any(new.middlewares):
            text = f"{who} lost the middlewares of {old.match.string()}, which may have asked for a login"
            yield Gain(new.middlewares, text, "set", None, possible=True)


REFERENCE_GRANT: Final = Dimension("reference-grant", "security", _reference)
ROUTE_ACCESS: Final = Dimension("route-access", "security", _route)
SERVICE_EXPOSURE: Final = Dimension("service-exposure", "security", _service)
SERVICE_ENDPOINTS: Final = Dimension("service-endpoints", "security", _endpoints)
INGRESS_ROUTES: Final = Dimension("ingress-routes", "security", _ingress_routes)
INGRESS_ACCESS: Final = Dimension("ingress-access", "security", _ingress_access)
GATEWAY_LISTENERS: Final = Dimension("gateway-listeners", "security", _gateway)
