"""What was meant by a target that is not there."""

from __future__ import annotations

import pytest

from policygate.kube.resources import resources_of
from policygate.kube.targets import SCALED, Target, likely
from policygate.model import Resource
from policygate.surroundings import Surroundings
from tests.kube.bodies import POSITIONS


def _resource(kind: str, name: str, namespace: str = "shop") -> Resource:
    metadata = {"name": name, "namespace": namespace}
    body = {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata}
    (found,) = resources_of(body, POSITIONS, "apps/a.yaml")
    return found


HERE = (
    _resource("Deployment", "frontend"),
    _resource("StatefulSet", "database"),
    _resource("Deployment", "checkout", "test"),
)


@pytest.mark.parametrize(
    ("target", "meant"),
    [
        (Target("Deployment", "frontend"), None),
        (Target("Deployment", "fronted"), Target("Deployment", "frontend")),
        (Target("Deployment", "database"), Target("StatefulSet", "database")),
        (Target("StatefulSet", "fronted"), None),
        (Target("Deployment", "api"), None),
        (Target("Deployment", "checkout"), None),
    ],
)
def test_the_same_name_or_nearly_so(target: Target, meant: Target | None) -> None:
    """Of another kind with the name, or of the kind with nearly the name, in the same namespace."""
    context = Surroundings((), lambda _: HERE, lambda _: ())
    scaler = _resource("HorizontalPodAutoscaler", "a")
    assert likely(context, scaler, target, SCALED) == meant
