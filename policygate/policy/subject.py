"""What expressions see of a subject: the variables that a ValidatingAdmissionPolicy has, and ours.

Not for evaluating them (`expressions`).
https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from policygate.cel import Lazy
from policygate.kube.workloads import Container, PodSpec, pair_pods
from policygate.place import look_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policygate.model import Change, Path, Resource
    from policygate.policy.types import Pair

Roots: TypeAlias = "dict[str, Path]"
"""The names of variables that stand in a resource, with their paths from its root."""

_OBJECT: Final = ("object", "oldObject", "params", "request", "namespaceObject")
_POD: Final = ("pod", "oldPod")
_CONTAINER: Final = ("container", "oldContainer")
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "object": _OBJECT,
    "pod": (*_OBJECT, *_POD),
    "container": (*_OBJECT, *_POD, *_CONTAINER),
}
"""The variables of each scope."""

_KIND: Final = {"group": "", "version": "", "kind": ""}
_TARGET: Final = {"group": "", "version": "", "resource": ""}
REQUEST: Final[Mapping[str, Any]] = {
    "uid": "",
    "kind": _KIND,
    "resource": _TARGET,
    "subResource": "",
    "requestKind": _KIND,
    "requestResource": _TARGET,
    "requestSubResource": "",
    "name": "",
    "namespace": "",
    "operation": "",
    "userInfo": {"username": "", "uid": "", "groups": [], "extra": {}},
    "dryRun": False,
    "options": {},
}
"""`request` with zero values: who asks, and how, is not known before there is a cluster."""


def bindings_of(pair: Pair, params: Mapping[str, Any]) -> dict[str, Any]:
    """The variables for a subject; what costs something is computed when it is read."""
    change = pair.change
    if change is None:
        raise ValueError("a file has no variables")
    bound: dict[str, Any] = {
        "object": _admitted(change.head),
        "oldObject": _admitted(change.base),
        "params": dict(params),
        "request": Lazy(lambda: _request(change)),
        "namespaceObject": Lazy(lambda: _namespace(pair, change)),
    }
    head, base = pair.head, pair.base
    if isinstance(head, Container):
        bound["container"] = _part(change.head, head)
        bound["oldContainer"] = _part(change.base, base)
        bound["pod"] = _part(change.head, head.pod)
        bound["oldPod"] = Lazy(lambda: _part(change.base, _old_pod(pair, change)))
    elif isinstance(head, PodSpec):
        bound["pod"] = _part(change.head, head)
        bound["oldPod"] = _part(change.base, base)
    return bound


def roots_of(pair: Pair) -> tuple[Roots, Roots]:
    """Where the variables stand in the resource at the head, and at the base."""
    heads: Roots = {"object": ()}
    bases: Roots = {"oldObject": ()}
    for roots, subject, old in ((heads, pair.head, ""), (bases, pair.base, "old")):
        if isinstance(subject, Container):
            roots["oldContainer" if old else "container"] = subject.view.path
            roots["oldPod" if old else "pod"] = subject.pod.view.path
        elif isinstance(subject, PodSpec):
            roots["oldPod" if old else "pod"] = subject.view.path
    return heads, bases


def root_of(subject: Any) -> Path:
    """Where a subject stands in its resource."""
    return subject.view.path if isinstance(subject, (PodSpec, Container)) else ()


def _part(resource: Resource | None, subject: Any) -> Any:
    if resource is None or subject is None:
        return None
    return look_up(_admitted(resource), subject.view.path)[0]


def _old_pod(pair: Pair, change: Change) -> PodSpec | None:
    """The partner of a container's pod; the container itself may be new in it."""
    if isinstance(pair.base, Container):
        return pair.base.pod
    path = pair.head.pod.view.path
    pods = pair_pods(change.base, change.head)
    return next((base for base, head in pods if head is not None and head.view.path == path), None)


def _request(change: Change) -> dict[str, Any]:
    """What the API server would be asked, with zero values for what is not known here."""
    resource = change.resource
    ident, version = resource.id, resource.version.rpartition("/")[2]
    kind = {"group": ident.group, "version": version, "kind": ident.kind}
    target = {"group": ident.group, "version": version, "resource": ""}
    known = {"name": ident.name, "namespace": ident.namespace, "operation": change.operation}
    kinds = {"kind": kind, "requestKind": kind, "resource": target, "requestResource": target}
    return {**REQUEST, **known, **kinds}


def _namespace(pair: Pair, change: Change) -> Any:
    """The Namespace of the resource as a manifest of its folder has it, else one without labels."""
    ident = change.resource.id
    if not ident.namespace:
        return None
    context = pair.context
    found = context.head_resources(ident.scope, "Namespace", name=ident.namespace)
    if found:
        return _admitted(found[0])
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": ident.namespace, "labels": {}, "annotations": {}},
        "spec": {},
        "status": {},
    }


class _Body:
    """A resource's body as a key of a cache: never changed, and equal to itself alone."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Body) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def _admitted(resource: Resource | None) -> Any:
    return None if resource is None else _without_nulls(_Body(resource.body))


@lru_cache(maxsize=64)  # every policy asks again about the same resource
def _without_nulls(body: _Body) -> Any:
    """A body as the API server hands it on: members that are null are absent."""
    return _pruned(body.value)


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _pruned(item) for key, item in value.items() if item is not None}
        same = len(kept) == len(value) and all(kept[key] is value[key] for key in kept)
        return value if same else kept
    if isinstance(value, list):
        items = [_pruned(item) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value
