"""Manifests held against the schemas of their kinds: built-in kinds, and custom ones by their CRDs.

A schema becomes one function per place; it is compiled when something is first held against it. As
in the API server a member that is null is absent, and lists and objects may be longer than a schema
of ours would like. Messages never hold a value. Not for where schemas of custom kinds stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from policygate.kube.api_files import REFERENCE, definitions, nearest_version
from policygate.kube.schema_checks import (
    BOUNDS,
    TYPES,
    Check,
    Violation,
    What,
    all_of,
    any_of,
    anything,
    base64,
    bound,
    enum,
    integer,
    is_later,
    members_of,
    pattern,
    quantity,
    scalar,
    string,
    wrong_type,
)
from policygate.place import look_up

if TYPE_CHECKING:
    from policygate.kube.api_files import Version
    from policygate.model import Path

FindCustom: TypeAlias = "Callable[[str, str], Check | None]"
"""API version and kind of a custom kind to its check, if somebody describes it."""
_DEPTH: Final = 200
"""Schemas inside one another, references aside; a deeper one allows everything."""
_INT32: Final = (-(2**31), 2**31 - 1)
_INT64: Final = (-(2**63), 2**63 - 1)
_QUANTITY: Final = "io.k8s.apimachinery.pkg.api.resource.Quantity"
_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def validate(check: Check, body: Any) -> list[Violation]:
    """Everything that is wrong with a body, in its order; not what is filled in later."""
    found: list[Violation] = []
    check(body, (), found)
    return [each for each in found if not is_later(look_up(body, each.path)[0])]


def versions_of(chosen: tuple[Version, ...]) -> tuple[Version, ...]:
    """The described versions for those that settings name; the newest where they name none."""
    return tuple(dict.fromkeys(map(nearest_version, chosen or (None,))))


def violations(
    body: Mapping[str, Any], chosen: tuple[Version, ...], find_custom: FindCustom
) -> tuple[Violation, ...]:
    """Everything that is wrong with a manifest, in one of several versions of Kubernetes.

    Args:
        body: A manifest; of a kind that nobody describes nothing is known.
        chosen: The versions that settings name.
        find_custom: The check of a custom kind, by API version and kind.
    """
    last, key = _LAST[0], (chosen, find_custom)
    if last is not None and last[0] is body and last[1] == key:
        return last[2]
    found = _violations(body, chosen, find_custom)
    _LAST[0] = (body, key, found)
    return found


_LAST: Final[list[tuple[Any, Any, tuple[Violation, ...]] | None]] = [None]
"""The last answer: several policies ask about one manifest, one after the other."""


def _violations(
    body: Mapping[str, Any], chosen: tuple[Version, ...], find_custom: FindCustom
) -> tuple[Violation, ...]:
    api_version, kind = str(body.get("apiVersion")), str(body.get("kind"))
    checks = [built_in(version, api_version, kind) for version in versions_of(chosen)]
    if not any(checks):
        checks = [find_custom(api_version, kind)]
    found: dict[tuple[Path, What], Violation] = {}
    for check in checks:
        for each in validate(check, body) if check is not None else ():
            found.setdefault((each.path, each.what), each)
    return tuple(found.values())


def is_described(
    body: Mapping[str, Any], chosen: tuple[Version, ...], find_custom: FindCustom
) -> bool:
    """Whether anything tells what a manifest of this kind looks like."""
    api_version, kind = str(body.get("apiVersion")), str(body.get("kind"))
    if any(serves(version, api_version, kind) for version in versions_of(chosen)):
        return True
    return find_custom(api_version, kind) is not None


class Unknown(NamedTuple):
    """A field that the API does not know: where, what to say of it, which one may be meant."""

    path: Path
    message: str
    meant: str


def unknown_fields(
    body: Mapping[str, Any], chosen: tuple[Version, ...], find_custom: FindCustom
) -> Iterator[Unknown]:
    """The fields of a body that the API does not know, as `violations` finds them."""
    for each in violations(body, chosen, find_custom):
        key = str(each.path[-1]) if each.path else ""
        if each.what != "unknown" or each.path == ("sops",):  # SOPS adds its own to any manifest
            continue
        import difflib  # rarely needed, and slow to load

        by_lower = {name.lower(): name for name in each.known}
        close = difflib.get_close_matches(key.lower(), by_lower, n=1, cutoff=0.75)
        meant = by_lower[close[0]] if close else ""
        hint = f": did you mean `{meant}`?" if meant else ""
        yield Unknown(each.path, f"`{key[:80]}` is no field of {each.inside}{hint}", meant)


@cache
def built_in(version: Version, api_version: str, kind: str) -> Check | None:
    """The check of a kind that is built into a described version of Kubernetes, if it is."""
    group, _, name = api_version.rpartition("/")
    schema = definitions(version).of_kind(group, name, kind)
    return None if schema is None else _compiler(version).compile(schema, kind)


def serves(version: Version, api_version: str, kind: str) -> bool:
    """Whether a kind is built into a described version of Kubernetes."""
    return built_in(version, api_version, kind) is not None


def custom(schema: Mapping[str, Any], kind: str, version: Version) -> Check:
    """The check of a custom kind.

    Args:
        schema: The `openAPIV3Schema` of its CRD; anything may stand in it.
        kind: What it is called.
        version: The described version whose metadata it has.
    """
    compiler = _compiler(version)
    properties = schema.get("properties")
    metadata = {"$ref": REFERENCE + _META}
    text = {"type": "string"}
    whole = {
        **schema,
        "properties": {
            **(properties if isinstance(properties, dict) else {}),
            "apiVersion": text,
            "kind": text,
            "metadata": metadata,
        },
    }
    return compiler.compile(whole, kind)


@cache
def _compiler(version: Version) -> _Compiler:
    return _Compiler(definitions(version))


@cache
def kinds_of(version: Version) -> Mapping[tuple[str, str, str], Mapping[str, Any]]:
    """Group, version and kind to the schema of everything that is built in."""
    return {
        (each["group"], each["version"], each["kind"]): schema
        for schema in definitions(version).values()
        for each in schema.get("x-kubernetes-group-version-kind", ())
    }


class _Compiler:
    """Turns the schemas of one set of definitions into checks; a definition is compiled once."""

    def __init__(self, known: Mapping[str, Mapping[str, Any]]) -> None:
        self.known = known
        self.made: dict[str, Check] = {}

    def compile(self, schema: Any, name: str = "", depth: int = 0) -> Check:
        """The check of a schema; one that is not understood allows everything."""
        if not isinstance(schema, Mapping) or depth > _DEPTH:
            return anything
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._referred(reference.removeprefix(REFERENCE))
        checks = [self._typed(schema, name, depth), *self._values(schema, name, depth)]
        checks = [check for check in checks if check is not anything]
        return checks[0] if len(checks) == 1 else all_of(checks) if checks else anything

    def _referred(self, name: str) -> Check:
        if name == _QUANTITY:
            return quantity
        if name not in self.known:
            return anything

        def check(value: Any, path: Path, found: list[Violation]) -> None:
            made = self.made.get(name)
            if made is None:
                made = self.made[name] = self.compile(self.known[name], name.rpartition(".")[2])
            made(value, path, found)

        return check

    def _typed(self, schema: Mapping[str, Any], name: str, depth: int) -> Check:
        types = _types(schema)
        if not types:
            return self._object(schema, name, depth) if "properties" in schema else anything
        if types == {"object"}:
            return self._object(schema, name, depth)
        if types == {"array"}:
            return self._list(schema, name, depth)
        if types == {"string"}:
            return base64 if schema.get("format") == "byte" else string
        bounds = {"int32": _INT32, "int64": _INT64}.get(str(schema.get("format")))
        return integer(bounds) if types == {"integer"} else scalar(types)

    def _object(self, schema: Mapping[str, Any], name: str, depth: int) -> Check:
        properties = schema.get("properties")
        members = {
            key: self.compile(sub, key, depth + 1)
            for key, sub in (properties.items() if isinstance(properties, dict) else ())
        }
        extra = schema.get("additionalProperties")
        rest = self.compile(extra, name, depth + 1) if isinstance(extra, dict) else None
        embedded = schema.get("x-kubernetes-embedded-resource") is True
        is_open = embedded or schema.get("x-kubernetes-preserve-unknown-fields") is True
        closed = bool(members) and extra in (None, False) and not is_open
        needed = tuple(filter(_is_text, _sequence(schema.get("required"))))
        return members_of(members, rest, needed, name if closed else None)

    def _list(self, schema: Mapping[str, Any], name: str, depth: int) -> Check:
        item = self.compile(schema.get("items"), name, depth + 1)

        def check(value: Any, path: Path, found: list[Violation]) -> None:
            if not isinstance(value, list):
                found.append(wrong_type(value, path, "array"))
                return
            if item is not anything:
                for index, each in enumerate(value):
                    if each is not None:
                        item(each, (*path, index), found)

        return check

    def _values(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Check]:
        """The checks of what a value is beyond its type."""
        checks = [bound(key, schema[key]) for key in BOUNDS if key in schema]
        if isinstance(schema.get("pattern"), str):
            checks.append(pattern(schema["pattern"]))
        if isinstance(schema.get("enum"), list):
            checks.append(enum(schema["enum"]))
        for each in _sequence(schema.get("allOf")):
            checks.append(self.compile(_open(each), name, depth + 1))
        for key in ("oneOf", "anyOf"):
            branches = [
                self.compile(_open(each), name, depth + 1) for each in _sequence(schema.get(key))
            ]
            if branches and not _types(schema):
                checks.append(any_of(branches, key))
        return checks


def _open(schema: Any) -> Any:
    """A branch of a choice: it narrows values, and says nothing of the members it does not name."""
    if isinstance(schema, Mapping) and "properties" in schema:
        return {**schema, "x-kubernetes-preserve-unknown-fields": True}
    return schema


def _types(schema: Mapping[str, Any]) -> set[str]:
    """The types that a value may have, null aside; empty where nothing is said."""
    if schema.get("x-kubernetes-int-or-string") is True:
        return {"integer", "string"}
    said = schema.get("type")
    types = {str(each) for each in (said if isinstance(said, list) else [said]) if _is_text(each)}
    if not types:
        branches = [
            _types(each) for each in _sequence(schema.get("oneOf")) if isinstance(each, Mapping)
        ]
        if branches and all(branches):
            types = {each for branch in branches for each in branch}
    return types - {"null"} if types <= {*TYPES, "null"} else set()


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
