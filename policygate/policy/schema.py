"""JSON Schema 2020-12 for the subjects of policies, compiled to closures.

`jsonschema` takes longer to import than a whole check may take, and its messages quote the
instance, which may be a secret; so the keywords that policies use are compiled here and the tests
hold the result against `jsonschema`. `jsonschema` itself vets the schema when a policy is loaded
for the first time. One difference is meant: a member that is null counts as absent, as the API
server treats it. Not for validating whole manifests against the Kubernetes schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from policygate.model import Path


class SchemaProblem(NamedTuple):
    """A place of the instance, relative to the schema's root, and what it must be; never its value."""

    path: Path
    message: str


Validate: TypeAlias = Callable[[Any, Path], Iterator[SchemaProblem]]
_TEXT_LIMIT: Final = 64 * 1024
"""Characters. Longer strings are not searched: that a search is linear does not make it quick."""


class SchemaError(ValueError):
    """A schema that is not compiled here: a keyword or a pattern; `path` leads to it."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


def compile_schema(schema: Any, path: Path = ()) -> Validate:
    """Compile a schema.

    Args:
        schema: A JSON Schema: a mapping or a boolean.
        path: Where the schema stands in its document, for error messages.

    Returns:
        A function from an instance and its path to the problems found, each at the deepest place
        that can be blamed.

    Raises:
        SchemaError: For a keyword outside the supported set, or a pattern that is none.
    """
    if isinstance(schema, bool):
        return _nothing if schema else _never
    parts: list[Validate] = []
    for keyword, argument in schema.items():
        if keyword in _ANNOTATIONS or keyword in _COMPANIONS:
            continue
        make = _KEYWORDS.get(keyword)
        if make is None:
            words = f"`{keyword}` is not supported in a policy's schema"
            raise SchemaError((*path, keyword), words)
        parts.append(make(argument, schema, (*path, keyword)))
    if not parts:
        return _nothing
    if len(parts) == 1:
        return parts[0]

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        for part in parts:
            yield from part(instance, at)

    return validate


def _nothing(_instance: Any, _at: Path) -> Iterator[SchemaProblem]:
    return iter(())


def _never(_instance: Any, at: Path) -> Iterator[SchemaProblem]:
    yield SchemaProblem(at, "must not be set")


def _fails(validate: Validate, instance: Any) -> bool:
    return next(validate(instance, ()), None) is not None


def equal(a: Any, b: Any) -> bool:
    """JSON equality: 1 equals 1.0, but true does not equal 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return bool(a == b)


def _is_type(instance: Any, name: str) -> bool:
    if isinstance(instance, bool):
        return name == "boolean"
    if isinstance(instance, float):
        return name == "number" or (name == "integer" and instance.is_integer())
    return isinstance(instance, _TYPES[name])


_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "null": type(None),
    "number": (int, float),
    "object": dict,
    "string": str,
}


def _simple(accepts: Callable[[Any], bool], message: str) -> Validate:
    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if not accepts(instance):
            yield SchemaProblem(at, message)

    return validate


def _words(values: list[Any]) -> str:
    import json

    return ", ".join(json.dumps(value) for value in values)


def _type(argument: Any, _schema: Any, _path: Path) -> Validate:
    names = [argument] if isinstance(argument, str) else argument
    return _simple(
        lambda v: any(_is_type(v, name) for name in names), f"must be of type {' or '.join(names)}"
    )


def _const(argument: Any, _schema: Any, _path: Path) -> Validate:
    return _simple(lambda v: equal(v, argument), f"must be {_words([argument])}")


def _enum(argument: Any, _schema: Any, _path: Path) -> Validate:
    return _simple(
        lambda v: any(equal(v, a) for a in argument), f"must be one of {_words(argument)}"
    )


