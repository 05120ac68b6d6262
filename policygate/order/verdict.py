"""What an order says about a change of posture, and the words of it that all orders share.

An order knows one thing: what the head permits and the base did not (`gains`). Asked both ways round, it
tells looser from tighter, and nothing pays for anything: one gain is enough. Orders read values that
count (defaults, inheritance, quantities), so that what only looks different gains nothing. Not for what a
gain is worth to a repository: policies and settings say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from policygate.model import UNSET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policygate.model import Class, Level, Resource
    from policygate.view import View

Verdict: TypeAlias = Literal["equal", "tighter", "looser", "incomparable", "undecided"]
Gains: TypeAlias = "Callable[[Any, Any], Iterator[Gain]]"


class Gain(NamedTuple):
    """Something that the head permits and the base did not.

    Attributes:
        at: Where the head says so, or would.
        text: One sentence about it: who may now do what.
        was: The value that counted at the base.
        now: The value that counts at the head.
        level: What it is worth, where that is not what its dimension is.
        possible: Whether it rests on something that cannot be seen from here; the text names it.
        unordered: Whether the base is not known to be stricter: it is only something else.
    """

    at: View
    text: str
    was: Any = UNSET
    now: Any = UNSET
    level: Level | None = None
    possible: bool = False
    unordered: bool = False


class Dimension(NamedTuple):
    """One respect in which a subject can be looser than before.

    Attributes:
        name: Its name; the policy that speaks for it is `loosened-<name>`.
        class_: What is lost when it gets looser.
        gains: What the head permits and the base did not.
    """

    name: str
    class_: Class
    gains: Gains


class UndecidedError(Exception):
    """No proof either way: the work is not worth it, or a value is filled in later."""


def verdict(dimension: Dimension, base: Any, head: Any) -> Verdict:
    """Compare two subjects in one respect."""
    try:
        looser = next(dimension.gains(base, head), None) is not None
        tighter = next(dimension.gains(head, base), None) is not None
    except UndecidedError:
        return "undecided"
    if looser and tighter:
        return "incomparable"
    return "looser" if looser else "tighter" if tighter else "equal"


def restrictor(compare: Gains, gone: str) -> Gains:
    """The gains of something that holds others back, where to delete it gives everything up.

    Args:
        compare: What it lets through that it did not, where it is there on both sides.
        gone: What its absence means, as the end of a sentence.
    """

    def gains(base: Resource | None, head: Resource | None) -> Iterator[Gain]:
        if base is None:
            return
        if head is None:
            yield Gain(base.view, f"{named(base)} is gone{gone}")
        else:
            yield from compare(base, head)

    return gains


def named(resource: Resource) -> str:
    """A resource in a sentence: its kind and its name."""
    return f"{resource.id.kind} {resource.id.name}"


LATER: Final = ("${", "{{", "$(", "<path:", "<%")
"""What begins a value that something fills in later: nothing is known of it."""


def is_later(value: object) -> bool:
    """Whether a value is filled in later."""
    return isinstance(value, str) and any(mark in value for mark in LATER)


def shown(value: object) -> str:
    """A value in a sentence; what is not set is called so."""
    if value is None or value is UNSET:
        return "unset"
    return str(value).lower() if isinstance(value, bool) else str(value)
