"""What the parsers of YAML and JSON leave behind: a value and, beside it, offsets into the text.

Offsets instead of positions, flat lists instead of an object per node: parsing spends nothing on
positions that nobody asks for. Not for lines and columns: `document.py` makes them on demand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from policygate.model import Path

Spans: TypeAlias = dict[int, list[Any]]
"""id of a container -> where what is written in it starts, in order.

Three entries per key of a mapping (the key, where it starts, where its value starts), one per item
of a list. A merge has its `Merge` in place of the key.
"""


class Ends(NamedTuple):
    """Where things end, by where they start: scalars and aliases, and containers."""

    tokens: dict[int, int]
    containers: dict[int, int]


@dataclass(frozen=True, slots=True)
class Merge:
    """Stands where `<<` stood: the mappings merged there, the strongest first."""

    sources: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key written again in its mapping: its path, and where the later one starts."""

    path: Path
    start: int


@dataclass(slots=True)
class Tree:
    """One document: its value and where everything in it starts.

    Offsets count characters from `base`, the offset of the parsed text in its file: to add it only
    when somebody asks saves a noticeable part of the parsing time. For the same reason `ends` is
    None until then.
    """

    value: Any
    spans: Spans
    start: int
    end: int
    base: int = 0
    duplicates: list[Duplicate] = field(default_factory=list)
    ends: Ends | None = None


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
