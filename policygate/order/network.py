"""What pods of a namespace may do by all of its NetworkPolicies together, and what of it is new.

https://kubernetes.io/docs/concepts/services-networking/network-policies/. A point of traffic is a pod, its
peer, a protocol and a port; a policy isolates boxes of pods and allows boxes of traffic. A pod that
nothing isolates may do anything. Not for what other networks (Cilium, Calico, Istio) make of it.

The dimensions: `pod:<label>`; `sort` of the peer (`pod` or `ip`), `peer:<label>`, `ns` and `ns:<label>` of the
namespace of a pod, `ip`; `protocol`, `port`, and the `name` of the port at the pod that is called.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.kube.network_policies import directions
from policygate.order.boxes import Box, Fuel, left_over, meet
from policygate.order.sets import ABSENT, ANY_TEXT, PRESENT, Ranges, Texts, ranges, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network

    from policygate.view import View

V6: Final = 2**32
"""Where the addresses of IPv6 begin on the line of addresses; those of IPv4 stand before."""
ADDRESSES: Final = ranges([(0, V6 + 2**128 - 1)])
PORTS: Final = ranges([(1, 65_535)])
NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The label that every namespace has, and that is its name."""
_SIDES: Final = {"Ingress": ("ingress", "from"), "Egress": ("egress", "to")}
ANYTHING: Final[Box] = {"sort": texts("pod", "ip"), "ip": ADDRESSES, "port": PORTS}


class UnreadableError(Exception):
    """A policy holds what is no NetworkPolicy, or is filled in later: nothing is known of it."""


class Rules(NamedTuple):
    """What one policy says about one direction.

    Attributes:
        isolated: The pods that it isolates; None if it leaves this direction alone.
        allowed: The traffic of these pods that it allows.
    """

    isolated: Box | None
    allowed: tuple[Box, ...]


def rules_of(spec: View, namespace: str, direction: str) -> Rules:
    """Read what a NetworkPolicy says about a direction.

    Args:
        spec: Its `spec`.
        namespace: Its namespace; an empty one is a namespace like others.
        direction: `Ingress` or `Egress`.

    Raises:
        UnreadableError: When it is not known what it says.
    """
    rules, side = _SIDES[direction]
    if direction not in directions(spec):
        return Rules(None, ())
    pods = selector(spec.podSelector, "pod:")
    if pods is None:
        return Rules(None, ())
    allowed: list[Box] = []
    for rule in _items(spec[rules]):
        peers = [_peer(each, namespace) for each in _items(rule[side])]
        ports = [_port(each) for each in _items(rule.ports)]
        for peer in peers if list(rule[side]) else [{}]:
            for port in ports if list(rule.ports) else [{}]:
                if direction == "Egress" and "name" in port:
                    port = {**port, "sort": texts("pod")}  # noqa: PLW2901 (an address has no names)
                traffic = meet(peer, port) if peer is not None else None
                both = meet(pods, traffic) if traffic is not None else None
                if both is not None:
                    allowed.append(both)
    return Rules(pods, tuple(allowed))


def selector(view: View, prefix: str) -> Box | None:
    """The labels that a LabelSelector selects; none for a selector that selects nothing.

    Raises:
        UnreadableError: When it is not known what it selects.
    """
    if view and not isinstance(view.raw, dict):
        raise UnreadableError
    found: Box | None = {}
    for key, value in view.matchLabels.items():
        if not isinstance(value.raw, str) or "$" in value.raw:
            raise UnreadableError
        found = found if found is None else meet(found, {prefix + key: texts(value.raw)})
    for each in _items(view.matchExpressions):
        key, values = each["key"].string(), frozenset(v.string() for v in each["values"])
        wanted = {
            "In": Texts(values),
            "NotIn": Texts(values, others=True),
            "Exists": PRESENT,
            "DoesNotExist": ABSENT,
        }.get(each["operator"].string())
        if wanted is None or not key:
            raise UnreadableError
        found = found if found is None or wanted.empty else meet(found, {prefix + key: wanted})
        found = None if wanted.empty else found
    return found


