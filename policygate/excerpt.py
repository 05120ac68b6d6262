"""The source lines a finding may show, without anything that could be a secret.

A line is shown only as far as it is understood: what stands before the key must be keys and
punctuation, what stands after it must be its own harmless value; comments are left out, and a line
that does not fit is not shown at all. Not for colour or carets: reporters draw them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from policygate.model import Location, Path, Resource, SourceLine
from policygate.place import look_up
from policygate.secrets import may_be_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

_BEFORE_KEY: Final = re.compile(r"^(?:[\s\-?\[{,\"']|[\w./-]+[\"']?\s*:\s)*$")
_LINE_LIMIT: Final = 2000


def excerpt(
    resource: Resource, path: Path, text_of: Callable[[int], str], *, secret: bool = False
) -> tuple[SourceLine, ...]:
    """Return the line of a place, and before it the line that names the list item it is in.

    Args:
        resource: The resource the place is in.
        path: The place; where it is missing, its nearest parent is shown.
        text_of: A line of the resource's file by its number, without its line end.
        secret: Whether what stands at the place must not be shown, whatever it looks like.
    """
    line = _line(resource, path, text_of, secret=secret)
    if line is None:
        return ()
    names = (_line(resource, each, text_of) for each in _names(resource, path))
    named = next((each for each in names if each and each.number <= line.number), None)
    if named is None:
        return (line,)
    # Both may stand on one line; the longer one then shows the other too.
    return (
        (max(named, line, key=lambda each: len(each.text)),)
        if named.number == line.number
        else (named, line)
    )


def lines_between(
    resource: Resource, text_of: Callable[[int], str], wanted: Container[int]
) -> Iterator[SourceLine]:
    """Yield what may be shown of some lines of a resource's file, some of them several times.

    Args:
        resource: What stands there.
        text_of: A line of the resource's file by its number, without its line end.
        wanted: The numbers of the lines.
    """
    waiting: list[tuple[Path, Any]] = [((), resource.body)]
    while waiting:
        path, value = waiting.pop()
        if path and resource.locate(path).line in wanted:
            line = _line(resource, path, text_of, flow=True)
            if line is not None:
                yield line
        entries = (
            value.items()
            if isinstance(value, dict)
            else enumerate(value)
            if isinstance(value, list)
            else ()
        )
        waiting += (((*path, key), inner) for key, inner in entries)


def _names(resource: Resource, path: Path) -> Iterator[Path]:
    """What may name the innermost list item around a path: its name, else its first key."""
    for length in range(len(path) - 1, 0, -1):
        if isinstance(path[length - 1], int):
            item, exists = look_up(resource.body, path[:length])
            if exists and isinstance(item, dict) and item:
                yield from (
                    (*path[:length], key) for key in ("name", next(iter(item))) if key in item
                )
                return


def _line(
    resource: Resource,
    path: Path,
    text_of: Callable[[int], str],
    *,
    secret: bool = False,
    flow: bool = False,
) -> SourceLine | None:
    while path and not look_up(resource.body, path)[1]:
        path = path[:-1]
    key = resource.locate(path)
    if key.end_line != key.line:
        return None
    line = text_of(key.line)
    if len(line) > _LINE_LIMIT or not _BEFORE_KEY.match(line[: key.column - 1]):
        return None
    end = _shown_until(resource, path, key, secret=secret, flow=flow)
    # The key of an item may be a value itself (an item of a list of scalars).
    if not end:
        return None
    colon = ":" if line[end : end + 1] == ":" else ""
    return SourceLine(key.line, line[:end] + colon)


def _shown_until(resource: Resource, path: Path, key: Location, *, secret: bool, flow: bool) -> int:
    """The column up to which the line of a key may be shown; 0 for not at all.

    With `flow`, what stands on one line in brackets is shown as a whole.
    """
    value, _ = look_up(resource.body, path)
    is_item = bool(path) and isinstance(path[-1], int)
    if isinstance(value, list) and is_item:
        return 0  # what stands there is the first item of the inner list
    if isinstance(value, (dict, list)) and not flow:
        return key.end_column - 1
    if secret or may_be_secret(resource.id.kind, path, value):
        return 0 if is_item else key.end_column - 1
    at = resource.locate_value(path)
    return at.end_column - 1 if at.line == at.end_line == key.line else key.end_column - 1
