"""What Flux makes of its objects where they say nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.flux import (
    chart_name,
    drift_detection,
    pinned_by,
    release_name,
    storage_namespace,
    target_namespace,
)
from policygate.model import Resource
from policygate.view import View
from tests.kube.bodies import anything, read


def release(namespace: str = "", **spec: Any) -> Resource:
    """A HelmRelease called web."""
    metadata = {"name": "web", **({"namespace": namespace} if namespace else {})}
    body = {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease"}
    return read({**body, "metadata": metadata, "spec": spec})[0]


def test_a_release_is_called_after_where_it_goes() -> None:
    """Only if that is said."""
    assert release_name(release("shop")) == "web"
    assert release_name(release(targetNamespace="shop")) == "shop-web"
    assert release_name(release(targetNamespace="shop", releaseName="api")) == "api"
    assert len(release_name(release(targetNamespace="a" * 60))) == 53


def test_namespaces_are_those_of_the_object() -> None:
    """Unless it names others."""
    assert target_namespace(release("shop")) == storage_namespace(release("shop")) == "shop"
    assert target_namespace(release("a", targetNamespace="b")) == "b"
    assert storage_namespace(release("a", storageNamespace="b")) == "b"


def test_charts_and_drift() -> None:
    """A chart in a folder is called as the folder; drift is ignored by default."""
    assert chart_name(release(chart={"spec": {"chart": "./charts/web/"}})) == "web"
    assert chart_name(release(chartRef={"name": "web"})) == ""
    assert drift_detection(release()) == "disabled"
    assert drift_detection(release(driftDetection={"mode": "warn"})) == "warn"


@pytest.mark.parametrize(
    ("ref", "by"),
    [
        ({}, ""), ({"branch": "main"}, ""), ({"tag": "latest"}, ""), ({"tag": "v1"}, "tag"),
        ({"tag": "v1", "semver": ">=1"}, ""), ({"tag": "v1", "digest": "sha256:a"}, "digest"),
        ({"branch": "main", "commit": "a"}, "commit"), ({"name": "refs/heads/main", "tag": "v1"}, ""),
    ],
)  # fmt: skip
def test_what_a_reference_is_pinned_by(ref: Any, by: str) -> None:
    """The most exact field counts."""
    assert pinned_by(View(ref)) == by


@given(anything)
def test_any_body_is_read(body: Any) -> None:
    """Nothing makes it raise."""
    found = read({"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "spec": body})[
        0
    ]
    for fact in (chart_name, drift_detection, release_name, storage_namespace, target_namespace):
        fact(found)
    pinned_by(found.view.spec)
