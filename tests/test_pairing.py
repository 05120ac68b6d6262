"""Pairing: the same resource at base and head, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.resources import resources_of
from policygate.model import Change, Resource
from policygate.pairing import pair
from policygate.yamldoc import parse
from tests.memory import SHIPPED, compare_trees
from tests.strategies import as_text, trees


def _resources(tree: dict[str, list[Any]]) -> list[Resource]:
    found: list[Resource] = []
    for path, documents in tree.items():
        for document in parse(as_text(documents).encode(), path).documents:
            found += resources_of(document.value, document, path)
    return found


def _config(name: str, value: str, namespace: str = "") -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"v": value}}


def _pair(
    base: dict[str, list[Any]], head: dict[str, list[Any]], **renames: str
) -> list[tuple[str, str]]:
    def name(resource: Resource | None) -> str:
        return f"{resource.file}:{resource.body['data']['v']}" if resource else "-"

    return sorted(
        (name(c.base), name(c.head)) for c in pair(_resources(base), _resources(head), renames)
    )


@given(trees, trees)
def test_every_resource_is_in_exactly_one_change(
    base: dict[str, list[Any]], head: dict[str, list[Any]]
) -> None:
    """Pairing loses nothing and invents nothing."""
    left, right = _resources(base), _resources(head)
    changes = pair(left, right, {})
    assert sorted(id(c.base) for c in changes if c.base) == sorted(map(id, left))
    assert sorted(id(c.head) for c in changes if c.head) == sorted(map(id, right))


@given(trees)
def test_a_state_paired_with_itself_is_the_same(tree: dict[str, list[Any]]) -> None:
    """Against itself nothing is added, removed or modified."""
    assert {c.action for c in pair(_resources(tree), _resources(tree), {})} <= {"same"}


@given(trees, trees, st.permutations(range(3)))
def test_order_does_not_matter(
    base: dict[str, list[Any]], head: dict[str, list[Any]], order: list[int]
) -> None:
    """The order in which resources are read changes no pair."""

    def keys(changes: tuple[Change, ...]) -> list[str]:
        return sorted(
            f"{c.base and (c.base.file, c.base.body)} {c.head and (c.head.file, c.head.body)}"
            for c in changes
        )

    left, right = _resources(base), _resources(head)
    mixed = [r for i in order for r in left[i::3]]
    assert keys(pair(left, right, {})) == keys(pair(mixed, right[::-1], {}))


def test_by_file_then_folder_then_anywhere() -> None:
    """A moved resource is the same one where its name says so without doubt."""
    assert _pair({"a.yaml": [_config("x", "1")]}, {"a.yaml": [_config("x", "2")]}) == [
        ("a.yaml:1", "a.yaml:2")
    ]
    assert _pair({"d/a.yaml": [_config("x", "1")]}, {"d/b.yaml": [_config("x", "2")]}) == [
        ("d/a.yaml:1", "d/b.yaml:2")
    ]
    old, new = ({**_config("x", value), "more": {"same": "same"}} for value in "12")
    assert _pair({"d/a.yaml": [old]}, {"e/b.yaml": [new]}) == [("d/a.yaml:1", "e/b.yaml:2")]


def test_the_same_name_in_several_folders_is_not_mixed_up() -> None:
    """Two environments with the same names pair within their folders."""
    base = {"dev/a.yaml": [_config("x", "d1")], "prod/a.yaml": [_config("x", "p1")]}
    head = {"dev/b.yaml": [_config("x", "d2")], "prod/b.yaml": [_config("x", "p2")]}
    assert _pair(base, head) == [
        ("dev/a.yaml:d1", "dev/b.yaml:d2"),
        ("prod/a.yaml:p1", "prod/b.yaml:p2"),
    ]


def test_no_guess_between_candidates() -> None:
    """Where two candidates are equally likely, the head is new and the bases are removed."""
    base = {"a/x.yaml": [_config("x", "1")], "b/x.yaml": [_config("x", "2")]}
    assert _pair(base, {"c/x.yaml": [_config("x", "3")]}) == [
        ("-", "c/x.yaml:3"),
        ("a/x.yaml:1", "-"),
        ("b/x.yaml:2", "-"),
    ]


def test_a_pure_move_among_twins_is_no_change() -> None:
    """Equal bodies pair even where the name alone would be ambiguous."""
    base = {"a/x.yaml": [_config("x", "1")], "b/x.yaml": [_config("x", "2")]}
    head = {"c/x.yaml": [_config("x", "2")], "d/x.yaml": [_config("x", "1")]}
    assert _pair(base, head) == [("a/x.yaml:1", "d/x.yaml:1"), ("b/x.yaml:2", "c/x.yaml:2")]


def test_a_draw_is_decided_by_place() -> None:
    """Of two that are equally like it, the first in the order of files is the same resource."""
    left = _resources({"a.yaml": [_config("x", "1"), _config("z", "7")]})
    right = _resources({"b.yaml": [_config("y", "1")], "c.yaml": [_config("y", "1")]})
    for heads in (right, right[::-1]):
        pairs = {(c.base.id.name, c.head.file) for c in pair(left, heads, {}) if c.base and c.head}
        assert pairs == {("x", "b.yaml")}


def test_a_renamed_resource_is_found_by_its_file() -> None:
    """One resource of a kind in a file keeps its history under a new name, or a new namespace."""
    old = {**_config("x", "1"), "more": {"same": "same"}}
    new = {**_config("y", "2"), "more": {"same": "same"}}
    assert _pair({"a.yaml": [old]}, {"a.yaml": [new]}) == [("a.yaml:1", "a.yaml:2")]
    old = {**_config("x", "1"), "more": {"same": "same"}}
    new = {**_config("x", "2", "m"), "more": {"same": "same"}}
    assert _pair({"a.yaml": [old]}, {"a.yaml": [new]}) == [("a.yaml:1", "a.yaml:2")]


def test_another_namespace_is_another_object() -> None:
    """A resource that moves from one named namespace to another inherits nothing, nor does a renamed right."""
    old, new = ({**_config("x", "1", namespace), "more": {"same": "same"}} for namespace in "nm")
    assert _pair({"a.yaml": [old]}, {"a.yaml": [new]}) == [("-", "a.yaml:1"), ("a.yaml:1", "-")]
    roles = [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": name},
            "data": {"v": "1"},
        }
        for name in ("debug", "ci")
    ]
    pairs = _pair({"a.yaml": [roles[0]]}, {"a.yaml": [roles[1]]})
    assert pairs == [("-", "a.yaml:1"), ("a.yaml:1", "-")]


def test_duplicates_in_a_file_pair_in_order() -> None:
    """The same name twice in a file: equals first, the rest in order."""
    base = {"a.yaml": [_config("x", "1"), _config("x", "2")]}
    head = {"a.yaml": [_config("x", "2"), _config("x", "3")]}
    assert _pair(base, head) == [("a.yaml:1", "a.yaml:3"), ("a.yaml:2", "a.yaml:2")]


def test_a_replaced_resource_inherits_nothing() -> None:
    """Another resource in the place of a deleted one is new, even if it is the only one of its kind."""
    base, head = {"a.yaml": [_config("x", "1")]}, {"a.yaml": [_config("y", "2")]}
    assert _pair(base, head) == [("-", "a.yaml:2"), ("a.yaml:1", "-")]


def test_of_several_that_it_may_be_the_strictest_counts() -> None:
    """Two of one name become one in another folder: what is looser than either may have been loosened."""
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n"
        "spec: {hostNetwork: %s, hostPID: %s, containers: [{name: web, image: 'web:1', args: [a, b, c, d]}]}\n"
    )
    base = {"a/web.yaml": text % ("false", "true"), "b/web.yaml": text % ("true", "false")}
    report = compare_trees(base, {"c/web.yaml": text % ("true", "true")}, policies=SHIPPED)
    found = {
        (finding.path, finding.grade)
        for finding in report.findings
        if finding.policy == "loosened-host-namespaces" or finding.related
    }
    assert {path for path, _ in found} == {"spec.hostNetwork", "spec.hostPID"}
    assert "possible" in {grade for _, grade in found}


def test_a_generated_name_is_the_same_name() -> None:
    """The hash that kustomize appends says what a ConfigMap holds, and not what it is."""

    def made(hashed: str, value: str) -> dict[str, list[Any]]:
        maps = [_config(f"{name}-{hashed}", value) for name in ("web", "db")]
        for each in maps:
            each["data"] |= {"a": "1", "b": "2", "c": "3", each["metadata"]["name"][:2]: "own"}
        return {"all.yaml": maps}

    changes = pair(_resources(made("2456789bcd", "x")), _resources(made("fghkmt2456", "y")), {})
    pairs = {(c.base and c.base.id.name, c.head and c.head.id.name) for c in changes}
    assert pairs == {
        ("web-2456789bcd", "web-fghkmt2456"),
        ("db-2456789bcd", "db-fghkmt2456"),
    }


@pytest.mark.parametrize(
    "broken", ["{", "a: b: c", "\x00", "metadata: [", "kind: Pod\nmetadata: 1\n"]
)
def test_a_base_that_cannot_be_read_hides_nothing(broken: str) -> None:
    """It is taken for no base at all, so that every policy that judges a state is in force."""
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostPID: true, containers: [{name: web, image: web}]}\n"
    other = {"other.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"}
    found = [
        {(f.policy, f.path, f.blocks) for f in report.findings if f.resource is not None}
        for report in (
            compare_trees({**other, "a.yaml": broken}, {**other, "a.yaml": text}, policies=SHIPPED),
            compare_trees(other, {**other, "a.yaml": text}, policies=SHIPPED),
        )
    ]
    assert found[0] >= found[1]
    assert ("host-pid", "spec.hostPID", True) in found[0]
