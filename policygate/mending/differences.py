"""Where a body differs from what it was: the smallest places that can be put back, each for itself.

An item of a list is found again as everywhere (`place.token`): by its name, else by its content. Not for what a
difference means.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from policygate.place import canonical, in_words, token, with_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Path

Kind: TypeAlias = Literal["changed", "extra", "missing"]


class Difference(NamedTuple):
    """One place: `changed`, or there at the head alone (`extra`) or at the base alone (`missing`).

    `path` is the place at the head, for what is missing where it would be; `was` the place at the base.
    """

    kind: Kind
    path: Path
    was: Path

    def words(self, base: Any, head: Any) -> str:
        """The place as people write it."""
        return in_words(base, self.was) if self.kind == "missing" else in_words(head, self.path)

    def undone(self, base: Any, head: Any) -> Any:
        """The head with this one place as at the base."""
        if self.kind == "extra":
            return with_value(head, self.path, None, there=False)
        value = _at(base, self.was)
        if self.kind == "missing" and isinstance(self.path[-1], int):
            items = _at(head, self.path[:-1])
            more = [*items[: self.path[-1]], value, *items[self.path[-1] :]]
            return with_value(head, self.path[:-1], more)
        return with_value(head, self.path, value)


def _at(body: Any, path: Path) -> Any:
    for part in path:
        body = body[part]
    return body


def differences(base: Any, head: Any) -> list[Difference]:
    """All of them, in the order of the head's lists: to undo them from the last on moves none of the others."""
    return list(_between(base, head, (), ()))


def _between(base: Any, head: Any, path: Path, was: Path) -> Iterator[Difference]:
    if canonical(base) == canonical(head):
        return
    if isinstance(base, dict) and isinstance(head, dict) and base and head:
        for key in (*head, *(key for key in base if key not in head)):
            at, old = (*path, key), (*was, key)
            if key not in base:
                yield Difference("extra", at, old)
            elif key not in head:
                yield Difference("missing", at, old)
            else:
                yield from _between(base[key], head[key], at, old)
    elif isinstance(base, list) and isinstance(head, list) and base and head:
        yield from _between_lists(base, head, path, was)
    else:
        yield Difference("changed", path, was)


def _between_lists(base: list[Any], head: list[Any], path: Path, was: Path) -> Iterator[Difference]:
    old, new = ([token(each, at) for at in range(len(each))] for each in (base, head))
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    if any(kind == "replace" and b - a != d - c for kind, a, b, c, d in codes):
        yield Difference("changed", path, was)
        return
    for kind, a, b, c, d in codes:
        if kind == "delete":
            # Each goes where the head goes on: put back from the last on, they come into their order.
            yield from (Difference("missing", (*path, c), (*was, at)) for at in range(a, b))
        elif kind == "insert":
            yield from (Difference("extra", (*path, at), (*was, a)) for at in range(c, d))
        else:
            for at, now in zip(range(a, b), range(c, d), strict=True):
                yield from _between(base[at], head[now], (*path, now), (*was, at))
