"""Runs a pattern's program over a text without ever going back: for platforms without google-re2.

Whether there is a match is found by a deterministic automaton that is built while it is used; where
it is, by following all threads at once in the order of their preference (Pike's machine, see
https://swtch.com/~rsc/regexp/regexp2.html). Both take time linear in the text.
"""

from __future__ import annotations

from typing import Final

from policygate.cel.pattern import Assert, Fork, Match, Read, compile_program

_WORD: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_EDGE, _LINE, _LETTER, _OTHER = range(4)
_MOST_STATES: Final = 2_000


class _State:
    """Where the threads of the automaton stand, what came before, and where characters lead."""

    __slots__ = ("before", "next", "places")

    def __init__(self, places: tuple[int, ...], before: int) -> None:
        self.places = places
        self.before = before
        self.next: dict[str, _State | None] = {}


class Machine:
    """A compiled pattern.

    Raises:
        EvaluationError: When the pattern is invalid.
    """

    def __init__(self, pattern: str) -> None:
        self._program = compile_program(pattern)
        self._states: dict[tuple[tuple[int, ...], int], _State] = {}

    def search(self, text: str, start: int) -> tuple[int, int] | None:
        """The leftmost match at or behind a place, as start and end."""
        return self._locate(text, start) if self._matches(text, start) else None

    def _matches(self, text: str, start: int) -> bool:
        state = self._state((), _kind(text[start - 1]) if start else _EDGE)
        for place in range(start, len(text)):
            char = text[place]
            try:
                following = state.next[char]
            except KeyError:
                following = state.next[char] = self._advance(state, char)
            if following is None:
                return True
            state = following
        _, matched = self._close((*state.places, 0), state.before, _EDGE, set())
        return matched

    def _state(self, places: tuple[int, ...], before: int) -> _State:
        key = (places, before)
        if key not in self._states:
            if len(self._states) > _MOST_STATES:
                self._states.clear()
            self._states[key] = _State(places, before)
        return self._states[key]

    def _advance(self, state: _State, char: str) -> _State | None:
        """The state behind a character; None where the pattern has matched before it."""
        kind = _kind(char)
        reading, matched = self._close((*state.places, 0), state.before, kind, set())
        if matched:
            return None
        places = {at + 1 for at in reading if self._reads(at, char)}
        return self._state(tuple(sorted(places)), kind)

    def _reads(self, at: int, char: str) -> bool:
        instruction = self._program[at]
        return isinstance(instruction, Read) and instruction.test(char)

    def _locate(self, text: str, start: int) -> tuple[int, int] | None:
        threads: list[tuple[int, int]] = []
        best: tuple[int, int] | None = None
        before = _kind(text[start - 1]) if start else _EDGE
        for place in range(start, len(text) + 1):
            char = text[place] if place < len(text) else ""
            after = _kind(char) if char else _EDGE
            if best is None:
                threads.append((0, place))
            elif not threads:
                break
            following: list[tuple[int, int]] = []
            seen: set[int] = set()
            for at, began in threads:
                reading, matched = self._close((at,), before, after, seen)
                following += [(to + 1, began) for to in reading if char and self._reads(to, char)]
                if matched:
                    best = (began, place)
                    break
            threads, before = following, after
        return best

    def _close(
        self, places: tuple[int, ...], before: int, after: int, seen: set[int]
    ) -> tuple[list[int], bool]:
        """What reads a character, in the order of preference, and whether the pattern has matched.

        What is less preferred than a match is left out, and what is in `seen` already.
        """
        reading: list[int] = []
        stack = list(reversed(places))
        while stack:
            at = stack.pop()
            if at in seen:
                continue
            seen.add(at)
            instruction = self._program[at]
            if isinstance(instruction, Fork):
                stack.extend(reversed(instruction.targets))
            elif isinstance(instruction, Assert):
                if _holds(instruction.kind, before, after):
                    stack.append(at + 1)
            elif isinstance(instruction, Match):
                return reading, True
            else:
                reading.append(at)
        return reading, False


def _kind(char: str) -> int:
    if char == "\n":
        return _LINE
    return _LETTER if char in _WORD else _OTHER


def _holds(kind: str, before: int, after: int) -> bool:
    if kind == "A":
        return before == _EDGE
    if kind == "z":
        return after == _EDGE
    if kind == "^":
        return before in {_EDGE, _LINE}
    if kind == "$":
        return after in {_EDGE, _LINE}
    return ((before == _LETTER) is not (after == _LETTER)) is (kind == "b")
