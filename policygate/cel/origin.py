"""Values that know where they come from: what `blame` computes with.

Not for computing them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from policygate.cel.values import key_of, keys_of, look_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Path: TypeAlias = tuple[Any, ...]
"""The name of a variable, then keys and indexes. It may lead to something that is missing."""


class Basis(NamedTuple):
    """What a value rests on.

    Attributes:
        points: Where a person would point, most telling first.
        rest: What else must stay as it is.
    """

    points: tuple[Path, ...] = ()
    rest: tuple[Path, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """All of it."""
        return tuple(dict.fromkeys((*self.points, *self.rest)))


EMPTY: Final = Basis()


def together(bases: Iterable[Basis]) -> Basis:
    """What several values rest on."""
    found = list(bases)
    points = dict.fromkeys(path for basis in found for path in basis.points)
    rest = dict.fromkeys(path for basis in found for path in basis.rest)
    return Basis(tuple(points), tuple(path for path in rest if path not in points))


def under(basis: Basis, *conditions: Basis) -> Basis:
    """What a value rests on that is only there because of conditions: they are second to it."""
    for condition in conditions:
        if condition is EMPTY:
            continue
        both = together([basis, condition])
        points = basis.points or condition.points
        basis = Basis(points, tuple(path for path in both.paths if path not in points))
    return basis


class Traced(NamedTuple):
    """A value with its origin.

    Attributes:
        value: The value.
        path: Where in the data it stands; of none, where it would stand. None when it was made.
        why: What decided that it is this value, beside the value itself.
        items: Of a list or map that was made, its elements by index or key.
        shape: Of such a list or map, what decided which elements it has.
        marks: Where to point for such a list as a whole.
        inner: What an optional holds.
    """

    value: Any
    path: Path | None = None
    why: Basis = EMPTY
    items: Mapping[Any, Traced] | None = None
    shape: Basis = EMPTY
    marks: tuple[Path, ...] = ()
    inner: Traced | None = None

    @property
    def basis(self) -> Basis:
        """Everything that the value rests on."""
        if self.inner is not None:
            return under(self.inner.basis, self.why)
        if self.path is not None:
            return under(Basis((self.path,)), self.why)
        if self.items is None:
            return self.why
        whole = under(together(item.basis for item in self.items.values()), self.shape, self.why)
        if not self.marks:
            return whole
        return Basis(self.marks, tuple(path for path in whole.paths if path not in self.marks))

    @property
    def sources(self) -> tuple[Path, ...]:
        """The places whose content the value shows."""
        if self.inner is not None:
            return self.inner.sources
        if self.path is not None:
            return (self.path,)
        if self.items is None:
            return self.why.paths
        return tuple(path for item in self.items.values() for path in item.sources)

    @property
    def structure(self) -> Basis:
        """What decides which elements a list or map has."""
        return self.basis if self.items is None else under(self.shape, self.why)

    @property
    def existence(self) -> Basis:
        """What keeps an element where it is, without regard to its value."""
        return self.why if self.path is None else under(Basis((), (self.path,)), self.why)

    def because(self, *conditions: Basis) -> Traced:
        """The same value, there because of conditions."""
        return self._replace(why=under(self.why, *conditions))

    def child(self, key: Any, value: Any) -> Traced:
        """An element of a list or the value under a key."""
        if self.items is not None:
            return self.items[key_of(key)].because(self.why)
        if self.path is not None:
            return Traced(value, (*self.path, key), self.why)
        return Traced(value, None, self.basis)

    def absent(self, key: Any) -> Basis:
        """What the presence or absence of a key rests on."""
        if self.path is not None:
            return under(Basis(((*self.path, key),)), self.why)
        return self.structure if self.items is not None else self.basis


def elements(found: Traced) -> list[Traced]:
    """The elements of a list, or the values of a map."""
    if type(found.value) is list:
        return [found.child(place, item) for place, item in enumerate(found.value)]
    return [found.child(key, look_up(found.value, key)) for key in keys_of(found.value)]
