"""Bodies and resources for the tests of Kubernetes facts, plausible and hostile ones."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from policygate.kube.resources import resources_of
from policygate.model import Location, Path, Resource, ResourceId


class NoPositions:
    """Positions of a body that stands in no file."""

    def locate(self, path: Path) -> Location:
        """Somewhere."""
        return Location("test.yaml", 1 + len(path))

    locate_value = locate


POSITIONS = NoPositions()
IMAGE = "registry.example.com:5000/team/web:1.2"


def read(body: Any, file: str = "apps/test.yaml") -> tuple[Resource, ...]:
    """The resources of a document."""
    return resources_of(body, POSITIONS, file)


def resource(body: dict[str, Any], group: str = "", kind: str = "Pod") -> Resource:
    """A resource of a body that need not look like one."""
    return Resource(ResourceId("", group, kind, "", "test"), "v1", body, "test.yaml", POSITIONS)


def pod(*containers: dict[str, Any], **spec: Any) -> Resource:
    """A Pod."""
    return resource({"spec": {"containers": list(containers), **spec}})


DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {
                "annotations": {"container.apparmor.security.beta.kubernetes.io/web": "unconfined"}
            },
            "spec": {
                "os": {"name": "linux"},
                "securityContext": {"runAsNonRoot": True, "windowsOptions": {"hostProcess": True}},
                "initContainers": [{"name": "proxy", "image": IMAGE, "restartPolicy": "Always"}],
                "containers": [
                    {
                        "name": "web",
                        "image": IMAGE,
                        "securityContext": {
                            "runAsUser": 0,
                            "windowsOptions": {"runAsUserName": "x"},
                        },
                        "resources": {"limits": {"memory": "1Gi"}},
                    }
                ],
            },
        },
    },
}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["web", "$patch", "Always", "v1", "List", "${X}", "*"]),
)
keys = st.one_of(
    st.text(max_size=5),
    st.sampled_from(["name", "image", "containers", "spec", "template", "items", "kind", "apiVersion", "metadata", "volumes", "$patch"]),
)  # fmt: skip
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
)


def places(value: Any, path: Path = ()) -> list[Path]:
    """Every path of a body."""
    children: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [path, *(place for key, child in children for place in places(child, (*path, key)))]


def put(body: Any, path: Path, value: Any) -> Any:
    """A copy of the body with another value at a path."""
    if not path:
        return value
    changed = copy.deepcopy(body)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return changed


broken_deployments = st.builds(
    put, st.just(DEPLOYMENT), st.sampled_from(places(DEPLOYMENT)), anything
)
"""A Deployment with something else at any one place."""
