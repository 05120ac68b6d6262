"""Manifests fit their schemas exactly when kubernetes-validate says so, at the places it names."""

from __future__ import annotations

import copy
import os
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygate.kube.api_files import nearest_version, versions
from policygate.kube.resources import resources_of
from policygate.kube.schema import built_in, serves, validate
from policygate.yamldoc import parse
from tests.strategies import junk

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "real"
NEWEST = nearest_version(None)
DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [
                    {
                        "name": "web",
                        "image": "web:1",
                        "ports": [{"containerPort": 80, "name": "http"}],
                        "resources": {"limits": {"memory": "1Gi"}},
                        "readinessProbe": {"httpGet": {"port": "http"}},
                    }
                ],
                "volumes": [{"name": "a", "emptyDir": {}}],
            },
        },
    },
}


def _theirs(body: Any) -> bool:
    import kubernetes_validate

    try:
        kubernetes_validate.validate(body, f"{NEWEST[0]}.{NEWEST[1]}", strict=True)
    except kubernetes_validate.ValidationError:
        return False
    return True


def _ours(body: Any) -> bool:
    """Whether a body fits, ranges and texts aside, which kubernetes-validate does not look at."""
    check = built_in(NEWEST, body["apiVersion"], body["kind"])
    assert check is not None
    return all(each.what == "value" for each in validate(check, body))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if len(path) > 1 else []
    items = value if isinstance(value, list) else ()
    for key, item in value.items() if isinstance(value, dict) else enumerate(items):
        found += _places(item, (*path, key))
    return found


def _has_null(value: Any) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return value is None or any(map(_has_null, items))


@settings(max_examples=400 if os.environ.get("POLICYGATE_THOROUGH") else 25, deadline=None)
@given(st.sampled_from(_places(DEPLOYMENT)), junk, st.sampled_from(["", "extra"]))
def test_agrees_with_kubernetes_validate(path: tuple[Any, ...], value: Any, extra: str) -> None:
    """Anything at any place is refused by both or by none."""
    if _has_null(value):
        return  # a null is absent to the API server, and a type error to kubernetes-validate
    body = copy.deepcopy(DEPLOYMENT)
    parent: Any = body
    for part in path[:-1]:
        parent = parent[part]
    key = extra if extra and isinstance(parent, dict) else path[-1]
    parent[key] = value
    assert _ours(body) == _theirs(body)


def test_a_null_is_absent_but_its_name_must_be_known() -> None:
    """As in the API server: a member that is null says nothing, and one of a wrong name is wrong."""
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    check = built_in(NEWEST, "v1", "Pod")
    assert check is not None
    assert not validate(check, body | {"status": None})
    assert [each.what for each in validate(check, body | {"stats": None})] == ["unknown"]


@cache
def _real() -> tuple[Any, ...]:
    """The resources of built-in kinds in some of the real repositories, none of them a patch."""
    found: list[Any] = []
    for name in ("GoogleCloudPlatform+microservices-demo", "redhat-cop+gitops-catalog"):
        with tarfile.open(CORPUS / f"{name}.tar.gz") as archive:
            for member in archive:
                if not member.isfile() or not member.name.endswith((".yaml", ".yml")):
                    continue
                data = archive.extractfile(member)
                for document in parse(data.read() if data else b"", member.name).documents:
                    if document.readable:
                        found += resources_of(document.value, document, member.name)
    return tuple(
        each.body
        for each in found
        if not each.partial and serves(NEWEST, str(each.body.get("apiVersion")), each.id.kind)
    )


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not here: no real manifests")
def test_agrees_with_kubernetes_validate_on_real_manifests() -> None:
    """Real manifests are refused by both or by none."""
    bodies = _real()
    step = 1 if os.environ.get("POLICYGATE_THOROUGH") else max(1, len(bodies) // 30)
    assert len(bodies) > 300
    assert [body["kind"] for body in bodies[::step] if _ours(body) != _theirs(body)] == []


@given(junk)
def test_no_value_breaks_a_check(value: Any) -> None:
    """Whatever stands for a manifest, a check tells what is wrong with it and never raises."""
    for kind in ("Pod", "Service", "ConfigMap", "Secret"):
        check = built_in(NEWEST, "v1", kind)
        assert check is not None
        validate(
            check,
            {"apiVersion": "v1", "kind": kind, "metadata": value, "spec": value, "data": value},
        )


@pytest.mark.parametrize("version", versions())
def test_every_described_version_has_its_kinds(version: tuple[int, int]) -> None:
    """A Deployment fits each of them, and a kind that a version has not yet is unknown to it."""
    check = built_in(version, "apps/v1", "Deployment")
    assert check is not None
    assert validate(check, DEPLOYMENT) == []
    assert serves(version, "resource.k8s.io/v1", "ResourceClaim") == (version >= (1, 34))
