"""Documents: parsed values that know where every key and item stands in their file.

A parser leaves two things behind: plain values, and per container where its keys or items start in
the text (see `tree.Starts`). `Location`s, lines and columns are made from them only when somebody asks.
Not for reading text: that is `events.py` (YAML), `jsontext.py` (JSON) and `stream.py` (files).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from policygate.model import Location, Path
from policygate.yamldoc.events import find_extents

if TYPE_CHECKING:
    from policygate.yamldoc.tree import Extents, Tree

Span: TypeAlias = tuple[int, int]
"""Start and end of something, as offsets."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read; beyond them is an issue of kind `limit`, never a crash.

    Attributes:
        file_bytes: Size of a file. etcd takes 1.5 MB per object, the biggest file seen in public
            repositories has 3.7 MB of CRDs; the densest 8 MiB are read within seconds.
        documents: Documents per file, empty ones included; real ones have some hundreds.
        depth: Nesting, aliases expanded. Kubernetes' deepest types (JSON Schema inside a CRD) stay
            below 60; readers may recurse, and Python's stack allows 1000 frames.
        nodes: Keys and items per document, aliases expanded. The API server takes 3 MB at once,
            about 300,000 nodes.
        duplicates: Duplicate keys per document; each is an issue, so their number must end.
    """

    file_bytes: int = 8 * 2**20
    documents: int = 10_000
    depth: int = 200
    nodes: int = 1_000_000
    duplicates: int = 100


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Issue:
    """Something wrong with a document as text.

    Attributes:
        kind: `unreadable` (the cluster refuses it), `duplicate-key` (only one counts) or `limit`.
        message: One line; may name a key, never holds a value.
        location: Where it is; for a duplicate key the later key.
        path: For a duplicate key its path.
    """

    kind: Literal["unreadable", "duplicate-key", "limit"]
    message: str
    location: Location
    path: Path = ()


class Source:
    """The text of one file, and the way from offsets to lines.

    Lines end at a line feed, as git and every annotation count them; YAML's other line breaks
    (NEL, LS, PS, a lone carriage return) end none.
    """

    __slots__ = ("_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] | None = None

    def starts(self) -> list[int]:
        """Return the offset of every line's first character."""
        if self._starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return self._starts

    def line(self, offset: int) -> int:
        """Return the line of an offset, 1-based."""
        return bisect_right(self.starts(), offset)

    def location(self, start: int, end: int) -> Location:
        """Return the span of `text[start:end]`, without the white space it may end with."""
        text = self.text
        start = min(start, len(text))
        end = min(end, len(text))
        while end > start and text[end - 1].isspace():
            end -= 1
        starts = self.starts()
        line = bisect_right(starts, start)
        end_line = bisect_right(starts, end)
        return Location(
            self.file, line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1
        )


class Document:
    """One document of a file; implements `policygate.model.Positions`.

    Attributes:
        file: The file's name, as given.
        index: Position among the file's documents, 0-based; empty documents do not count.
        value: The JSON-like value: dict, list, str, int, float, bool; None when unreadable.
            Shared, never changed; aliases share their containers.
        readable: Whether the cluster can read it.
        issues: What is wrong with it, in order of position.
    """

    __slots__ = (
        "_source", "_span", "_tree", "file", "index", "issues", "readable", "value",
    )  # fmt: skip

    def __init__(
        self,
        source: Source,
        index: int,
        span: Span,
        tree: Tree,
        issues: tuple[Issue, ...] = (),
        *,
        readable: bool = True,
    ) -> None:
        self.file = source.file
        self.index = index
        self.value = tree.value
        self.readable = readable
        self.issues = issues
        self._source = source
        self._span = span
        self._tree = tree

    @property
    def first_line(self) -> int:
        """First line of its text, 1-based; comments above it belong to it."""
        return self._source.line(self._span[0])

    @property
    def last_line(self) -> int:
        """Last line of its text."""
        start, end = self._span
        return self._source.line(max(start, end - 1))

    def __repr__(self) -> str:
        return f"Document({self.file!r}, lines {self.first_line}-{self.last_line})"

    def locate(self, path: Path) -> Location:
        """Return the span of the key at `path`, or of its nearest existing parent.

        For a list item it is the item itself when that is a scalar, and the item's first key when
        it is a mapping: the `name` of `- name: web`. The empty path is the document's first token.
        """
        node, key, start = self._find(path)
        token = self._first_token(node, start) if key is None else key
        return self._location(token, self._extents.tokens.get(token, token))

    def locate_value(self, path: Path) -> Location:
        """Return the span of the value at `path`, or of its nearest existing parent."""
        node, key, start = self._find(path)
        tokens, containers, following = self._extents
        if key is not None:
            start = following.get(key, key)
        end = containers.get(start) if isinstance(node, (dict, list)) else None
        return self._location(start, tokens.get(start, start) if end is None else end)

    def line(self, number: int) -> str:
        """Return the text of a line of the file, 1-based, without its end."""
        return self._source.text.split("\n")[number - 1].removesuffix("\r")

    def name_duplicates(self) -> None:
        """Make an issue of every key written more than once, at the later key."""
        issues = []
        for found in self._tree.duplicates:
            message = f"duplicate key {str(found.trail[0])[:80]!r}: only one of them counts"
            end = self._extents.tokens.get(found.start, found.start)
            location = self._location(found.start, end)
            path = tuple(reversed(found.trail))
            issues.append(Issue("duplicate-key", message, location, path))
        self.issues = tuple(issues)

    @property
    def _extents(self) -> Extents:
        if self._tree.extents is None:
            text = self._source.text[self._tree.base : self._span[1]]
            self._tree.extents = find_extents(text)
        return self._tree.extents

    def _location(self, start: int, end: int) -> Location:
        base = self._tree.base
        return self._source.location(start + base, end + base)

    def _find(self, path: Path) -> tuple[Any, int | None, int]:
        """Return the node at `path` or nearest above, where its key (if any) and it itself starts.

        The start is of no use where there is a key: the value comes after it.
        """
        node = self.value
        key: int | None = None
        start = self._tree.start
        starts = self._tree.starts
        for step in path:
            if isinstance(node, dict) and step in node:
                key = starts[id(node)][step]
            elif isinstance(node, list) and type(step) is int and 0 <= step < len(node):
                key, start = None, starts[id(node)][step]
            else:
                break
            node = node[step]
        return node, key, start

    def _first_token(self, node: Any, start: int) -> int:
        """Return where the first key or scalar of a value written at `start` stands."""
        tokens, containers, following = self._extents
        while node and isinstance(node, (dict, list)) and start in containers:
            if start in tokens:
                break  # a mapping in block style: here is its first key
            start = following[start]
            if isinstance(node, dict):
                break
            node = node[0]
        return start


class Parsed(NamedTuple):
    """What a file holds.

    Attributes:
        file: The file's name, as given.
        text: Its text, without a byte order mark; empty when it is no text.
        documents: Its documents, unreadable ones included, empty ones left out.
        template: Why it is not plain YAML, or None. Documents that could be read are still there;
            those that could not have `readable` False and no issue.
        not_text: Why it is no text at all, or None.
    """

    file: str
    text: str
    documents: tuple[Document, ...]
    template: str | None = None
    not_text: str | None = None

    def line(self, number: int) -> str:
        """Return a line of the text without its line break; empty outside of the text."""
        lines = self.text.split("\n", number) if number > 0 else []
        return lines[number - 1].removesuffix("\r") if 0 < number <= len(lines) else ""