def _searched(pattern: str, path: Path) -> Callable[[str], bool]:
    """Whether a pattern is found in a text, in linear time: the text may be an attacker's."""
    from policygate.cel.errors import CelError
    from policygate.cel.regex import compile_pattern

    try:
        matcher = compile_pattern(pattern)
    except CelError as wrong:
        raise SchemaError(path, wrong.message) from None
    return lambda text: matcher.search(text, 0) is not None


def _pattern(argument: Any, _schema: Any, path: Path) -> Validate:
    search = _searched(argument, path)

    def matches(value: Any) -> bool:
        if not isinstance(value, str):
            return True
        if len(value) > _TEXT_LIMIT:
            # Neither answer is safe below a `not`, so there is none: the engine makes it a fault.
            raise ValueError(f"a string is longer than the {_TEXT_LIMIT} that `pattern` may search")
        return search(value)

    return _simple(matches, f"must match {argument}")


def _bound(accepts: Callable[[Any, Any], bool], kinds: type | tuple[type, ...], words: str) -> Any:
    def make(argument: Any, _schema: Any, _path: Path) -> Validate:
        return _simple(
            lambda v: isinstance(v, bool) or not isinstance(v, kinds) or accepts(v, argument),
            f"must be {words} {argument}",
        )

    return make


def _size(value: dict[str, Any]) -> int:
    return sum(1 for v in value.values() if v is not None)


def _properties(argument: Any, _schema: Any, path: Path) -> Validate:
    members = {key: compile_schema(sub, (*path, key)) for key, sub in argument.items()}

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if isinstance(instance, dict):
            for key, member in members.items():
                value = instance.get(key)
                if value is not None:
                    yield from member(value, (*at, key))

    return validate


def _required(argument: Any, _schema: Any, _path: Path) -> Validate:
    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if isinstance(instance, dict):
            for key in argument:
                if instance.get(key) is None:
                    yield SchemaProblem((*at, key), "must be set")

    return validate


def _additional(argument: Any, schema: Any, path: Path) -> Validate:
    known = frozenset(schema.get("properties", ()))
    patterns = [_searched(p, path) for p in schema.get("patternProperties", ())]
    member = compile_schema(argument, path)

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if isinstance(instance, dict):
            for key, value in instance.items():
                if value is None or key in known or any(found(key) for found in patterns):
                    continue
                yield from member(value, (*at, key))

    return validate


def _pattern_properties(argument: Any, _schema: Any, path: Path) -> Validate:
    members = [
        (_searched(p, (*path, p)), compile_schema(sub, (*path, p))) for p, sub in argument.items()
    ]

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if isinstance(instance, dict):
            for key, value in instance.items():
                for found, member in members:
                    if value is not None and found(key):
                        yield from member(value, (*at, key))

    return validate


def _property_names(argument: Any, _schema: Any, path: Path) -> Validate:
    member = compile_schema(argument, path)

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if isinstance(instance, dict):
            for key, value in instance.items():
                if value is not None and _fails(member, key):
                    yield SchemaProblem((*at, key), "is not an allowed key")

    return validate


def _items(argument: Any, schema: Any, path: Path) -> Validate:
    member, start = compile_schema(argument, path), len(schema.get("prefixItems", ()))

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if isinstance(instance, list):
            for index in range(start, len(instance)):
                yield from member(instance[index], (*at, index))

    return validate


def _prefix_items(argument: Any, _schema: Any, path: Path) -> Validate:
    members = [compile_schema(sub, (*path, i)) for i, sub in enumerate(argument)]

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if isinstance(instance, list):
            for index, (member, value) in enumerate(zip(members, instance, strict=False)):
                yield from member(value, (*at, index))

    return validate


def _contains(argument: Any, schema: Any, path: Path) -> Validate:
    member = compile_schema(argument, path)
    low, high = schema.get("minContains", 1), schema.get("maxContains")
    only = "" if high is None else f" and at most {high}"

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if isinstance(instance, list):
            found = sum(1 for value in instance if not _fails(member, value))
            if found < low or (high is not None and found > high):
                yield SchemaProblem(at, f"must contain at least {low}{only} matching items")

    return validate


