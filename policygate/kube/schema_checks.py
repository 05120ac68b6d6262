"""What may be wrong with one place of a manifest, by the words of its schema.

Each function here makes a check, or is one. Not for turning whole schemas into checks (`schema`).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from policygate.cel.errors import CelError
from policygate.cel.regex import compile_pattern
from policygate.kube.quantity import read_quantity

if TYPE_CHECKING:
    from policygate.model import Path

What: TypeAlias = Literal["type", "required", "unknown", "value"]


class Violation(NamedTuple):
    """One place that does not fit its schema.

    Attributes:
        path: From the root of the body.
        what: What is wrong: the type of a value, a missing member, an unknown one, or the value.
        message: The end of a sentence that begins with the place.
        known: For an unknown member, those that are known there.
        inside: The type that the place belongs to, such as `SecurityContext`; empty if unnamed.
    """

    path: Path
    what: What
    message: str
    known: tuple[str, ...] = ()
    inside: str = ""


Check: TypeAlias = Callable[[Any, "Path", list[Violation]], None]
"""Adds what is wrong with a value at a path."""

_LONGEST_SEARCHED: Final = 64 * 1024
"""Characters; a longer text is not held against a pattern."""
_LATER: Final = re.compile(r"\$[{(]|\{\{|\bref\+[a-z]|^<[a-z]+:")
"""What is filled in before the cluster sees it: `${NAME}`, `$(NAME)`, `{{ name }}`, `ref+vault://…`."""
_NAMES: Final = {dict: "an object", list: "a list", str: "a string", bool: "a boolean"}
TYPES: Final = {
    "object": "an object", "array": "a list", "string": "a string", "boolean": "a boolean",
    "integer": "an integer", "number": "a number",
}  # fmt: skip


def anything(_value: Any, _path: Path, _found: list[Violation]) -> None:
    """Allows everything."""


def all_of(checks: list[Check]) -> Check:
    """The first of several checks that finds something says so."""

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        before = len(found)
        for each in checks:
            each(value, path, found)
            if len(found) > before:
                return

    return check


def either(checks: list[Check]) -> Check:
    """What one of several checks finds nothing in; else what the first one finds."""

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        first: list[Violation] | None = None
        for each in checks:
            wrong: list[Violation] = []
            each(value, path, wrong)
            if not wrong:
                return
            first = wrong if first is None else first
        found.extend(first or ())

    return check


def any_of(branches: list[Check], key: str) -> Check:
    """One of several checks must find nothing; `key` is the word of the schema."""
    words = "fits none of the forms it may have" if key == "anyOf" else "fits none of its forms"

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        for branch in branches:
            wrong: list[Violation] = []
            branch(value, path, wrong)
            if not wrong:
                return
        found.append(Violation(path, "value", words))

    return check


def members_of(
    members: Mapping[str, Check], rest: Check | None, needed: tuple[str, ...], inside: str | None
) -> Check:
    """An object with these members, others if `rest` checks them, none but these for a name `inside`."""
    known = tuple(sorted(members))

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        if not isinstance(value, dict):
            found.append(wrong_type(value, path, "object"))
            return
        for key, item in value.items():
            member = members.get(key, rest)
            if member is not None:
                if item is not None:
                    member(item, (*path, key), found)
            elif inside is not None and not key.startswith("$"):  # `$patch` and its like
                found.append(Violation((*path, key), "unknown", "is no field", known, inside))
        for key in needed:
            if value.get(key) is None:
                found.append(Violation((*path, key), "required", "must be set", (), inside or ""))

    return check


def is_later(value: Any) -> bool:
    """Whether a text is filled in before the cluster sees it."""
    return isinstance(value, str) and _LATER.search(value) is not None


def wrong_type(value: Any, path: Path, wanted: str) -> Violation:
    """A value that is not of the type that is wanted."""
    kind = next((words for of, words in _NAMES.items() if isinstance(value, of)), "a number")
    hint = ""
    if wanted == "string" and kind in {"a number", "a boolean"}:
        hint = ": put it in quotes"
    elif isinstance(value, str) and _UNQUOTED.get(wanted, _NOTHING).fullmatch(value):
        hint = ": take the quotes off"
    return Violation(path, "type", f"must be {TYPES[wanted]}, not {kind}{hint}")


_NOTHING: Final = re.compile("$^")
_UNQUOTED: Final = {"integer": re.compile("-?[0-9]+"), "boolean": re.compile("true|false")}
"""What a text looks like that is of another type without its quotes."""


def string(value: Any, path: Path, found: list[Violation]) -> None:
    """A string."""
    if not isinstance(value, str):
        found.append(wrong_type(value, path, "string"))


def base64(value: Any, path: Path, found: list[Violation]) -> None:
    """Bytes in base64."""
    if not isinstance(value, str):
        found.append(wrong_type(value, path, "string"))
        return
    try:
        binascii.a2b_base64("".join(value.split()).encode(), strict_mode=True)
    except (binascii.Error, ValueError):
        found.append(Violation(path, "value", "must be in base64"))


def integer(bounds: tuple[int, int] | None) -> Check:
    """An integer, between bounds if there are any."""

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        is_whole = isinstance(value, float) and value.is_integer()
        if isinstance(value, bool) or not (isinstance(value, int) or is_whole):
            kind = "a fraction" if isinstance(value, float) else ""
            wrong = wrong_type(value, path, "integer")
            found.append(
                wrong._replace(message=f"must be an integer, not {kind}") if kind else wrong
            )
        elif bounds and not bounds[0] <= value <= bounds[1]:
            found.append(Violation(path, "value", "is out of the range of its type"))

    return check


_PYTHON: Final = {"object": dict, "array": list, "string": str, "boolean": bool}


def scalar(types: set[str]) -> Check:
    """A value of one of several types, or a boolean or a number."""
    kinds = tuple(_PYTHON[each] for each in types if each in _PYTHON)
    numbers = bool(types & {"integer", "number"})
    wanted = " or ".join(TYPES[each] for each in sorted(types))

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not isinstance(value, kinds) and not (numbers and is_number):
            wrong = wrong_type(value, path, min(types))
            kind = wrong.message.partition("not ")[2].partition(":")[0]
            several = f"must be {wanted}, not {kind}"
            found.append(wrong if len(types) == 1 else wrong._replace(message=several))

    return check


def quantity(value: Any, path: Path, found: list[Violation]) -> None:
    """A quantity, as a string or a number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        found.append(wrong_type(value, path, "string"))
        return
    try:
        read_quantity(value)
    except ValueError:
        found.append(Violation(path, "value", "is no quantity such as 500m or 128Mi"))


