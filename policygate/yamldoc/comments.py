"""Where the comments of a text are: a `#` inside of a string begins none.

Not for what they say.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator


class Strings:
    """The spans of the scalars of a text.

    Args:
        text: A whole file. Of one that is no YAML (a template), nothing is known to be a comment.
    """

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.known = True
        try:
            for start, end in _scalars(text):
                self._starts.append(start)
                self._ends.append(end)
        except (yaml.YAMLError, ValueError, RecursionError):
            self.known = False

    def hold(self, offset: int) -> bool:
        """Whether a character stands inside of a string, as far as that can be known."""
        if not self.known:
            return True
        at = bisect_right(self._starts, offset) - 1
        return at >= 0 and offset < self._ends[at]


def _scalars(text: str) -> Iterator[tuple[int, int]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for token in yaml.scan(text, Loader=loader):
        if isinstance(token, yaml.ScalarToken):
            yield token.start_mark.index, token.end_mark.index
