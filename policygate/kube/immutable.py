"""Fields that the API server does not let anybody change once an object exists.

Whoever changes one in git makes the sync fail; only deleting the object and creating it anew brings the
change in. Source: kubernetes/pkg/apis/*/validation and the registry strategies. Not for judging it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from policygate.kube.quantity import read_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policygate.model import Resource
    from policygate.view import View


class Changed(NamedTuple):
    """A field that may not change and has: where it stands at the head, and what it is called.

    `possible` says that the value in the cluster decides, which a manifest does not show. `limit` is what may be
    done with it.
    """

    view: View
    name: str
    possible: bool = False
    limit: str = "cannot be changed"


_Special: TypeAlias = "Callable[[View, View], Iterator[Changed]]"

_RBAC: Final = "rbac.authorization.k8s.io"
FIELDS: Final[dict[tuple[str, str], tuple[tuple[str, Any], ...]]] = {
    ("apps", "Deployment"): (("spec.selector", None),),
    ("apps", "DaemonSet"): (("spec.selector", None),),
    ("apps", "ReplicaSet"): (("spec.selector", None),),
    ("apps", "StatefulSet"): (
        ("spec.selector", None), ("spec.serviceName", ""), ("spec.podManagementPolicy", "OrderedReady"),
    ),
    ("batch", "Job"): (
        ("spec.selector", None), ("spec.completionMode", "NonIndexed"), ("spec.podFailurePolicy", None),
        ("spec.backoffLimitPerIndex", None), ("spec.managedBy", None), ("spec.successPolicy", None),
        ("spec.template", None),
    ),
    ("", "PersistentVolume"): (("spec.volumeMode", "Filesystem"),),
    ("storage.k8s.io", "StorageClass"): (
        ("provisioner", None), ("parameters", None), ("reclaimPolicy", "Delete"),
        ("volumeBindingMode", "Immediate"),
    ),
    ("storage.k8s.io", "CSIDriver"): (
        ("spec.attachRequired", True), ("spec.volumeLifecycleModes", ["Persistent"]),
    ),
    (_RBAC, "RoleBinding"): (("roleRef.kind", None), ("roleRef.name", None)),
    (_RBAC, "ClusterRoleBinding"): (("roleRef.kind", None), ("roleRef.name", None)),
    ("scheduling.k8s.io", "PriorityClass"): (
        ("value", None), ("preemptionPolicy", "PreemptLowerPriority"),
    ),
    ("networking.k8s.io", "IngressClass"): (("spec.controller", None),),
    ("node.k8s.io", "RuntimeClass"): (("handler", None),),
    ("discovery.k8s.io", "EndpointSlice"): (("addressType", None),),
    ("", "Secret"): (("type", "Opaque"),),
    ("apiextensions.k8s.io", "CustomResourceDefinition"): (
        ("spec.group", None), ("spec.scope", None), ("spec.names.kind", None), ("spec.names.plural", None),
    ),
}  # fmt: skip
"""Kinds, and the fields that stay what they are, each with what unset means (None: nothing)."""

_POD_MAY_CHANGE: Final = ("activeDeadlineSeconds", "tolerations", "schedulingGates")
_CLAIM_FIELDS: Final = (
    ("accessModes", False), ("storageClassName", True), ("volumeName", True), ("dataSource", True),
    ("dataSourceRef", True), ("selector", False),
)  # fmt: skip
"""Fields of a claim; True for those that the cluster fills in where the manifest leaves them out."""
_SOURCE_NEIGHBOURS: Final = frozenset(
    {
        "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity",
        "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "volumeMode",
    }
)  # fmt: skip
"""Fields of a PersistentVolume beside its source."""


def changed_fields(base: Resource, head: Resource) -> Iterator[Changed]:
    """Yield the fields of an object that may not change and differ between two of its versions.

    Of a patch, only what both versions write.
    """
    key = (head.id.group, head.id.kind)
    whole = not base.partial and not head.partial
    for place, unset in FIELDS.get(key, ()):
        old, new = _at(base.view, place), _at(head.view, place)
        if not whole and not (old and new):
            continue
        if _normal(old.raw, unset) != _normal(new.raw, unset):
            yield Changed(new, place)
    if whole and key in _SPECIAL:
        yield from _SPECIAL[key](base.view, head.view)


def _at(view: View, place: str) -> View:
    for step in place.split("."):
        view = view[step]
    return view


def _normal(value: Any, unset: Any = None) -> Any:
    """A value as the API server compares it: null and empty members are absent."""
    if value is None:
        return None if unset is None else _normal(unset)
    if isinstance(value, dict):
        inner = {key: _normal(member) for key, member in value.items()}
        return {key: member for key, member in inner.items() if member not in (None, {}, [])}
    if isinstance(value, list):
        return [_normal(item) for item in value]
    return (type(value) is bool, value)  # True is no 1


def _claim_templates(base: View, head: View) -> Iterator[Changed]:
    old, new = base.spec.volumeClaimTemplates, head.spec.volumeClaimTemplates
    if [_template(each) for each in old] != [_template(each) for each in new]:
        yield Changed(new, "spec.volumeClaimTemplates")


def _template(claim: View) -> Any:
    """A claim of a StatefulSet without what only says what it is."""
    metadata = {key: value for key, value in claim.metadata.items() if key != "creationTimestamp"}
    spec = {key: view.raw for key, view in claim.spec.items() if key != "resources"}
    spec["volumeMode"] = spec.get("volumeMode") or "Filesystem"
    amounts = {
        (what, name): _amount(amount)
        for what in ("requests", "limits")
        for name, amount in claim.spec.resources[what].items()
    }
    return _normal({key: view.raw for key, view in metadata.items()}), _normal(spec), amounts


def _amount(view: View) -> Any:
    try:
        return read_quantity(view.raw)
    except (ValueError, TypeError):
        return str(view.raw)


def _claim(base: View, head: View) -> Iterator[Changed]:
    for field, filled in _CLAIM_FIELDS:
        old, new = base.spec[field], head.spec[field]
        if _normal(old.raw) == _normal(new.raw):
            continue
        yield Changed(new, f"spec.{field}", possible=filled and not (old and new))
    if (base.spec.volumeMode.raw or "Filesystem") != (head.spec.volumeMode.raw or "Filesystem"):
        yield Changed(head.spec.volumeMode, "spec.volumeMode")
    old, new = base.spec.resources.requests.storage, head.spec.resources.requests.storage
    try:
        if old and new and read_quantity(new.raw) < read_quantity(old.raw):
            yield Changed(new, "spec.resources.requests.storage", limit="can only grow")
    except (ValueError, TypeError):
        return


def _service(base: View, head: View) -> Iterator[Changed]:
    """Its address: left out, the cluster keeps the one that it has."""
    if "ExternalName" in (base.spec["type"].raw, head.spec["type"].raw):
        return
    old, new = base.spec.clusterIP, head.spec.clusterIP
    if new.string() and new.raw != old.raw:
        yield Changed(new, "spec.clusterIP", possible=not old.string() and new.raw != "None")


def _pod(base: View, head: View) -> Iterator[Changed]:
    """A pod keeps all but its images, and some waiting and tolerating."""
    old, new = _kept(base.spec), _kept(head.spec)
    for field in sorted(old.keys() | new.keys()):
        if old.get(field) != new.get(field):
            yield Changed(head.spec[field], f"spec.{field}")


def _kept(spec: View) -> dict[str, Any]:
    kept = {}
    for key, view in spec.items():
        if key in _POD_MAY_CHANGE or view.raw is None:
            continue
        if key in {"containers", "initContainers"} and isinstance(view.raw, list):
            kept[key] = _normal([_without_image(item) for item in view.raw])
        else:
            kept[key] = _normal(view.raw)
    return kept


def _without_image(container: Any) -> Any:
    if not isinstance(container, dict):
        return container
    return {key: value for key, value in container.items() if key != "image"}


def _volume(base: View, head: View) -> Iterator[Changed]:
    for field in sorted({key for view in (base, head) for key, _ in view.spec.items()}):
        if field not in _SOURCE_NEIGHBOURS:
            old, new = base.spec[field], head.spec[field]
            if _normal(old.raw) != _normal(new.raw):
                yield Changed(new, f"spec.{field}")
    old, new = base.spec.nodeAffinity, head.spec.nodeAffinity
    if old and _normal(old.raw) != _normal(new.raw):
        yield Changed(new, "spec.nodeAffinity")


def _sealed(base: View, head: View) -> Iterator[Changed]:
    """A ConfigMap or Secret that said of itself that it does not change."""
    if base.immutable.raw is not True:
        return
    if head.immutable.raw is not True:
        yield Changed(head.immutable, "immutable")
    for field in ("data", "binaryData", "stringData"):
        if _normal(base[field].raw) != _normal(head[field].raw):
            yield Changed(head.immutable, field)


_SPECIAL: Final[dict[tuple[str, str], _Special]] = {
    ("apps", "StatefulSet"): _claim_templates,
    ("", "PersistentVolumeClaim"): _claim,
    ("", "PersistentVolume"): _volume,
    ("", "Service"): _service,
    ("", "Pod"): _pod,
    ("", "ConfigMap"): _sealed,
    ("", "Secret"): _sealed,
}
