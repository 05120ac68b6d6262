"""What the parsers of YAML and JSON leave behind: a value and, beside it, offsets into the text.

Offsets instead of positions, one number per key or item: parsing spends nothing on positions that
nobody asks for. Not for lines and columns: `document.py` makes them on demand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

Starts: TypeAlias = dict[int, Any]
"""id of a container -> where it starts, per key (a dict; the last one of a name) or per item (a list).

A key that came with a merge starts where it is written.
"""


class Extents(NamedTuple):
    """What comes after something that starts at an offset.

    Attributes:
        tokens: Where a key, another scalar or an alias ends.
        containers: Where a container ends.
        following: Where the next token or container starts: after a key its value, after the start
            of a container what is first in it. Where a container starts with its first key, as in
            block style, this is about the key.
    """

    tokens: dict[int, int]
    containers: dict[int, int]
    following: dict[int, int]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key written again in its mapping.

    Attributes:
        trail: Its path from the inside out; it grows while the containers around it are read.
        start: Where the later one starts.
    """

    trail: list[str | int]
    start: int


def put_inside(step: str | int, start: int, duplicates: list[Duplicate]) -> None:
    """Note that the value starting at `start`, which was just read, stands at `step`."""
    for duplicate in reversed(duplicates):
        if duplicate.start < start:
            return
        duplicate.trail.append(step)


@dataclass(slots=True)
class Tree:
    """One document: its value and where everything in it starts.

    Offsets count characters from `base`, the offset of the parsed text in its file: to add it only
    when somebody asks saves a noticeable part of the parsing time. For the same reason `extents`
    is None until then.
    """

    value: Any
    starts: Starts
    start: int
    end: int
    base: int = 0
    duplicates: list[Duplicate] = field(default_factory=list)
    extents: Extents | None = None


class ReadError(Exception):
    """A document cannot be read.

    Attributes:
        message: One line without any of the document's values.
        offset: Where, in the file's text.
        kind: `unreadable`, or `limit` when it is a bound of ours.
    """

    def __init__(
        self, message: str, offset: int, kind: Literal["unreadable", "limit"] = "unreadable"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.kind = kind