def _items(view: View) -> list[View]:
    if view and not isinstance(view.raw, list):
        raise UnreadableError
    return list(view)


def _peer(view: View, namespace: str) -> Box | None:
    if view.ipBlock:
        inside = _addresses(view.ipBlock.cidr)
        for each in _items(view.ipBlock["except"]):
            inside = inside.without(_addresses(each))
        return None if inside.empty else {"sort": texts("ip"), "ip": inside}
    if not view.podSelector and not view.namespaceSelector:
        raise UnreadableError
    pods = selector(view.podSelector, "peer:")
    where: Box | None = {"ns": texts(namespace)}
    if view.namespaceSelector:
        where = selector(view.namespaceSelector, "ns:")
        named = where.get(f"ns:{NAME_LABEL}") if where is not None else None
        if where is not None and named is not None:
            rest = {key: values for key, values in where.items() if key != f"ns:{NAME_LABEL}"}
            where = meet(rest, {"ns": named})
    if pods is None or where is None:
        return None
    return meet(meet(pods, where) or {}, {"sort": texts("pod")})


def _addresses(view: View) -> Ranges:
    try:
        return addresses([ip_network(view.string(), strict=False)])
    except ValueError:
        raise UnreadableError from None


def addresses(networks: Iterable[IPv4Network | IPv6Network]) -> Ranges:
    """The addresses of networks, as one set."""
    parts = []
    for each in networks:
        start = int(each.network_address) + (V6 if each.version == 6 else 0)
        parts.append((start, start + each.num_addresses - 1))
    return ranges(parts)


def _port(view: View) -> Box:
    protocol = {"protocol": texts(view.protocol.string("TCP"))}
    port = view.port.raw
    if port is None:
        return protocol
    if isinstance(port, str):
        return {**protocol, "name": texts(port)}
    first, last = view.port.integer(), view.endPort.integer(view.port.integer())
    numbers = ranges([(first, last)]).meet(PORTS)
    if numbers.empty:
        raise UnreadableError
    return {**protocol, "port": numbers}


class Posture(NamedTuple):
    """What several policies say together about one direction."""

    isolated: tuple[Box, ...]
    allowed: tuple[Box, ...]


def together(rules: Sequence[Rules]) -> Posture:
    """What policies of one namespace say together: they only ever add to one another."""
    isolated = tuple(each.isolated for each in rules if each.isolated is not None)
    return Posture(isolated, tuple(box for each in rules for box in each.allowed))


def newly_allowed(base: Posture, of: Rules, pods: Box, fuel: Fuel) -> Box | None:
    """Traffic that some rules of the head allow, and that the base did not.

    Args:
        base: What the base says.
        of: The rules of the head whose share is asked for: policies only ever add.
        pods: The pods, and what else of the traffic, that are asked about.
        fuel: The work that the answer is worth.

    Raises:
        OutOfFuelError: When it is not enough.
    """
    for allowed in of.allowed:
        for isolated in base.isolated:
            point = _point(isolated, allowed, pods)
            found = left_over(point, base.allowed, fuel) if point is not None else None
            if found is not None:
                return found
    return None


def no_longer_isolated(
    base: Posture, head: Posture, of: Rules, pods: Box, fuel: Fuel
) -> Box | None:
    """Traffic that the base refused, of pods that some rules of it isolated and nothing isolates now.

    Args:
        base: What the base says.
        head: What the head says.
        of: The rules of the base whose share is asked for.
        pods: The pods, and what else of the traffic, that are asked about.
        fuel: The work that the answer is worth.

    Raises:
        OutOfFuelError: When it is not enough.
    """
    point = _point(pods, of.isolated) if of.isolated is not None else None
    return None if point is None else left_over(point, (*head.isolated, *base.allowed), fuel)


