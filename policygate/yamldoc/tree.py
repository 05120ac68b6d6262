"""What the parsers of YAML and JSON leave behind: a value and, beside it, offsets into the text.

Offsets instead of positions, flat lists instead of an object per node: parsing spends nothing on
positions that nobody asks for. Not for lines and columns: `document.py` makes them on demand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from policygate.model import Path

Spans: TypeAlias = dict[int, list[Any]]
"""id of a container -> the offsets of what is written in it, in order.

Five entries per key of a mapping (the key, start and end of the key, start and end of the value),
two per item of a list (start and end). A merge has its `Merge` in place of the key.
"""


@dataclass(frozen=True, slots=True)
class Merge:
    """Stands where `<<` stood: the mappings merged there, the strongest first."""

    sources: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key written again in its mapping: its path, and where the later one stands."""

    path: Path
    start: int
    end: int


@dataclass(slots=True)
class Tree:
    """One document: its value and the offsets of everything in it.

    Offsets count characters from `base`, the offset of the parsed text in its file: to add it only
    when somebody asks saves a noticeable part of the parsing time.
    """

    value: Any
    spans: Spans
    start: int
    end: int
    base: int = 0
    duplicates: list[Duplicate] = field(default_factory=list)


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
