"""Two kinds of sets that can be met and taken from each other without knowing everything there is.

Texts are open: there is always one more that nobody has mentioned, and None stands for "not there".
Numbers are ranges on a line. Not for what the sets are about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Text: TypeAlias = "str | None"


class Texts(NamedTuple):
    """Some texts, or all but some.

    Attributes:
        named: The texts that are named; None is a text that is not there.
        others: Whether they are left out, and everything else is meant.
    """

    named: frozenset[Text]
    others: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.others and not self.named

    def meet(self, other: Texts) -> Texts:
        """What is in both."""
        if self.others and other.others:
            return Texts(self.named | other.named, others=True)
        if self.others:
            return Texts(other.named - self.named)
        return Texts(self.named - other.named if other.others else self.named & other.named)

    def without(self, other: Texts) -> Texts:
        """What is in this one and not in the other."""
        return self.meet(Texts(other.named, others=not other.others))

    def some(self) -> Text:
        """One of them, the plainest; a made-up text where only unnamed ones are left."""
        if not self.others:
            return min(self.named, key=lambda text: (text is not None, text or ""))
        if None not in self.named:
            return None
        return next(
            name for n in range(len(self.named) + 1) if (name := f"other-{n}") not in self.named
        )


ANY_TEXT: Final = Texts(frozenset(), others=True)
ABSENT: Final = Texts(frozenset({None}))
PRESENT: Final = Texts(frozenset({None}), others=True)


def texts(*names: Text) -> Texts:
    """The set of these texts."""
    return Texts(frozenset(names))


class Ranges(NamedTuple):
    """Whole numbers: ranges from first to last, in order, that do not touch each other."""

    parts: tuple[tuple[int, int], ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.parts

    def meet(self, other: Ranges) -> Ranges:
        """What is in both."""
        found: list[tuple[int, int]] = []
        mine, theirs = list(self.parts), list(other.parts)
        while mine and theirs:
            first, last = max(mine[0][0], theirs[0][0]), min(mine[0][1], theirs[0][1])
            if first <= last:
                found.append((first, last))
            if mine[0][1] < theirs[0][1]:
                mine.pop(0)
            else:
                theirs.pop(0)
        return Ranges(tuple(found))

    def without(self, other: Ranges) -> Ranges:
        """What is in this one and not in the other."""
        found: list[tuple[int, int]] = []
        for first, last in self.parts:
            start = first
            for low, high in other.parts:
                if high < start or low > last:
                    continue
                if start < low:
                    found.append((start, low - 1))
                start = high + 1
            if start <= last:
                found.append((start, last))
        return Ranges(tuple(found))

    def some(self) -> int:
        """The first of them."""
        return self.parts[0][0]


def ranges(parts: Iterable[tuple[int, int]]) -> Ranges:
    """The numbers of any ranges; one whose last number comes before its first holds nothing."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(part for part in parts if part[0] <= part[1]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return Ranges(tuple(joined))


Values: TypeAlias = "Texts | Ranges"