def _unique(argument: Any, _schema: Any, _path: Path) -> Validate:
    def distinct(value: Any) -> bool:
        return not isinstance(value, list) or not any(
            equal(a, b) for i, a in enumerate(value) for b in value[:i]
        )

    return _simple(distinct, "must not contain an item twice") if argument else _nothing


def _all_of(argument: Any, _schema: Any, path: Path) -> Validate:
    members = [compile_schema(sub, (*path, i)) for i, sub in enumerate(argument)]

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        for member in members:
            yield from member(instance, at)

    return validate


def _any_of(argument: Any, _schema: Any, path: Path) -> Validate:
    members = [compile_schema(sub, (*path, i)) for i, sub in enumerate(argument)]

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        failed = []
        for member in members:
            problems = list(member(instance, at))
            if not problems:
                return
            failed.append(problems)
        # The branch that came furthest is the one that was meant.
        yield from max(failed, key=lambda problems: max(len(p.path) for p in problems))

    return validate


def _one_of(argument: Any, _schema: Any, path: Path) -> Validate:
    members = [compile_schema(sub, (*path, i)) for i, sub in enumerate(argument)]
    nearest = _any_of(argument, _schema, path)

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        passed = sum(1 for member in members if not _fails(member, instance))
        if passed > 1:
            yield SchemaProblem(at, "must match exactly one of several forms")
        elif not passed:
            yield from nearest(instance, at)

    return validate


def _not(argument: Any, _schema: Any, path: Path) -> Validate:
    member = compile_schema(argument, path)

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        if not _fails(member, instance):
            yield SchemaProblem(at, "must not have this form")

    return validate


def _if(argument: Any, schema: Any, path: Path) -> Validate:
    condition = compile_schema(argument, path)
    then = compile_schema(schema.get("then", True), (*path[:-1], "then"))
    otherwise = compile_schema(schema.get("else", True), (*path[:-1], "else"))

    def validate(instance: Any, at: Path) -> Iterator[SchemaProblem]:
        return (otherwise if _fails(condition, instance) else then)(instance, at)

    return validate


_NUMBERS = (int, float)
_ANNOTATIONS: Final = frozenset({"$comment", "title", "description", "default", "examples"})
_COMPANIONS: Final = frozenset({"then", "else", "minContains", "maxContains"})
_KEYWORDS: Final[Mapping[str, Callable[[Any, Any, Path], Validate]]] = {
    "additionalProperties": _additional,
    "allOf": _all_of,
    "anyOf": _any_of,
    "const": _const,
    "contains": _contains,
    "enum": _enum,
    "exclusiveMaximum": _bound(lambda v, a: v < a, _NUMBERS, "less than"),
    "exclusiveMinimum": _bound(lambda v, a: v > a, _NUMBERS, "more than"),
    "if": _if,
    "items": _items,
    "maxItems": _bound(lambda v, a: len(v) <= a, list, "a list no longer than"),
    "maxLength": _bound(lambda v, a: len(v) <= a, str, "a string no longer than"),
    "maxProperties": _bound(lambda v, a: _size(v) <= a, dict, "a mapping no larger than"),
    "maximum": _bound(lambda v, a: v <= a, _NUMBERS, "at most"),
    "minItems": _bound(lambda v, a: len(v) >= a, list, "a list no shorter than"),
    "minLength": _bound(lambda v, a: len(v) >= a, str, "a string no shorter than"),
    "minProperties": _bound(lambda v, a: _size(v) >= a, dict, "a mapping no smaller than"),
    "minimum": _bound(lambda v, a: v >= a, _NUMBERS, "at least"),
    "not": _not,
    "oneOf": _one_of,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "prefixItems": _prefix_items,
    "properties": _properties,
    "propertyNames": _property_names,
    "required": _required,
    "type": _type,
    "uniqueItems": _unique,
}
