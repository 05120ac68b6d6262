"""The fewest pods of a workload are its own number, or its autoscaler's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.replicas import least_replicas, scaler_of
from policygate.kube.resources import resources_of
from policygate.model import Resource
from policygate.surroundings import Surroundings
from tests.kube.bodies import POSITIONS, anything


def _resource(kind: str, name: str, version: str = "apps/v1", **spec: Any) -> Resource:
    metadata = {"name": name, "namespace": "shop"}
    body = {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}
    (found,) = resources_of(body, POSITIONS, "apps/a.yaml")
    return found


def _scaler(name: str = "web", kind: str = "Deployment", **spec: Any) -> Resource:
    target = {"scaleTargetRef": {"kind": kind, "name": name}}
    return _resource("HorizontalPodAutoscaler", "a", "autoscaling/v2", **target, **spec)


def _keda(**spec: Any) -> Resource:
    target = {"scaleTargetRef": {"name": "web"}}
    return _resource("ScaledObject", "b", "keda.sh/v1alpha1", **target, **spec)


def _least(workload: Resource, *around: Resource) -> int | None:
    context = Surroundings((), lambda _: (workload, *around), lambda _: ())
    found = least_replicas(context, workload)
    return found and found.number


@pytest.mark.parametrize(
    ("replicas", "around", "number"),
    [
        (3, (), 3),
        (None, (), 1),
        (0, (), 0),
        ("${REPLICAS}", (), None),
        (3, (_scaler(minReplicas=2),), 2),
        (None, (_scaler(),), 1),
        (None, (_scaler(minReplicas=4),), 4),
        (None, (_keda(),), 0),
        (None, (_keda(minReplicaCount=2),), 2),
        (0, (_scaler(minReplicas=2),), 0),
        (3, (_scaler(minReplicas="${MINIMUM}"),), None),
        (3, (_scaler("api", minReplicas=2),), 3),
        (3, (_scaler(kind="StatefulSet", minReplicas=2),), 3),
    ],
)
def test_an_autoscaler_counts_before_the_manifest(
    replicas: Any, around: tuple[Resource, ...], number: int | None
) -> None:
    """Unset is the default of each kind, 0 switches off, and what is filled in later is not known."""
    assert _least(_resource("Deployment", "web", replicas=replicas), *around) == number


def test_an_autoscaler_of_another_namespace_is_nobodys() -> None:
    """Autoscalers work in their own namespace."""
    other = _scaler(minReplicas=5)
    elsewhere = Resource(
        other.id._replace(namespace="test"), "v2", other.body, other.file, POSITIONS
    )
    workload = _resource("Deployment", "web", replicas=2)
    context = Surroundings((), lambda _: (workload, elsewhere), lambda _: ())
    assert scaler_of(context, workload) is None


@given(anything, anything, anything)
def test_nothing_breaks_it(replicas: Any, target: Any, minimum: Any) -> None:
    """Whatever stands in workloads and autoscalers, there is an answer."""
    spec = {"scaleTargetRef": target, "minReplicas": minimum}
    scaler = _resource("HorizontalPodAutoscaler", "a", "autoscaling/v2", **spec)
    found = _least(_resource("Deployment", "web", replicas=replicas), scaler)
    assert found is None or found >= 0
