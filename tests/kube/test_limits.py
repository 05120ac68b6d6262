"""What bounds a container, whoever sets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given

from policygate.kube.limits import amount
from policygate.kube.workloads import Container, containers, pod_specs
from policygate.model import Resource
from policygate.surroundings import Surroundings
from tests.kube.bodies import anything, pod, resource


@dataclass
class Around:
    """A folder with these resources."""

    resources: tuple[Resource, ...] = ()

    def head_resources(self, scope: str, kind: str, **which: str) -> Sequence[Resource]:
        found = Surroundings((), lambda _: self.resources, lambda _: ())
        return found.head_resources(scope, kind, **which)


@dataclass
class Both:
    """A container at the head, in its surroundings."""

    head: Container
    context: Around


def limit_range(default: Any, namespace: str = "", kind: str = "Container") -> Resource:
    """A LimitRange with one default for memory limits."""
    found = resource(
        {"spec": {"limits": [{"type": kind, "default": {"memory": default}}]}}, "", "LimitRange"
    )
    identity = type(found.id)("", "", "LimitRange", namespace, "x")
    return Resource(identity, "v1", found.body, found.file, found.positions)


def memory(own: Any = None, of_pod: Any = None, *around: Resource) -> Any:
    """The memory limit that counts, as written."""
    one = pod({"name": "a", "resources": own}, resources=of_pod)
    (container,) = containers(pod_specs(one)[0])
    found = amount(Both(container, Around(around)), "limits", "memory")
    return found and found.raw


def limit(value: Any) -> dict[str, Any]:
    """Resources with one memory limit."""
    return {"limits": {"memory": value}}


def test_the_nearest_limit_counts() -> None:
    """The container's own limit counts, then the pod's, then the folder's default."""
    default = limit_range("3Gi")
    assert memory(limit("1Gi"), limit("2Gi"), default) == "1Gi"
    assert memory(None, limit("2Gi"), default) == "2Gi"
    assert memory(None, None, default) == "3Gi"
    assert memory() is None


@pytest.mark.parametrize("nothing", [0, "0", " 0", "0Mi", "m", None, [], True, {"a": 1}])
def test_nothing_is_no_limit(nothing: Any) -> None:
    """Zero in every spelling, null and other types bound nothing."""
    assert memory(limit(nothing), limit("2Gi")) == "2Gi"


def test_a_limit_that_is_refused_is_set() -> None:
    """A quantity the cluster refuses is another policy's business, not a missing limit."""
    assert memory(limit("500MiB"), limit("2Gi")) == "500MiB"


def test_only_the_default_for_containers_of_the_namespace_counts() -> None:
    """A LimitRange of another namespace, or for pods, bounds no container here."""
    assert memory(None, None, limit_range("3Gi", "other")) is None
    assert memory(None, None, limit_range("3Gi", kind="Pod")) is None


@given(anything, anything, anything)
def test_no_body_raises(own: Any, of_pod: Any, default: Any) -> None:
    """Any resources of any shape have an answer."""
    found = memory(own, of_pod, limit_range(default))
    assert found is None or isinstance(found, (str, int, float))
