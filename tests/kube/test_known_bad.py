"""Versions that are known to be bad are found, and those that mend them are not."""

from __future__ import annotations

import re

import pytest

from policygate.kube.image import parse_image
from policygate.kube.known_bad import HOLES, component_of, holes_of


def _holes(text: str) -> list[str]:
    image = parse_image(text)
    assert image is not None
    return [hole.number for hole in holes_of(image)]


@pytest.mark.parametrize(
    ("image", "number"),
    [
        ("quay.io/argoproj/argocd:v2.1.8", "CVE-2022-24348"),
        ("quay.io/argoproj/argocd:v1.8.7", "CVE-2022-24348"),
        ("quay.io/argoproj/argocd:v2.2.4-rc1", "CVE-2022-24348"),
        ("quay.io/argoproj/argocd:v2.1.9", ""),
        ("quay.io/argoproj/argocd:v2.2.3", "CVE-2022-24348"),
        ("grafana/grafana:9.2.3-ubuntu", "CVE-2022-39328"),
        ("grafana/grafana:9.2.4-ubuntu", ""),
        ("grafana/grafana-oss:8.3.0", "CVE-2021-43798"),
        ("grafana/grafana:7.5.17", ""),
        ("grafana/loki:9.2.0", ""),
        ("ghcr.io/kyverno/kyverno:v1.8.4", "CVE-2022-47633"),
        ("ghcr.io/kyverno/kyverno:v1.8.2", ""),
        ("ghcr.io/kyverno/kyvernopre:v1.8.4", ""),
        ("k8s.gcr.io/kubernetes-dashboard-amd64:v1.10.0", "CVE-2018-18264"),
        ("registry.k8s.io/ingress-nginx/controller:v1.11.4@sha256:" + "a" * 64, "CVE-2025-1974"),
        ("registry.example:5000/mirror/ingress-nginx/controller:v1.12.0", "CVE-2025-1974"),
        ("registry.k8s.io/ingress-nginx/controller:v1.12.1", ""),
        ("registry.k8s.io/ingress-nginx/controller-chroot:v0.49.3", "CVE-2025-1974"),
        ("quay.io/kubernetes-ingress-controller/nginx-ingress-controller:0.30.0", "CVE-2025-1974"),
        ("registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.1.0", ""),
        ("registry.example/controller:v1.0.0", ""),
        ("registry.k8s.io/ingress-nginx/controller:main", ""),
        ("registry.k8s.io/ingress-nginx/controller", ""),
    ],
)
def test_versions_are_looked_up(image: str, number: str) -> None:
    """A version between the first bad one and the one that mends it has the hole, wherever it is mirrored."""
    assert _holes(image) == ([number] if number else [])


def test_the_table_is_sound() -> None:
    """Ranges go up, do not overlap, and each hole has a number and words."""
    for holes in HOLES.values():
        for hole in holes:
            assert re.fullmatch(r"CVE-\d{4}-\d{4,}", hole.number)
            assert hole.words
            edges = [edge for each in hole.ranges for edge in each]
            assert edges == sorted(edges)
            assert all(first < fixed for first, fixed in hole.ranges)


def test_no_entry_is_lost() -> None:
    """Every component that has holes has an image."""
    images = [
        "argoproj/argocd", "grafana/grafana", "kubernetes-dashboard", "kyverno/kyverno", "ingress-nginx/controller",
    ]  # fmt: skip
    found = set()
    for text in images:
        image = parse_image(text)
        assert image is not None
        found.add(component_of(image))
    assert found == HOLES.keys()
