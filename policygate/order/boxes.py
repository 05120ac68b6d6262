"""Whether a box is covered by others, exactly, and if not, what is left over.

A box is a set for each of some dimensions; a dimension that it does not name may be anything. The question
is hard at its worst, so that whoever asks says how much work it is worth. Not for what dimensions mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from policygate.order.sets import Values
from policygate.order.verdict import UndecidedError

Box: TypeAlias = Mapping[str, Values]
FUEL: Final = 20_000
"""So many times two boxes are compared, by default, before the answer is that there is none."""


class OutOfFuelError(UndecidedError):
    """The question costs more than it is worth: nothing is known."""


class Fuel:
    """What is left of the work that a question is worth."""

    def __init__(self, amount: int = FUEL) -> None:
        self.left = amount

    def burn(self, amount: int = 1) -> None:
        """Take some.

        Raises:
            OutOfFuelError: When there is none left.
        """
        self.left -= amount
        if self.left < 0:
            raise OutOfFuelError


def meet(one: Box, other: Box) -> Box | None:
    """What is in both; None for nothing."""
    shared: dict[str, Values] = {}
    for name, values in other.items():  # most pairs are told apart by one of their dimensions
        mine: Any = one.get(name)
        if mine is not None:
            both = mine.meet(values)
            if both.empty:
                return None
            shared[name] = both
    return {**one, **other, **shared}


def left_over(box: Box, covers: Sequence[Box], fuel: Fuel) -> Box | None:
    """A part of a box that none of the covers holds; None where they hold all of it.

    Args:
        box: The box, in which nothing is empty.
        covers: What may cover it.
        fuel: The work that the answer is worth.

    Raises:
        OutOfFuelError: When it is not enough.
    """
    fuel.burn(1 + len(covers))
    near = [(cover, both) for cover in covers if (both := meet(box, cover)) is not None]
    if not near:
        return box
    # The cover that leaves in the fewest ways first: most questions end there.
    first = min(near, key=lambda each: len(_ways_out(box, each[0])))[0]
    rest = [cover for cover, _ in near if cover is not first]
    inside = dict(box)
    for name, outside in _ways_out(box, first):
        found = left_over({**inside, name: outside}, rest, fuel)
        if found is not None:
            return found
        narrowed: Any = inside.get(name)
        inside[name] = first[name] if narrowed is None else narrowed.meet(first[name])
    return None


def _ways_out(box: Box, cover: Box) -> list[tuple[str, Values]]:
    """The dimensions in which a box goes beyond a cover, and how far."""
    found: list[tuple[str, Values]] = []
    for name, values in cover.items():
        mine: Any = box.get(name)
        outside = _all_but(values) if mine is None else mine.without(values)
        if not outside.empty:
            found.append((name, outside))
    return found


def _all_but(values: Values) -> Any:
    from policygate.order.sets import ANY_TEXT, Texts

    if isinstance(values, Texts):
        return ANY_TEXT.without(values)
    raise ValueError("a box that is asked about names its lines")  # what all numbers are, it says