def enum(allowed: list[Any]) -> Check:
    """One of several values."""
    words = ", ".join(sorted(str(each) for each in allowed if each is not None)[:12])

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        if not any(value == each and type(value) is type(each) for each in allowed):
            found.append(Violation(path, "value", f"must be one of {words}"))

    return check


def pattern(wanted: str) -> Check:
    """A string that a pattern is found in."""
    try:
        matcher = compile_pattern(wanted)
    except CelError:  # the API server has refused the CRD, or knows a syntax that we do not
        return anything

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        if not isinstance(value, str) or len(value) > _LONGEST_SEARCHED:
            return
        if matcher.search(value, 0) is None:
            found.append(Violation(path, "value", f"must match {wanted[:200]}"))

    return check


BOUNDS: Final[dict[str, tuple[tuple[type, ...], Callable[[Any, Any], bool], str]]] = {
    "minimum": ((int, float), lambda value, bound: value >= bound, "must be at least"),
    "maximum": ((int, float), lambda value, bound: value <= bound, "must be at most"),
    "minLength": ((str,), lambda value, bound: len(value) >= bound, "must have this many characters or more:"),
    "maxLength": ((str,), lambda value, bound: len(value) <= bound, "must have at most this many characters:"),
    "minItems": ((list,), lambda value, bound: len(value) >= bound, "must have this many items or more:"),
    "maxItems": ((list,), lambda value, bound: len(value) <= bound, "must have at most this many items:"),
    "minProperties": ((dict,), lambda value, bound: len(value) >= bound, "must have this many members or more:"),
    "maxProperties": ((dict,), lambda value, bound: len(value) <= bound, "must have at most this many members:"),
}  # fmt: skip


def bound(key: str, limit: Any) -> Check:
    """A value, a length or a size up to a bound; `key` is the word of the schema."""
    kinds, accepts, words = BOUNDS[key]
    if isinstance(limit, bool) or not isinstance(limit, (int, float)):
        return anything

    def check(value: Any, path: Path, found: list[Violation]) -> None:
        if isinstance(value, kinds) and not isinstance(value, bool) and not accepts(value, limit):
            found.append(Violation(path, "value", f"{words} {limit}"))

    return check
