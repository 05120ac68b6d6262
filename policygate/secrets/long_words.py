"""The words of a text: most questions about it are answered by them, sooner than by the text.

Not for what a word may be (`formats`, `anywhere`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST: Final = 20
"""No match but a private key has fewer characters without a blank between."""
_LARGE: Final = 2048
"""Characters from which on a text says the same words over and over."""


class Words(NamedTuple):
    """The words of a text: enough to tell that something is not in it.

    Attributes:
        all: All of them, with white space around each; of a large text each once.
        long: Those that are long enough to be a token or a hash.
    """

    all: str
    long: str


@lru_cache(maxsize=1)  # one text is asked many things, one after the other
def words_of(text: str) -> Words:
    """The words of a text: large ones say the same words over and over."""
    words: Iterable[str] = text.split()
    if len(text) > _LARGE:
        words = dict.fromkeys(words)
        text = " ".join(words)
    long = [word for word in words if len(word) >= SHORTEST]
    return Words(f" {text} ", " ".join(long))
