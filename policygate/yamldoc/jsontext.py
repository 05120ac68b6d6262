"""JSON text -> values and offsets, as Go's `encoding/json` reads what kubectl takes for JSON.

libyaml cannot stand in: it rejects surrogate pairs in escapes, bounds keys to 1024 characters
and folds line separators inside strings. Not for YAML in flow style: what is no JSON is left to it.
"""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, Final

from policygate.yamldoc.scalars import INT64_MAX, INT64_MIN
from policygate.yamldoc.tree import Duplicate, Extents, ReadError, Tree, put_inside

if TYPE_CHECKING:
    from policygate.yamldoc.document import Limits
    from policygate.yamldoc.tree import Starts

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final[dict[str, tuple[str, Any]]] = {
    "t": ("true", True),
    "f": ("false", False),
    "n": ("null", None),
}


class NotJSONError(Exception):
    """The text is no JSON at this point; `offset` says where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def skip_space(text: str, at: int) -> int:
    """Return the offset of the next character that is not JSON's white space."""
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too


def read(text: str, at: int, limits: Limits) -> tuple[Tree, ReadError | None]:
    """Read the JSON value at offset `at`.

    Returns:
        The value, whose `end` is where the next may begin, and why the cluster refuses it although
        it is JSON (a number too big for a float), or None.

    Raises:
        NotJSONError: There is no JSON value here.
        ReadError: The value exceeds a limit.
    """
    reader = _Reader(text, limits)
    value, end = reader.value(at, limits.depth)
    return Tree(value, reader.starts, at, end, 0, reader.duplicates, reader.extents), reader.refused


class _Reader:
    __slots__ = ("duplicates", "extents", "limits", "nodes", "refused", "starts", "text")

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.starts: Starts = {}
        self.duplicates: list[Duplicate] = []
        self.extents = Extents({}, {}, {})
        self.refused: ReadError | None = None
        self.nodes = 0

    def value(self, at: int, room: int) -> tuple[Any, int]:
        """Return the value at `at` and where it ends."""
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise ReadError(f"more than {self.limits.nodes} nodes", at, "limit")
        char = self.text[at : at + 1]
        if char in ("{", "["):
            if not room:
                message = f"nested deeper than {self.limits.depth} levels"
                raise ReadError(message, at, "limit")
            build = self.mapping if char == "{" else self.sequence
            container, end = build(at, room - 1)
            self.extents.containers[at] = end
            return container, end
        scalar, end = self.scalar(at, char)
        self.extents.tokens[at] = end
        return scalar, end

    def scalar(self, at: int, char: str) -> tuple[Any, int]:
        """Return the scalar at `at`, where `char` stands, and where it ends."""
        if char == '"':
            return self.string(at)
        if char not in _WORDS:
            return self.number(at)
        word, value = _WORDS[char]
        if not self.text.startswith(word, at):
            raise NotJSONError("not a JSON value", at)
        return value, at + len(word)

    def string(self, at: int) -> tuple[str, int]:
        """Return the string whose quote is at `at` and where it ends."""
        try:
            value, end = scanstring(self.text, at + 1, True)  # noqa: FBT003  # strict
        except JSONDecodeError as error:
            raise NotJSONError("not a JSON string", error.pos) from None
        return _LONE_SURROGATE.sub("\ufffd", value), end

    def number(self, at: int) -> tuple[int | float, int]:
        """Return the number at `at` and where it ends: integers of 64 bits stay integers."""
        match = _NUMBER.match(self.text, at)
        if not match:
            raise NotJSONError("not a JSON value", at)
        digits = match[0]
        if not match[1] and len(digits) <= 20 and INT64_MIN <= int(digits) <= INT64_MAX:
            return int(digits), match.end()
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            self.refused = self.refused or ReadError("a number is too big", at)
        return value, match.end()

    def mapping(self, at: int, room: int) -> tuple[dict[str, Any], int]:
        """Return the object whose brace is at `at` and where it ends."""
        text = self.text
        result: dict[str, Any] = {}
        starts: dict[str, int] = {}
        self.starts[id(result)] = starts
        following = self.extents.following
        following[at] = at = skip_space(text, at + 1)
        while text[at : at + 1] != "}" or starts:
            if text[at : at + 1] != '"':
                raise NotJSONError("expected a JSON string as key", at)
            key, end = self.string(at)
            colon = skip_space(text, end)
            if text[colon : colon + 1] != ":":
                raise NotJSONError("expected a colon", colon)
            start = skip_space(text, colon + 1)
            value, stop = self.value(start, room)
            put_inside(key, start, self.duplicates)
            if key in result:
                self.duplicates.append(Duplicate([key], at))
                if len(self.duplicates) > self.limits.duplicates:
                    message = f"more than {self.limits.duplicates} duplicate keys"
                    raise ReadError(message, at, "limit")
            result[key] = value
            starts[key] = at
            following[at] = start
            self.extents.tokens[at] = end
            at = skip_space(text, stop)
            if text[at : at + 1] != ",":
                break
            at = skip_space(text, at + 1)
        return result, self.close(at, "}")

    def sequence(self, at: int, room: int) -> tuple[list[Any], int]:
        """Return the array whose bracket is at `at` and where it ends."""
        text = self.text
        result: list[Any] = []
        starts: list[int] = []
        self.starts[id(result)] = starts
        self.extents.following[at] = at = skip_space(text, at + 1)
        while text[at : at + 1] != "]" or starts:
            value, stop = self.value(at, room)
            put_inside(len(result), at, self.duplicates)
            result.append(value)
            starts.append(at)
            at = skip_space(text, stop)
            if text[at : at + 1] != ",":
                break
            at = skip_space(text, at + 1)
        return result, self.close(at, "]")

    def close(self, at: int, bracket: str) -> int:
        """Return where a container ends."""
        if self.text[at : at + 1] != bracket:
            raise NotJSONError("expected a comma or the closing bracket", at)
        return at + 1