def _point(first: Box, *boxes: Box) -> Box | None:
    found: Box | None = first
    for box in (*boxes, ANYTHING):
        found = meet(found, box) if found is not None else None
    return found


def of_labels(labels: Mapping[str, str], keys: frozenset[str]) -> Box:
    """The pods that have exactly these labels, as far as anybody asks for some."""
    return {f"pod:{key}": texts(labels[key]) if key in labels else ABSENT for key in keys}


def of_pods(posture: Posture, pods: Box) -> Posture:
    """What a posture says of pods that it cannot tell from one another, whatever they are called."""

    def without_pods(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        near = (box for box in boxes if meet(box, pods) is not None)
        return tuple(
            {name: values for name, values in box.items() if not name.startswith("pod:")}
            for box in near
        )

    return Posture(without_pods(posture.isolated), without_pods(posture.allowed))


def keys_of(*postures: Posture) -> frozenset[str]:
    """The labels of pods that postures ask for."""
    boxes = (box for each in postures for box in (*each.isolated, *each.allowed))
    return frozenset(name[4:] for box in boxes for name in box if name.startswith("pod:"))


# In words


def in_words(found: Box, direction: str, pods: str = "") -> str:
    """A part of the traffic, as one sentence about an example of it."""
    who = pods or _labelled(found, "pod:") or "any pod of the namespace"
    what = _traffic(found)
    peer = _peer_in_words(found)
    if direction == "Ingress":
        return f"{who} may now receive {what} from {peer}"
    return f"{who} may now send {what} to {peer}"


def _labelled(found: Box, prefix: str) -> str:
    labels = []
    for name, values in sorted(found.items()):
        if name.startswith(prefix) and isinstance(values, Texts):
            value = values.some()
            if value is not None and not (
                values.others and None in values.named and len(values.named) == 1
            ):
                labels.append(f"{name.removeprefix(prefix)}={value}")
    return f"pods {', '.join(labels)}" if labels else ""


def _traffic(found: Box) -> str:
    protocol, port, name = found.get("protocol"), found.get("port", PORTS), found.get("name")
    kind = ""
    if isinstance(protocol, Texts):
        kind = protocol.some() or "" if not protocol.others else ""
    if isinstance(port, Ranges) and port != PORTS:
        first, last = port.parts[0]
        return f"{kind or 'anything at port'} {first}" + (f"-{last}" if last > first else "")
    if isinstance(name, Texts) and not name.others and name.some():
        return f"{kind} at the port {name.some()}".strip()
    return f"{kind} at every port" if kind else "anything"


def _peer_in_words(found: Box) -> str:
    sort: Any = found.get("sort", ANY_TEXT)
    pods, addresses = not sort.meet(texts("pod")).empty, not sort.meet(texts("ip")).empty
    line: Any = found.get("ip", ADDRESSES)
    if addresses and (not pods or line != ADDRESSES):
        return range_in_words(line)
    labels = _labelled(found, "peer:")
    where: Any = found.get("ns")
    space = where.some() if where is not None and not where.others else None
    if addresses and not labels and space is None:
        return "anywhere"
    spaces = _labelled(found, "ns:").replace("pods ", "namespaces with ")
    inside = (
        f" of namespace {space}" if space else f" of {spaces}" if spaces else " of other namespaces"
    )
    own = space == "" or (where is not None and not where.others and space is None)
    return (labels or "every pod") + (" of its namespace" if own else inside)


def range_in_words(line: Ranges) -> str:
    """The first range of some addresses."""
    from ipaddress import IPv4Address, IPv6Address

    first, last = line.parts[0]
    if first < V6 <= last:
        return "every address" if line == ADDRESSES else f"addresses from {IPv4Address(first)}"
    if first < V6:
        ends = (str(IPv4Address(first)), str(IPv4Address(last)))
    else:
        ends = (str(IPv6Address(first - V6)), str(IPv6Address(last - V6)))
    return ends[0] if first == last else f"{ends[0]}-{ends[1]}"
