"""What advice is: something that an author should look at, in words. Not for finding any."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policygate.cel.syntax import Span
    from policygate.model import Path


class Advice(NamedTuple):
    """Something about a policy that is probably not meant.

    Attributes:
        path: The place in the policy file; empty where only the line is known.
        message: What was noticed.
        hint: How to mend it, or nothing.
        line: The line in the policy file, where it is not that of the path.
    """

    path: Path
    message: str
    hint: str = ""
    line: int = 0


def meant(word: str, known: Iterable[str]) -> str:
    """The question whether a similar word was meant; empty where none is similar.

    Args:
        word: A word that is not known.
        known: Those that are.
    """
    by_lower = {each.lower(): each for each in sorted(known)}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.7)
    return f"Did you mean `{by_lower[close[0]]}`?" if close else ""


def shown(text: str, span: Span | None = None, longest: int = 60) -> str:
    """An expression, or a piece of it, on one line."""
    piece = text if span is None else text[span.start : span.end]
    flat = " ".join(piece.split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"
