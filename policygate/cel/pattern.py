"""Patterns in the syntax of RE2 as programs for `machine`. Not for running them.

An instruction either reads one character of a set, forks, or asserts something of the place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final, NamedTuple, NoReturn

from policygate.cel.errors import EvaluationError

MAX_SIZE: Final = 5_000
"""The most instructions that a pattern may have once its repetitions are written out."""
MAX_REPEAT: Final = 1_000
MAX_NESTING: Final = 100

Test = Callable[[str], bool]


class Read(NamedTuple):
    """Read a character that passes the test."""

    test: Test


class Fork(NamedTuple):
    """Go on at every target; the first one is preferred."""

    targets: tuple[int, ...]


class Assert(NamedTuple):
    """Go on where the place is right: `^`, `$`, `A`, `z`, `b` or `B`."""

    kind: str


class Match(NamedTuple):
    """The pattern has matched."""


Instruction = Read | Fork | Assert | Match
_Tree = tuple[Any, ...]

_WORD: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_DIGIT: Final = frozenset("0123456789")
_SPACE: Final = frozenset("\t\n\f\r ")
_PERL: Final = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
_UPPER: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_GRAPH: Final = frozenset(map(chr, range(0x21, 0x7F)))
_POSIX: Final = {
    "alnum": _UPPER | _LOWER | _DIGIT,
    "alpha": _UPPER | _LOWER,
    "ascii": frozenset(map(chr, range(0x80))),
    "blank": frozenset("\t "),
    "cntrl": frozenset(map(chr, range(0x20))) | {"\x7f"},
    "digit": _DIGIT,
    "graph": _GRAPH,
    "lower": _LOWER,
    "print": _GRAPH | {" "},
    "punct": _GRAPH - _UPPER - _LOWER - _DIGIT,
    "space": _SPACE | {"\v"},
    "upper": _UPPER,
    "word": _WORD,
    "xdigit": _DIGIT | frozenset("abcdefABCDEF"),
}
_ESCAPED: Final = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_REPEATS: Final = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def compile_program(pattern: str) -> tuple[Instruction, ...]:
    """The program of a pattern; the first instruction is where it starts.

    Raises:
        EvaluationError: When the pattern is invalid, or too large once it is written out.
    """
    reader = _Reader(pattern)
    tree = reader.alternatives()
    if reader.at < len(pattern):
        reader.fail("unexpected )")
    program: list[Instruction] = []
    _emit(tree, program, reader)
    program.append(Match())
    return tuple(program)


def _emit(tree: _Tree, program: list[Instruction], reader: _Reader) -> None:
    if len(program) > MAX_SIZE:
        reader.fail("the pattern is too large")
    kind = tree[0]
    if kind == "read":
        program.append(Read(tree[1]))
    elif kind == "assert":
        program.append(Assert(tree[1]))
    elif kind == "sequence":
        for part in tree[1]:
            _emit(part, program, reader)
    elif kind == "either":
        _emit_either(tree[1], program, reader)
    else:
        _emit_repeat(tree, program, reader)


def _emit_either(options: list[_Tree], program: list[Instruction], reader: _Reader) -> None:
    fork = len(program)
    program.append(Match())
    starts, ends = [], []
    for option in options:
        starts.append(len(program))
        _emit(option, program, reader)
        ends.append(len(program))
        program.append(Match())
    program[fork] = Fork(tuple(starts))
    for end in ends:
        program[end] = Fork((len(program),))


def _emit_repeat(tree: _Tree, program: list[Instruction], reader: _Reader) -> None:
    _, inner, least, most, lazy = tree
    for _ in range(least - 1 if most is None else least):
        _emit(inner, program, reader)
    if most is None:
        _emit_loop(inner, program, reader, optional=not least, lazy=lazy)
        return
    forks = []
    for _ in range(most - least):
        forks.append(len(program))
        program.append(Match())
        _emit(inner, program, reader)
    for fork in forks:
        program[fork] = _fork(fork + 1, len(program), lazy=lazy)


def _emit_loop(
    inner: _Tree, program: list[Instruction], reader: _Reader, *, optional: bool, lazy: bool
) -> None:
    """`inner+`, or `(inner+)?`: unlike `inner*`, it prefers an empty round where `inner` does."""
    outer = len(program)
    if optional:
        program.append(Match())
    start = len(program)
    _emit(inner, program, reader)
    fork = len(program)
    program.append(_fork(start, fork + 1, lazy=lazy))
    if optional:
        program[outer] = _fork(start, fork + 1, lazy=lazy)


def _fork(inside: int, behind: int, *, lazy: bool) -> Fork:
    return Fork((behind, inside) if lazy else (inside, behind))


class _Reader:
    """One pass over a pattern; every method reads one rule of the syntax."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.nesting = 0
        self.flags = frozenset[str]()

    def fail(self, words: str) -> NoReturn:
        message = f"invalid pattern {self.pattern[:60]!r}: {words}"
        raise EvaluationError(message, discreet="invalid pattern")

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def next(self) -> str:
        self.at += 1
        return self.pattern[self.at - 1 : self.at]

    def alternatives(self) -> _Tree:
        outer, self.nesting = self.flags, self.nesting + 1
        if self.nesting > MAX_NESTING:
            self.fail(f"groups nest deeper than {MAX_NESTING} levels")
        options = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence())
        self.flags, self.nesting = outer, self.nesting - 1
        return options[0] if len(options) == 1 else ("either", options)

    def sequence(self) -> _Tree:
        parts: list[_Tree] = []
        while self.at < len(self.pattern) and self.peek() not in "|)":
            if self.pattern.startswith("\\Q", self.at):
                *before, last = self.quoted()
                parts += [*before, self.repeated(last)]
            else:
                parts.append(self.repeated(self.atom()))
        return ("sequence", parts)

    def quoted(self) -> list[_Tree]:
        end = self.pattern.find("\\E", self.at)
        text = self.pattern[self.at + 2 : end if end >= 0 else None]
        self.at = len(self.pattern) if end < 0 else end + 2
        return [self.one_of(frozenset(char)) for char in text] or [("sequence", [])]

    def repeated(self, atom: _Tree) -> _Tree:
        repeated = False
        while (bounds := self.repeat()) is not None:
            if repeated and bounds:
                self.fail("a repetition of a repetition")
            least, most = bounds
            lazy = self.peek() == "?"
            self.at += lazy
            atom = ("repeat", atom, least, most, lazy is not ("U" in self.flags))
            repeated = True
        return atom

    def repeat(self) -> tuple[int, int | None] | None:
        sign = self.peek()
        if sign in _REPEATS and sign:
            self.at += 1
            return _REPEATS[sign]
        end = self.pattern.find("}", self.at)
        if sign != "{" or end < 0:
            return None
        low, comma, high = self.pattern[self.at + 1 : end].partition(",")
        if not (
            low.isascii() and low.isdigit() and (not high or (high.isascii() and high.isdigit()))
        ):
            return None  # a brace that is no repetition stands for itself
        self.at = end + 1
        least = int(low[:9])
        most = least if not comma else (int(high[:9]) if high else None)
        if max(least, most or 0) > MAX_REPEAT or (most is not None and most < least):
            self.fail("a repetition is out of bounds")
        return least, most

    def atom(self) -> _Tree:
        if self.repeat() is not None:
            self.fail("nothing to repeat")
        char = self.next()
        if char == "(":
            return self.group()
        if char == "[":
            return self.set()
        if char == ".":
            return ("read", (lambda _: True) if "s" in self.flags else (lambda c: c != "\n"))
        if char == "^":
            return ("assert", "^" if "m" in self.flags else "A")
        if char == "$":
            return ("assert", "$" if "m" in self.flags else "z")
        return self.escape() if char == "\\" else self.one_of(frozenset(char))

    def escape(self) -> _Tree:
        char = self.peek()
        if char in {"A", "z", "b", "B"}:
            self.at += 1
            return ("assert", char)
        return self.test(self.escaped())

    def escaped(self) -> Test | frozenset[str]:
        """What stands behind a backslash, in a set or outside: one character, or a class."""
        char = self.next()
        if char and char.lower() in _PERL:
            members = _PERL[char.lower()]
            if char in _PERL:
                return members
            inside = self.folded(members.__contains__)
            return lambda c: not inside(c)
        if char in {"p", "P"}:
            return self.category(negated=char == "P")
        return frozenset(self.character(char))

    def character(self, char: str) -> str:
        if char == "x":
            return self.code()
        if char in _ESCAPED:
            return _ESCAPED[char]
        if char in {*"01234567"}:
            digits = char
            while len(digits) < 3 and self.peek() in {*"01234567"}:
                digits += self.next()
            if char != "0" and len(digits) < 2:
                self.fail("a back-reference")
            return chr(int(digits, 8))
        if not char or char.isalnum() or ord(char) > 0x7F:
            self.fail(f"unknown escape \\{char}")
        return char

    def code(self) -> str:
        if self.peek() == "{":
            digits, closing, _ = self.pattern[self.at + 1 :].partition("}")
            self.at += len(digits) + 2
        else:
            digits, closing = self.pattern[self.at : self.at + 2], "}"
            self.at += 2
        valid = closing and digits and set(digits) <= _POSIX["xdigit"] and len(digits) <= 8
        if not valid or int(digits, 16) > 0x10FFFF:
            self.fail("a code of a character that is none")
        return chr(int(digits, 16))

    def category(self, *, negated: bool) -> Test:
        name = self.next()
        if name == "{":
            name, _, _ = self.pattern[self.at :].partition("}")
            self.at += len(name) + 1
        if name.startswith("^"):
            name, negated = name[1:], not negated
        if name == "Any":
            return lambda _: not negated
        if len(name) not in {1, 2} or not any(
            unicodedata.category(chr(code)).startswith(name) for code in range(0x3000)
        ):
            self.fail(f"unknown class of characters {name[:20]!r}")
        inside = self.folded(lambda c: unicodedata.category(c).startswith(name))
        return lambda c: inside(c) is not negated

    def group(self) -> _Tree:
        outer = self.flags
        if self.peek() == "?":
            self.at += 1
            if self.pattern.startswith(("P<", "<"), self.at):
                self.group_name()
            elif self.options() == ")":
                return ("sequence", [])
        tree = self.alternatives()
        if self.next() != ")":
            self.fail("missing )")
        self.flags = outer
        return tree

    def group_name(self) -> None:
        name, closing, _ = self.pattern[self.at :].partition(">")
        word = name.removeprefix("P").removeprefix("<")
        if not closing or not word or not set(word) <= _WORD:
            self.fail("a group has no valid name")
        self.at += len(name) + 1

    def options(self) -> str:
        """Read `i-s:` or `i-s)`; what they end with."""
        flags, count, minus = set(self.flags), 0, False
        while (char := self.next()) not in {":", ")"}:
            if char == "-" and not minus:
                minus, count = True, 0
                continue
            if not char or char not in "imsU":
                self.fail("unknown option of a group")
            (flags.discard if minus else flags.add)(char)
            count += 1
        if minus and not count:
            self.fail("unknown option of a group")
        self.flags = frozenset(flags)
        return char

    def test(self, found: Test | frozenset[str]) -> _Tree:
        return self.one_of(found) if isinstance(found, frozenset) else ("read", self.folded(found))

    def one_of(self, members: frozenset[str]) -> _Tree:
        return ("read", self.folded(members.__contains__))

    def folded(self, test: Test) -> Test:
        if "i" not in self.flags:
            return test
        return lambda c: any(test(other) for other in _variants(c))

    def set(self) -> _Tree:
        negated = self.peek() == "^"
        self.at += negated
        tests: list[Test] = []
        first = True
        while first or self.peek() != "]":
            if self.at >= len(self.pattern):
                self.fail("missing ]")
            tests.append(self.member())
            first = False
        self.at += 1
        found = self.folded(lambda c: any(test(c) for test in tests))
        return ("read", (lambda c: not found(c)) if negated else found)

    def member(self) -> Test:
        if self.pattern.startswith("[:", self.at):
            name, closing, _ = self.pattern[self.at + 2 :].partition(":]")
            if closing:
                self.at += len(name) + 4
                members = _POSIX.get(name.removeprefix("^"))
                if members is None:
                    self.fail(f"unknown class of characters [:{name[:20]}:]")
                inside = not name.startswith("^")
                return lambda c: (c in members) is inside
        low = self.end_of_range()
        if not isinstance(low, str):
            return low
        if self.peek() != "-" or self.pattern[self.at + 1 : self.at + 2] in {"]", ""}:
            return low.__eq__
        self.at += 1
        high = self.end_of_range()
        if not isinstance(high, str) or high < low:
            self.fail("a range of characters goes backwards")
        return lambda c: low <= c <= high

    def end_of_range(self) -> str | Test:
        char = self.next()
        if char != "\\":
            return char
        found = self.escaped()
        if not isinstance(found, frozenset):
            return found
        if len(found) == 1:
            return next(iter(found))
        return found.__contains__


def _variants(char: str) -> set[str]:
    """The character and its other cases."""
    found = {char, char.lower(), char.upper()}
    if char in "sS\u017f":
        found |= {"s", "S", "\u017f"}
    if char in "kK\u212a":
        found |= {"k", "K", "\u212a"}
    return found
