"""What expressions see of a subject: the variables that a ValidatingAdmissionPolicy has, and ours.

Not for evaluating them (`expressions`).
https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from policygate.cel import Lazy
from policygate.identity import Identity
from policygate.kube.workloads import Container, PodSpec, pair_pods, pod_specs
from policygate.place import look_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policygate.model import Change, Path, Resource
    from policygate.policy.types import Pair

Read: TypeAlias = "Callable[[Resource | None], Any]"
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


def bindings_of(pair: Pair, params: Mapping[str, Any], read: Read | None = None) -> dict[str, Any]:
    """The variables for a subject; what costs something is computed when it is read.

    Args:
        pair: The subject.
        params: The parameters of the policy.
        read: How a resource is read: `admitted` by default, or `well_typed_body`.
    """
    change = pair.change
    if change is None:
        raise ValueError("a file has no variables")
    read = read or admitted
    bound: dict[str, Any] = {
        "object": read(change.head),
        "oldObject": read(change.base),
        "params": dict(params),
        "request": Lazy(lambda: _request(change)),
        "namespaceObject": Lazy(lambda: _namespace(pair, change)),
    }
    head, base = pair.head, pair.base
    if isinstance(head, Container):
        bound["container"] = _part(bound["object"], head)
        bound["oldContainer"] = _part(bound["oldObject"], base)
        bound["pod"] = _part(bound["object"], head.pod)
        bound["oldPod"] = Lazy(lambda: _part(bound["oldObject"], _old_pod(pair, change)))
    elif isinstance(head, PodSpec):
        bound["pod"] = _part(bound["object"], head)
        bound["oldPod"] = _part(bound["oldObject"], base)
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


def _part(body: Any, subject: Any) -> Any:
    return None if subject is None else look_up(body, subject.view.path)[0]


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
        return admitted(found[0])
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": ident.namespace, "labels": {}, "annotations": {}},
        "spec": {},
        "status": {},
    }


def admitted(resource: Resource | None) -> Any:
    """A resource as the API server hands it on; None for none."""
    return None if resource is None else _without_nulls(Identity(resource.body))


def well_typed_body(resource: Resource | None) -> Any:
    """A resource without what the API server refuses for its type; None for none.

    For the rare manifest that is not what its kind says: nothing can be read from a security context
    that is a list, and the cluster will not take it.
    """
    from policygate.kube.openapi import common_fields, fields_of, pod_spec, well_typed

    if resource is None:
        return None
    ident = resource.id
    kinds = fields_of(f"{ident.group or 'core'}/{ident.kind}")
    body = well_typed(admitted(resource), kinds[-1] if kinds else common_fields())
    if not kinds:
        for pod in pod_specs(resource):
            spec = well_typed(look_up(body, pod.view.path)[0], pod_spec())
            body = _replaced(body, pod.view.path, spec)
    return body


def _replaced(value: Any, path: Path, part: Any) -> Any:
    """A copy of a value with another part at a path that exists in it."""
    if not path:
        return part
    copied = value.copy()
    copied[path[0]] = _replaced(value[path[0]], path[1:], part)
    return copied


@lru_cache(maxsize=64)  # every policy asks again about the same resource
def _without_nulls(body: Identity) -> Any:
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
