"""What NetworkPolicies allow anew is what trying every connection says, and every example of it is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygate.order.boxes import Box, Fuel
from policygate.order.network import (
    V6,
    Rules,
    UnreadableError,
    in_words,
    newly_allowed,
    no_longer_isolated,
    rules_of,
    together,
)
from policygate.order.sets import Ranges, Texts
from policygate.view import View

OWN = "shop"
LABELS = [{}, {"app": "a"}, {"app": "b"}, {"app": "fresh"}]
SPACES = [(OWN, {}), (OWN, {"env": "x"}), ("fresh", {}), ("fresh", {"env": "x"}), ("fresh", {"env": "fresh"})]  # fmt: skip
ADDRESSES = ["10.1.0.1", "10.2.0.1", "11.0.0.1", "2001:db8::1"]
PORTS = [("TCP", 80), ("TCP", 85), ("TCP", 443), ("UDP", 80), ("SCTP", 85)]
NAMES = [None, "http", "fresh"]


class Traffic(NamedTuple):
    """A connection of a pod: to or from another pod, or an address."""

    pod: dict[str, str]
    peer: tuple[dict[str, str], str, dict[str, str]] | str
    protocol: str
    port: int
    name: str | None


PEERS: list[Any] = [*((pod, *space) for pod in LABELS for space in SPACES), *ADDRESSES]
TRAFFIC = [
    Traffic(pod, peer, protocol, port, name)
    for pod, peer, (protocol, port), name in product(LABELS, PEERS, PORTS, NAMES)
]


# An evaluator of its own, one connection at a time


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for each in selector.get("matchExpressions", []):
        key, operator, values = each["key"], each["operator"], each.get("values", [])
        held = {
            "In": labels.get(key) in values,
            "NotIn": labels.get(key) not in values,
            "Exists": key in labels,
            "DoesNotExist": key not in labels,
        }
        if not held[operator]:
            return False
    return True


def _is_peer(peer: dict[str, Any], traffic: Traffic) -> bool:
    if "ipBlock" in peer:
        if not isinstance(traffic.peer, str):
            return False
        address = ip_address(traffic.peer)
        block = peer["ipBlock"]
        return address in ip_network(block["cidr"]) and not any(
            address in ip_network(each) for each in block.get("except", [])
        )
    if isinstance(traffic.peer, str):
        return False
    labels, space, of_space = traffic.peer
    if "namespaceSelector" in peer:
        if not _selects(
            peer["namespaceSelector"], {**of_space, "kubernetes.io/metadata.name": space}
        ):
            return False
    elif space != OWN:
        return False
    return _selects(peer.get("podSelector", {}), labels)


def _is_port(port: dict[str, Any], traffic: Traffic, direction: str) -> bool:
    if port.get("protocol", "TCP") != traffic.protocol:
        return False
    wanted = port.get("port")
    if isinstance(wanted, str):
        named = direction == "Ingress" or not isinstance(traffic.peer, str)
        return named and traffic.name == wanted
    return wanted is None or wanted <= traffic.port <= port.get("endPort", wanted)


def _allows(policies: list[dict[str, Any]], direction: str, traffic: Traffic) -> bool:
    rules, side = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    isolated = False
    for spec in policies:
        types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]
        if direction not in types or not _selects(spec.get("podSelector", {}), traffic.pod):
            continue
        isolated = True
        for rule in spec.get(rules, []):
            peers, ports = rule.get(side, []), rule.get("ports", [])
            if (not peers or any(_is_peer(each, traffic) for each in peers)) and (
                not ports or any(_is_port(each, traffic, direction) for each in ports)
            ):
                return True
    return not isolated


# Policies of every shape

_expressions = st.fixed_dictionaries(
    {"key": st.just("app"), "operator": st.sampled_from(["Exists", "DoesNotExist"])}
) | st.fixed_dictionaries(
    {
        "key": st.just("app"),
        "operator": st.sampled_from(["In", "NotIn"]),
        "values": st.lists(st.sampled_from("ab"), min_size=1, max_size=2),
    }
)
_pods: Any = st.fixed_dictionaries(
    {},
    optional={
        "matchLabels": st.fixed_dictionaries({}, optional={"app": st.sampled_from("ab")}),
        "matchExpressions": st.lists(_expressions, max_size=1),
    },
)
_spaces: Any = st.sampled_from(
    [{}, {"matchLabels": {"env": "x"}}, {"matchLabels": {"kubernetes.io/metadata.name": OWN}},
     {"matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": [OWN]}]}]
)  # fmt: skip
_blocks: Any = st.sampled_from(
    [{"cidr": "0.0.0.0/0"}, {"cidr": "::/0"}, {"cidr": "10.0.0.0/8"}, {"cidr": "10.1.0.0/16"},
     {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}]
)  # fmt: skip
_peers: Any = (
    st.fixed_dictionaries({"podSelector": _pods})
    | st.fixed_dictionaries({"namespaceSelector": _spaces}, optional={"podSelector": _pods})
    | st.fixed_dictionaries({"ipBlock": _blocks})
)
_ports: Any = st.sampled_from(
    [{"port": 80}, {"port": 80, "endPort": 90}, {"port": "http"}, {"protocol": "UDP"}, {"protocol": "UDP", "port": 80}, {}]
)  # fmt: skip


def _rules(side: str) -> Any:
    lists = {side: st.lists(_peers, max_size=2), "ports": st.lists(_ports, max_size=2)}
    return st.lists(st.fixed_dictionaries({}, optional=lists), max_size=2)


_specs: Any = st.fixed_dictionaries(
    {"podSelector": _pods},
    optional={
        "policyTypes": st.sampled_from([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
        "ingress": _rules("from"),
        "egress": _rules("to"),
    },
)
_states: Any = st.lists(_specs, max_size=3)


def _read(policies: list[dict[str, Any]], direction: str) -> list[Rules]:
    return [rules_of(View(spec), OWN, direction) for spec in policies]


def _found(base: list[Rules], head: list[Rules], pods: Box) -> Iterator[Box]:
    before, after = together(base), together(head)
    for each in head:
        found = newly_allowed(before, each, pods, Fuel(1_000_000))
        if found is not None:
            yield found
    for each in base:
        found = no_longer_isolated(before, after, each, pods, Fuel(1_000_000))
        if found is not None:
            yield found


def _labels(found: Box, prefix: str) -> dict[str, str]:
    held = {}
    for name, values in found.items():
        if name.startswith(prefix) and isinstance(values, Texts):
            value = values.some()
            if value is not None:
                held[name.removeprefix(prefix)] = value
    return held


def _example(found: Box) -> Traffic:
    """One connection out of a part of the traffic."""

    def text(name: str, unset: str | None) -> str | None:
        values = found.get(name)
        return values.some() if isinstance(values, Texts) else unset

    def number(name: str) -> int:
        values = found[name]
        assert isinstance(values, Ranges)
        return values.some()

    peer: Any
    if text("sort", None) == "ip":
        at = number("ip")
        peer = str(ip_address(at)) if at < V6 else str(ip_address((at - V6) | 1 << 127))
    else:
        peer = (_labels(found, "peer:"), text("ns", None) or "some-space", _labels(found, "ns:"))
    protocol = text("protocol", "TCP") or "some-protocol"
    return Traffic(_labels(found, "pod:"), peer, protocol, number("port"), text("name", None))


@settings(max_examples=3000 if os.environ.get("POLICYGATE_THOROUGH") else 60, deadline=None)
@given(_states, _states, st.sampled_from(["Ingress", "Egress"]))
def test_more_is_allowed_exactly_where_trying_every_connection_says_so(
    base: list[dict[str, Any]], head: list[dict[str, Any]], direction: str
) -> None:
    """Something is found where a connection is new; every example of it is one, and can be said."""
    more = any(
        _allows(head, direction, each) and not _allows(base, direction, each) for each in TRAFFIC
    )
    found = list(_found(_read(base, direction), _read(head, direction), {}))
    assert bool(found) == more
    for each in found:
        example = _example(each)
        assert _allows(head, direction, example), example
        assert not _allows(base, direction, example), example
        assert " may now " in in_words(each, direction)


DENY_ALL = Rules({}, ())
"""A policy, which nobody sees here, that isolates every pod and allows nothing."""


@settings(max_examples=1000 if os.environ.get("POLICYGATE_THOROUGH") else 40, deadline=None)
@given(_states, _states, _states, st.sampled_from(["Ingress", "Egress"]))
def test_two_worlds_stand_for_all(
    base: list[dict[str, Any]],
    head: list[dict[str, Any]],
    unseen: list[dict[str, Any]],
    direction: str,
) -> None:
    """What gets looser beside any policies that stand elsewhere does so beside none, or beside a denial."""
    old, new, others = (_read(each, direction) for each in (base, head, unseen))
    if next(_found([*old, *others], [*new, *others], {}), None) is not None:
        alone = next(_found(old, new, {}), None)
        denied = next(_found([*old, DENY_ALL], [*new, DENY_ALL], {}), None)
        assert alone is not None or denied is not None


@given(_states, st.sampled_from(["Ingress", "Egress"]))
def test_the_same_policies_allow_nothing_new(state: list[dict[str, Any]], direction: str) -> None:
    """Neither in another order, nor with one of them twice."""
    rules = _read(state, direction)
    assert not [*_found(rules, rules[::-1], {})]
    assert not [*_found(rules, [*rules, *rules[:1]], {})]


@pytest.mark.parametrize(
    "spec",
    [
        {"podSelector": []},
        {"podSelector": {"matchLabels": {"app": "${APP}"}}},
        {"podSelector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}},
        {"podSelector": {}, "ingress": {}},
        {"podSelector": {}, "ingress": [{"from": [{}]}]},
        {"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "10"}}]}]},
        {"podSelector": {}, "ingress": [{"ports": [{"port": 0}]}]},
    ],
)
def test_what_is_no_policy_is_not_guessed_at(spec: Any) -> None:
    """What the API would refuse, or what is filled in later, says nothing."""
    with pytest.raises(UnreadableError):
        rules_of(View(spec), OWN, "Ingress")
