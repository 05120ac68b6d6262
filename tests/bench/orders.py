"""What the orders cost: one changed resource, and the largest sets that they are held against.

Reading is not measured here: resources are at hand, and are judged by the policies that compare alone. The
baselines are times, because the promise is one: a commit may wait so long for one changed resource.
"""

from __future__ import annotations

import copy
import time
from collections import defaultdict
from posixpath import dirname
from statistics import mean
from typing import TYPE_CHECKING, Any, Final

from policygate.engine import judge
from policygate.findings import Display, Gate
from policygate.kube.resources import resources_of
from policygate.model import Change, Resource
from policygate.surroundings import Surroundings
from policygate.yamldoc import parse
from tests.bench.measure import Row
from tests.memory import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.policy.types import Policy

ORDERS: Final = tuple(each for each in SHIPPED if each.pack == "loosened")


def _read(tree: Mapping[str, bytes]) -> list[Resource]:
    found: list[Resource] = []
    for name, data in tree.items():
        for document in parse(data, name).documents:
            if document.readable:
                found += resources_of(document.value, document, name)
    return found


def _edited(resource: Resource) -> Resource:
    """The same resource after an edit as people make them: an annotation, and a number if it has one."""
    body = copy.deepcopy(resource.body)
    metadata = body.setdefault("metadata", {})
    if isinstance(metadata, dict):
        metadata["annotations"] = {**(metadata.get("annotations") or {}), "edited": "yes"}
    spec = body.get("spec")
    if isinstance(spec, dict):
        spec["edited"] = 1
    return Resource(resource.id, resource.version, body, resource.file, resource.positions)


def _seconds(changes: list[Change], base: list[Resource], head: list[Resource]) -> float:
    """How long it takes to judge some changes, the folders being read already."""
    policies: tuple[Policy, ...] = ORDERS
    sides = []
    for resources in (base, head):
        folders: dict[str, list[Resource]] = defaultdict(list)
        for each in resources:
            folders[dirname(each.file)].append(each)
        sides.append(folders)
    old, new = sides
    context = Surroundings(
        tuple(changes), lambda scope: new.get(scope, ()), lambda scope: old.get(scope, ())
    )
    began = time.perf_counter()
    judged = judge(policies, changes, (), context, Gate(), Display())
    took = time.perf_counter() - began
    if judged.faults:
        raise RuntimeError(judged.faults[0].message)
    return took


def changing(trees: Mapping[str, Mapping[str, bytes]]) -> Iterator[Row]:
    """Every real resource changes a little, one after the other."""
    resources = [each for tree in trees.values() for each in _read(tree)]
    rules = "NetworkPolicy"
    plain = [each for each in resources if each.id.kind != rules and isinstance(each.body, dict)]
    changes = [Change(each, _edited(each)) for each in plain]
    took = _seconds(changes, resources, resources)
    yield Row(
        f"orders: one changed resource, mean of {len(changes)}",
        "1 ms",
        took / len(changes) * 1000,
        at_most=1.0,
    )
    times = []
    by_folder: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for each in resources:
        by_folder[dirname(each.file), each.id.namespace].append(each)
    for here in by_folder.values():
        policies = [each for each in here if each.id.kind == rules]
        if policies:
            old = policies[0]
            new = _edited(old)
            head = [new if each is old else each for each in here]
            times.append(_seconds([Change(old, new)], here, head))
    if times:
        yield Row(
            f"orders: one changed NetworkPolicy with its namespace, mean of {len(times)}",
            "5 ms",
            mean(times) * 200,
            at_most=1.0,
            note=f"at most {max(times) * 1000:.0f} ms",
        )


def growing() -> Iterator[Row]:
    """A namespace with ever more policies and grants, of which one changes, and then all do."""
    curve = []
    for number in (25, 50, 100):
        base = [_policy(at, 150, port=80) for at in range(number)]
        head = [_policy(0, 150, port=443), *base[1:]]
        one = _seconds([Change(base[0], head[0])], base, head)
        every = [_policy(at, 150, port=443) for at in range(number)]
        all_ = _seconds([Change(a, b) for a, b in zip(base, every, strict=True)], base, every)
        curve.append(f"{number} policies {one * 1000:.0f} / {all_ * 1000:.0f} ms")
    yield Row(
        "orders: 100 NetworkPolicies with 150 grants each, one changes / all do",
        "10 s",
        all_ / 10,
        at_most=1.0,
        note="; ".join(curve),
    )


def _policy(number: int, grants: int, port: int) -> Resource:
    peers = [{"ipBlock": {"cidr": f"10.{number}.{at}.0/24"}} for at in range(grants)]
    body: dict[str, Any] = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"p{number}", "namespace": "shop"},
        "spec": {
            "podSelector": {"matchLabels": {"app": f"a{number}"}},
            "ingress": [{"from": peers, "ports": [{"port": port}]}],
        },
    }
    (found,) = resources_of(body, _NoPositions(), "a.yaml")
    return found


class _NoPositions:
    """Positions of what stands in no file."""

    def locate(self, path: Any) -> Any:
        """Somewhere."""
        from policygate.model import Location

        return Location("a.yaml", 1 + len(path))

    locate_value = locate
