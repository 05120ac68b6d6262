"""Blocks of text made to fit into a number of bytes: cut between rows, closed properly, with a count of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_COUNTED: Final = 60
"""Bytes that the count of what is left out may take."""


class Block(NamedTuple):
    """Something with rows, each on its own line or lines.

    Attributes:
        head: What stands before them; alone where there are no rows.
        rows: May be left out one by one, from the end.
        tail: What closes them.
        most: So many of them are shown at most.
    """

    head: str
    rows: Sequence[str] = ()
    tail: str = ""
    most: int = 100


def fitted(blocks: Sequence[Block], limit: int) -> str:
    """Join blocks by blank lines; what is too long loses rows, the longest block first, then blocks from the end.

    Args:
        blocks: The first one is never left out.
        limit: The most bytes of UTF-8.
    """
    kept = list(blocks)
    while len(kept) > 1 and sum(map(_fixed, kept)) > limit:
        kept.pop()
    room = limit - sum(map(_fixed, kept))
    taken: dict[int, int] = {}
    needs = [sum(map(_size, each.rows[: each.most])) for each in kept]
    for number, index in enumerate(sorted(range(len(kept)), key=needs.__getitem__)):
        share = room // (len(kept) - number)
        taken[index], used = _rows_within(kept[index], share)
        room -= used
    text = "\n\n".join(_written(each, taken[index]) for index, each in enumerate(kept))
    return text + "\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8")) + 1


def _fixed(block: Block) -> int:
    return _size(block.head) + _size(block.tail) + (_COUNTED if block.rows else 0) + 4


def _rows_within(block: Block, room: int) -> tuple[int, int]:
    """How many rows fit, and their bytes."""
    used = 0
    for number, each in enumerate(block.rows[: block.most]):
        size = _size(each)
        if used + size > room:
            return number, used
        used += size
    return min(len(block.rows), block.most), used


def _written(block: Block, rows: int) -> str:
    lines = [block.head, *block.rows[:rows]]
    if block.tail:
        lines.append(block.tail)
    left = len(block.rows) - rows
    return "\n".join(lines) + (f"\n\n… and {left} more, see the JSON report." if left else "")
