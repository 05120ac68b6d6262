"""What the search for secrets finds, and never shows.

Not for findings of the gate: policies make those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from policygate.model import Level, Path


class Hidden(str):
    """A secret in memory: to be compared, never to be printed by accident."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(hidden)"


class Found(NamedTuple):
    """A credential that stands in the open.

    Attributes:
        what: What it is, in words with an article: `a GitHub token`.
        name: What names it there (a key, a variable, a flag); empty where nothing does.
        value: The credential itself, for comparing.
        line: Its line in the text that it stands in, 0-based.
        level: `error`, or `warning` where it takes work to use it.
        path: Where the text stands in the document.
    """

    what: str
    name: str
    value: Hidden
    line: int = 0
    level: Level = "error"
    path: Path = ()
