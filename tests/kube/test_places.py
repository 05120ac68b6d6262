"""The tables of pod specs and fields agree with the API's own schema and with the reference."""

from __future__ import annotations

import csv
import importlib.resources
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policygate.kube import effective, places
from policygate.kube.resources import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "podspec-paths.tsv"
CORE = "io.k8s.api.core.v1."


@cache
def definitions() -> dict[str, Any]:
    """The types of Kubernetes 1.35."""
    files = importlib.resources.files("kubernetes_validate")
    file = files / "kubernetes-json-schema" / "v1.35.0-local" / "_definitions.json"
    loaded: dict[str, Any] = json.loads(file.read_text())["$defs"]
    return loaded


def kinds() -> Iterator[tuple[str, str, str]]:
    """Group, kind and type of everything that is no list."""
    for name, schema in definitions().items():
        for gvk in schema.get("x-kubernetes-group-version-kind", ()):
            if not gvk["kind"].endswith("List") and ".apimachinery." not in name:
                yield gvk["group"], gvk["kind"], name


def pod_places(name: str, path: str, seen: frozenset[str]) -> Iterator[str]:
    """The places of pod specs inside a type."""
    for key, schema in definitions()[name].get("properties", {}).items():
        inner = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
        inner = inner.rpartition("/")[2]
        if inner == CORE + "PodSpec":
            yield f"{path}{key}"
        elif inner and inner not in seen:
            yield from pod_places(inner, f"{path}{key}.", seen | {inner})


def fields(name: str) -> frozenset[str]:
    """The fields of a core type."""
    return frozenset(definitions()[CORE + name]["properties"])


def test_built_in_places_are_those_of_the_schema() -> None:
    """Every kind of Kubernetes whose type holds a pod spec is in the table, and no other."""
    found = {
        (group, kind): tuple(pod_places(name, "", frozenset({name})))
        for group, kind, name in kinds()
        if group in {"", "apps", "batch"}
    }
    known = {key: value for key, value in places.BUILT_IN.items() if "openshift" not in key[0]}
    assert {key: value for key, value in found.items() if value} == known


def test_groups_without_fallback_hold_no_pod_spec() -> None:
    """Every group of Kubernetes itself is left out of the search, and rightly so."""
    for group, _, name in kinds():
        assert "." not in group or group in places.NO_FALLBACK
        assert "." not in group or not list(pod_places(name, "", frozenset({name})))


def test_pod_keys_are_the_fields_of_a_pod_spec() -> None:
    """A pod spec's fields are known, `containers` aside."""
    assert fields("PodSpec") - {"containers"} <= places.POD_KEYS


def test_inheritance_follows_the_schema() -> None:
    """What is inherited is what both security contexts have; every field has its unset value."""
    own, pod = fields("SecurityContext"), fields("PodSecurityContext")
    assert own & pod == effective._BOTH
    assert own - pod == effective._CONTAINER
    assert pod - own == effective._POD
    assert fields("PodSpec") >= effective._SPEC
    assert (own | pod | effective._SPEC) <= set(effective.UNSET_DEFAULTS)


def test_required_fields_exist() -> None:
    """What a whole resource must have is a field of its kind."""
    by_kind = {(group, kind): name for group, kind, name in kinds()}
    for key, paths in REQUIRED.items():
        if key[0] == "argoproj.io":
            continue
        for path in paths:
            name = by_kind[key]
            for step in path:
                schema = definitions()[name]["properties"][step]
                name = schema.get("$ref", "").rpartition("/")[2]


def test_keys_are_unique_and_paths_well_formed() -> None:
    """No kind is built in and custom at once, and the same place is not whole and merged at once."""
    custom = {*places.WHOLE, *places.MERGED}
    assert not custom & set(places.BUILT_IN)
    assert not custom & places.NOT_PODS
    for table in (places.WHOLE, places.MERGED):
        assert list(table) == sorted(table)
    for key in places.WHOLE.keys() & places.MERGED.keys():
        assert not set(places.WHOLE[key]) & set(places.MERGED[key])


@pytest.mark.skipif(not REFERENCE.is_file(), reason="no ../shared/reference")
def test_every_place_of_the_reference_is_known() -> None:
    """Every row of the reference is in the table, or listed as no pod; partial rows are merged ones."""
    table = {
        certainty: {
            (group, kind.lower(), place) for (group, kind), found in rows.items() for place in found
        }
        for certainty, rows in (
            ("full", {**places.WHOLE, **places.BUILT_IN}),
            ("partial", places.MERGED),
        )
    }
    not_pods = {(group, kind.lower()) for group, kind in places.NOT_PODS}
    rows = list(csv.DictReader(REFERENCE.read_text("utf-8").splitlines(), delimiter="\t"))
    assert rows
    for row in rows:
        group, kind = row["group"], row["kind_version"].split("_")[0]
        if group.startswith("openshift/"):
            group = "apps.openshift.io"
        place = (group, kind, row["path_to_object_with_containers"])
        known = place in table["partial"] or (row["podspec"] == "full" and place in table["full"])
        assert known or place[:2] in not_pods, row
