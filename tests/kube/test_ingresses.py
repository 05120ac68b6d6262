"""Hosts and wildcards of Ingresses mean what the API says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.ingresses import backends, class_of, covers
from policygate.model import Resource
from tests.kube.bodies import resource
from tests.strategies import junk


def _ingress(body: Any) -> Resource:
    return resource({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", **body})


@pytest.mark.parametrize(
    ("pattern", "host", "covered"),
    [
        ("web.example", "web.example", True),
        ("Web.example", "web.EXAMPLE", True),
        ("*.example", "web.example", True),
        ("*.example", "a.web.example", False),
        ("*.example", "example", False),
        ("*.example", "*.example", True),
        ("web.example", "*.example", False),
        ("", "web.example", True),
        ("web.example", "", False),
        ("*", "web.example", False),
    ],
)
def test_a_wildcard_is_one_label(pattern: str, host: str, *, covered: bool) -> None:
    """One label and not more; no host is every host."""
    assert covers(pattern, host) == covered


def test_the_annotation_wins() -> None:
    """Controllers look at the annotation first."""
    annotations = {"annotations": {"kubernetes.io/ingress.class": "old"}}
    spec = {"ingressClassName": "new"}
    assert class_of(_ingress({"metadata": annotations, "spec": spec})) == "old"
    assert class_of(_ingress({"spec": spec})) == "new"
    assert class_of(_ingress({"spec": {}})) == ""


def test_backends_are_found_in_rules_and_beside_them() -> None:
    """The default backend counts, a backend that is a resource does not."""
    paths = [{"backend": {"service": {"name": "a"}}}, {"backend": {"resource": {"name": "b"}}}]
    spec = {"defaultBackend": {"service": {"name": "c"}}, "rules": [{"http": {"paths": paths}}]}
    assert [each["name"].raw for each in backends(_ingress({"spec": spec}))] == ["c", "a"]


@given(junk)
def test_nothing_raises(spec: Any) -> None:
    """Whatever stands in a spec, it is read."""
    ingress = _ingress({"spec": spec})
    list(backends(ingress))
    class_of(ingress)
