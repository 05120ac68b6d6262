"""The fields of the kinds that are built into Kubernetes, as its API describes them.

Read from the schema files of kubernetes-validate, of their newest version. For telling an author
that a field does not exist; not for validating manifests, nor for where pod specs are (`places`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.kube.api_files import REFERENCE, definitions, nearest_version

if TYPE_CHECKING:
    from collections.abc import Mapping

_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_POD_SPEC: Final = "io.k8s.api.core.v1.PodSpec"
_CONTAINERS: Final = ("io.k8s.api.core.v1.Container", "io.k8s.api.core.v1.EphemeralContainer")


class Field(NamedTuple):
    """A place in the API: what may stand there.

    Attributes:
        name: What it is called in messages: the type (`Container`), else the field.
        schema: Its JSON Schema, without a reference at its top.
    """

    name: str
    schema: Mapping[str, Any]

    @property
    def type(self) -> str:
        """`object`, `array`, `string`, `integer`, `number`, `boolean`; empty when it is not said."""
        found = self.schema.get("type", "")
        types = [each for each in found if each != "null"] if isinstance(found, list) else [found]
        return types[0] if len(types) == 1 else ""

    @property
    def types(self) -> frozenset[str]:
        """What a value may be, where the API says it: one type, or one of several."""
        choice = self.schema.get("oneOf") or self.schema.get("anyOf")
        if not choice:
            return frozenset({self.type} - {""})
        each = [Field(self.name, schema).types for schema in choice]
        return frozenset().union(*each) if all(each) else frozenset()

    @property
    def names(self) -> frozenset[str]:
        """The fields of an object, where the API names them."""
        return frozenset(self.schema.get("properties", ()))

    @property
    def required(self) -> frozenset[str]:
        """The fields that the API server asks for."""
        return frozenset(self.schema.get("required", ()))

    def child(self, key: str) -> Field | None:
        """What stands under a key: a field, None where there is no such key, or `ANYTHING`."""
        properties = self.schema.get("properties")
        if properties is not None and key in properties:
            return _resolved(properties[key], key)
        if "additionalProperties" in self.schema:
            return _resolved(self.schema["additionalProperties"], key)
        return ANYTHING if properties is None and self.type in ("", "object") else None

    def item(self) -> Field:
        """What the items of a list are; `ANYTHING` where that is not said."""
        return _resolved(self.schema.get("items"), self.name)


ANYTHING: Final = Field("", {})
"""A place that the API leaves open, or that is unknown here."""


def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind in every group and version that has it.

    Args:
        kind: `Kind` or `group/Kind`; the core group is written `core/Kind`.

    Returns:
        Nothing for a kind that is not built in.
    """
    group, slash, name = kind.rpartition("/")
    wanted = "" if group == "core" else group
    return tuple(
        field
        for (has, version_name), found in _kinds().items()
        if version_name == name and (not slash or has == wanted)
        for field in found
    )


def kind_names() -> frozenset[str]:
    """The names of all built-in kinds."""
    return frozenset(name for _, name in _kinds())


def groups_of(name: str) -> frozenset[str]:
    """The groups that have a kind of this name built in; the core group is `core`."""
    return frozenset(group or "core" for group, kind in _kinds() if kind == name)


def pod_spec() -> Field:
    """The fields of a pod spec."""
    return Field("PodSpec", _definitions()[_POD_SPEC])


def container_fields() -> tuple[Field, ...]:
    """The fields of containers, ephemeral ones included."""
    return tuple(Field(name.rpartition(".")[2], _definitions()[name]) for name in _CONTAINERS)


def common_fields() -> Field:
    """The fields that every object has, be its kind known or not."""
    text = {"type": "string"}
    whole = {"type": "object"}
    properties = {
        "apiVersion": text,
        "kind": text,
        "metadata": {"$ref": REFERENCE + _META},
        "spec": whole,
        "status": whole,
    }
    return Field("object", {"properties": properties})


_EMPTY: Final[Mapping[str, Any]] = {
    "object": {}, "array": [], "string": "", "integer": 0, "number": 0, "boolean": False,
}  # fmt: skip
_PYTHON: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
}


def well_typed(value: Any, field: Field) -> Any:
    """A value without what the API server would refuse for its type.

    Args:
        value: A JSON value, which is not changed.
        field: The place it stands at.

    Returns:
        The value itself where nothing is wrong. Wrong members of an object are left out; wrong items
        of a list are empty instead, so that the others keep their indexes.
    """
    if _refused(value, field):
        return _EMPTY[min(field.types)]
    if isinstance(value, dict):
        children = {key: field.child(key) or ANYTHING for key in value}
        kept = {
            key: well_typed(item, children[key])
            for key, item in value.items()
            if not _refused(item, children[key])
        }
        same = len(kept) == len(value) and all(kept[key] is value[key] for key in kept)
        return value if same else kept
    if isinstance(value, list):
        inside = field.item()
        # A null item is read as an empty one.
        null = _EMPTY[min(inside.types)] if inside.types else None
        items = [null if item is None else well_typed(item, inside) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    return value


def _refused(value: Any, field: Field) -> bool:
    types = field.types
    if not types or value is None:
        return False
    kinds = tuple(kind for each in types for kind in _PYTHON[each])
    return not isinstance(value, kinds) or (isinstance(value, bool) and "boolean" not in types)


def _resolved(schema: Any, name: str) -> Field:
    if not isinstance(schema, dict) or not schema:
        return ANYTHING
    reference = schema.get("$ref", "")
    if not reference.startswith(REFERENCE):
        return Field(name, schema)
    target = reference.removeprefix(REFERENCE)
    return Field(target.rpartition(".")[2], _definitions()[target])


def _definitions() -> Mapping[str, Mapping[str, Any]]:
    return definitions(nearest_version(None))


@cache
def _kinds() -> Mapping[tuple[str, str], tuple[Field, ...]]:
    """Group and kind to its fields, newest version last."""
    found: dict[tuple[str, str], tuple[Field, ...]] = {}
    for schema in _definitions().values():
        for each in schema.get("x-kubernetes-group-version-kind", ()):
            key = (each["group"], each["kind"])
            found[key] = (*found.get(key, ()), Field(each["kind"], schema))
    return found
