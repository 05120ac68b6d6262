"""Claims are found wherever a resource may write one down."""

from __future__ import annotations

from typing import Any

import pytest

from policygate.kube.claims import claims
from tests.kube.bodies import resource

POD = {
    "containers": [{"name": "web", "image": "web:1"}],
    "volumes": [
        {"name": "tmp", "emptyDir": {}},
        {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}},
    ],
}


@pytest.mark.parametrize(
    ("kind", "spec", "found"),
    [
        ("PersistentVolumeClaim", {}, [("spec", "the claim test")]),
        ("Pod", POD, [("spec.volumes.1.ephemeral.volumeClaimTemplate.spec", "the volume scratch")]),
        (
            "apps/StatefulSet",
            {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {}}]},
            [("spec.volumeClaimTemplates.0.spec", "the claim template data")],
        ),
        ("apps/Deployment", {"volumeClaimTemplates": [{}]}, []),
    ],
)
def test_claims(kind: str, spec: Any, found: list[tuple[str, str]]) -> None:
    """Every place is found, and nothing that only looks like one."""
    group, _, name = kind.rpartition("/")
    held = claims(resource({"spec": spec}, group, name))
    assert [(".".join(map(str, each.spec.path)), each.name) for each in held] == found
