"""Patches inside of documents: which there are, what they set, and where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.inline import changes_others, patched_resources
from policygate.model import Resource
from policygate.yamldoc import parse
from tests.kube.bodies import POSITIONS, anything

KEYS = ("patches", "patchesJson6902", "patchesStrategicMerge", "transformers", "replacements")


def _read(text: str) -> list[Resource]:
    (document,) = parse(text.encode(), "kustomization.yaml").documents
    return list(patched_resources(document.value, document, "kustomization.yaml"))


def _set(op: str, target: str = "kind: Deployment") -> list[dict[str, Any]]:
    found = _read(f"patches: [{{target: {{{target}}}, patch: '[{op}]'}}]\n")
    assert all(each.partial for each in found)
    return [{k: v for k, v in each.body.items() if k != "metadata"} for each in found]


@given(st.sampled_from(KEYS), anything, st.sampled_from(["v1", "builtin"]))
def test_no_document_raises(key: str, value: Any, version: str) -> None:
    """Anything may stand where patches do, and in them."""
    for held in (value, [value], [{"patch": value, "target": value}], [{"patch": [value]}]):
        body = {"apiVersion": version, key: held, "patch": value, "spec": {key: held}}
        changes_others(body)
        for each in patched_resources(body, POSITIONS, "kustomization.yaml"):
            assert each.partial
            assert each.id.kind != "Kustomization" or "kind" in str(value)


@pytest.mark.parametrize(
    ("op", "rest"),
    [
        ("{op: add, path: /spec/replicas, value: 2}", {"spec": {"replicas": 2}}),
        ("{op: remove, path: /spec/replicas}", {"spec": {"replicas": None}}),
        ("{op: replace, path: /spec/a~1b~0c, value: x}", {"spec": {"a/b~c": "x"}}),
        ("{op: add, path: /spec/list/-, value: x}", {"spec": {"list": ["x"]}}),
        ("{op: add, path: /spec/list/7/a, value: x}", {"spec": {"list": [{"a": "x"}]}}),
    ],
)
def test_what_a_json_patch_sets(op: str, rest: dict[str, Any]) -> None:
    """Its pointer, with the value at its end."""
    assert _set(op) == [{"apiVersion": "apps/v1", "kind": "Deployment", **rest}]


@pytest.mark.parametrize(
    "op",
    [
        "{op: remove, path: /spec/list/0}", "{op: test, path: /spec, value: {}}", "{op: add, path: spec, value: 1}",
        "{op: add, path: '', value: {}}", "{op: add}", "1", f"{{op: add, path: {'/a' * 1000}, value: 1}}",
    ],
)  # fmt: skip
def test_what_a_json_patch_does_not_set(op: str) -> None:
    """What it asks for or gets wrong is no part of a resource, nor is an item that it takes out of a list."""
    assert _set(op) == []


def test_a_target_says_whom_a_patch_is_for() -> None:
    """Its name and kind count, and a name of the patch does not; a kind that nobody knows needs a group."""
    text = "patches: [{target: {kind: StatefulSet, name: db}, patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: unused, labels: {a: b}}}'}]\n"
    (found,) = _read(text)
    assert (found.id.group, found.id.kind, found.id.name) == ("apps", "StatefulSet", "db")
    assert found.body["metadata"] == {"labels": {"a": "b"}, "name": "db"}
    op = "{op: add, path: /spec/a, value: 1}"
    assert _set(op, "kind: Thing") == []
    (thing,) = _set(op, "kind: Thing, group: example.org, version: v2")
    assert thing["apiVersion"] == "example.org/v2"


def test_a_block_has_lines() -> None:
    """What stands in a literal block is found at its line, and else at the line of the patch."""
    header = "apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n      spec:\n        replicas: 2\n"
    for mark, line in (("|", 8), (">", 3)):
        found = _read(
            f"resources: []\npatches:\n  - patch: {mark}\n      {header}"
            if mark == "|"
            else "a: b\npatches:\n  - patch: '{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2}}'\n"
        )
        assert [each.locate(("spec", "replicas")).line for each in found] == [line]
        assert [each.locate_value(("spec", "replicas")).line for each in found] == [line]
