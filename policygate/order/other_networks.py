"""What network policies of other makers let through: Calico, Cilium and the policies of the whole cluster.

Their rules have an order, priorities and actions, so that two policies cannot be taken together as those of
Kubernetes can (`network`). What one of them allows by itself is compared, as boxes of peers, protocols and ports: what
it allows now, and did not; what it denied, and does not. All of it is possible, since another policy may decide.
Whether pods that a label selects have addresses that a rule of the base named is not known, and nothing is said.
https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy, https://docs.cilium.io/en/stable/security/policy/
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

from policygate.kube.exposure import networks
from policygate.order.boxes import Box, Fuel, left_over, meet
from policygate.order.network import ANYTHING, PORTS, addresses, range_in_words
from policygate.order.sets import Ranges, ranges, texts
from policygate.order.verdict import Dimension, Gain, named
from policygate.place import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.view import View

_LISTS: Final = (
    ("ingress", False), ("egress", False), ("ingressDeny", True), ("egressDeny", True),
)  # fmt: skip
_SIDES: Final = {"ingress": ("source", "from"), "egress": ("destination", "to")}
_PLAIN: Final = frozenset({"action", "protocol", "name", "metadata", "ports", "toPorts"})


def _rules(policy: Resource, direction: str, *, denied: bool) -> Iterator[View]:
    """The rules of a policy for a direction that allow, or that deny."""
    for spec in (policy.view.spec, *policy.view.specs):
        for name, denies in _LISTS:
            for rule in spec[name] if name.removesuffix("Deny") == direction else ():
                action = rule.action.string().lower()
                if (denies or action == "deny") == denied and action not in ("log", "pass"):
                    yield rule


def _boxes(rule: View, direction: str) -> list[Box]:
    """The traffic of a rule; what nothing is known about is a text of its own."""
    side, prefix = _SIDES[direction]
    if any(key.startswith(prefix) for key, _ in rule.items()):
        peers = list(_cilium_peers(rule, prefix))
        ports = list(_cilium_ports(rule))
    else:
        peers = [_calico_peer(rule[side])]
        ports = _calico_ports(rule[side], rule.protocol.string())
    known = _PLAIN | {side, *(key for key, _ in rule.items() if key.startswith(prefix))}
    rest = {key: value.raw for key, value in rule.items() if key not in known}
    more: Box = {"rest": texts(canonical(rest))} if rest else {}
    return [{**peer, **port, **more} for peer, port in product(peers, ports)]


def _calico_peer(side: View) -> Box:
    said = {key: value.raw for key, value in side.items() if key not in ("ports", "notPorts")}
    if not said:
        return {}
    if {"nets"} <= said.keys() <= {"nets", "notNets"}:
        return _of_nets([v.string() for v in side.nets], [v.string() for v in side.notNets])
    return {"sort": texts("pod"), "peer": texts(canonical(said))}


def _of_nets(inside: list[str], outside: list[str]) -> Box:
    found, taken = networks(inside), networks(outside)
    if found is None or taken is None:  # filled in later
        return {"sort": texts("pod"), "peer": texts(canonical([inside, outside]))}
    return {"sort": texts("ip"), "ip": addresses(found).without(addresses(taken))}


def _calico_ports(side: View, protocol: str) -> list[Box]:
    said: Box = {"protocol": texts(protocol)} if protocol else {}
    if side.notPorts:
        return [{**said, "named": texts(canonical(side.notPorts.raw))}]
    return [{**said, **_port(each.raw)} for each in side.ports] or [said]


def _port(raw: Any) -> Box:
    first, colon, last = str(raw).partition(":")
    if not first.isdecimal() or (colon and not last.isdecimal()):
        return {"named": texts(str(raw))}
    return {"port": ranges([(int(first), int(last or first))]).meet(PORTS)}


def _cilium_peers(rule: View, prefix: str) -> Iterator[Box]:
    for key, value in rule.items():
        if not key.startswith(prefix) or key == "toPorts":
            continue
        for item in value:
            if key in (f"{prefix}CIDR", f"{prefix}CIDRSet"):
                cidr = item.cidr.string() or item.string()
                yield _of_nets([cidr], [each.string() for each in item["except"]])
            elif key == f"{prefix}Entities" and item.raw == "all":
                yield {}
            else:
                peer: Box = {"sort": texts("pod"), "peer": texts(canonical([key, item.raw]))}
                pods = key.endswith(("Endpoints", "Requires"))
                yield peer if pods else {**peer, "kind": texts(key)}
    if not any(key.startswith(prefix) and key != "toPorts" for key, _ in rule.items()):
        yield {}


def _cilium_ports(rule: View) -> Iterator[Box]:
    for entry in rule.toPorts:
        rules: Box = {"layer": texts(canonical(entry.rules.raw))} if entry.rules else {}
        for each in entry.ports:
            protocol = each.protocol.string("ANY")
            of: Box = {} if protocol == "ANY" else {"protocol": texts(protocol)}
            yield {**_port(each.port.raw), **of, **rules}
    if not rule.toPorts:
        yield {}


def _other(base: Resource | None, head: Resource | None) -> Iterator[Gain]:
    if base is None:
        return
    if head is None:
        text = f"{named(base)} is gone: what it kept out may come in"
        yield Gain(base.view, text, possible=True)
        return
    who, fuel = named(head), Fuel()
    for direction in _SIDES:
        had = [
            box for rule in _rules(base, direction, denied=False) for box in _boxes(rule, direction)
        ]
        for rule in _rules(head, direction, denied=False):
            point = _new(_boxes(rule, direction), had, fuel)
            if point is not None:
                verb = "receive from" if direction == "ingress" else "send to"
                text = f"pods of {who} may now {verb} {_peer(point)}"
                yield Gain(rule, text, possible=True)
        kept = [
            box for rule in _rules(head, direction, denied=True) for box in _boxes(rule, direction)
        ]
        for rule in _rules(base, direction, denied=True):
            if _new(_boxes(rule, direction), kept, fuel) is not None:
                text = f"{who} denies less {direction} than before"
                yield Gain(head.view.spec[direction], text, possible=True)


def _new(boxes: list[Box], before: list[Box], fuel: Fuel) -> Box | None:
    """Traffic of some boxes that is in none of others."""
    for each in boxes:
        box = meet(each, ANYTHING)
        if box is None:
            continue
        found = left_over(box, before, fuel)
        if found is not None and not _may_be_inside(found, before):
            return found
    return None


def _may_be_inside(point: Box, before: list[Box]) -> bool:
    """Whether pods that labels select may have addresses that the base named."""
    if point.get("sort") != texts("pod") or "kind" in point:
        return False
    anywhere = {key: value for key, value in point.items() if key not in ("sort", "peer")}
    return any(
        "ip" in box and meet({k: v for k, v in box.items() if k not in ("sort", "ip")}, anywhere)
        for box in before
    )


def _peer(point: Box) -> str:
    line = point.get("ip")
    addresses_only = point.get("sort") == texts("ip") and isinstance(line, Ranges)
    return range_in_words(line) if addresses_only else "others"  # type: ignore[arg-type]


OTHER_NETWORK_POLICY: Final = Dimension("other-network-policy", "security", _other)
