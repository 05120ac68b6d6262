"""Documents: parsed values that know where every key and item stands in their file.

A parser leaves two things behind: plain values, and per container one flat list of offsets into the
text (see `tree.Spans`). `Location`s, lines and columns are made from them only when somebody asks.
Not for reading text: that is `events.py` (YAML), `jsontext.py` (JSON) and `stream.py` (files).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from policygate.model import Location, Path
from policygate.yamldoc.tree import Merge, Tree

Span: TypeAlias = tuple[int, int]
"""Start and end of something, as offsets."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read; beyond them is an issue of kind `limit`, never a crash.

    Attributes:
        file_bytes: Size of a file. etcd takes 1.5 MB per object, the biggest file seen in public
            repositories is 3.7 MB of CRDs; at 16 MiB parsing still ends within seconds.
        documents: Documents per file; real ones have some hundreds.
        depth: Nesting, aliases expanded. Kubernetes' deepest types (JSON Schema inside a CRD) stay
            below 60; readers may recurse, and Python's stack allows 1000 frames.
        nodes: Keys, items and scalars per document, aliases expanded. The API server takes 3 MB,
            which is about 300,000 nodes.
    """

    file_bytes: int = 16 * 2**20
    documents: int = 10_000
    depth: int = 200
    nodes: int = 1_000_000


DEFAULT_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Issue:
    """Something wrong with a document as text.

    Attributes:
        kind: `unreadable` (the cluster refuses it), `duplicate-key` (the last one wins) or `limit`.
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
        first_line: First line of its text, 1-based; comments above it belong to it.
        last_line: Last line of its text.
        value: The JSON-like value: dict, list, str, int, float, bool; None when unreadable.
            Shared, never changed; aliases share their containers.
        readable: Whether the cluster can read it.
        issues: What is wrong with it, in order of position.
    """

    __slots__ = (
        "_source", "_tree", "file", "first_line", "index", "issues", "last_line", "readable", "value",
    )  # fmt: skip

    def __init__(
        self,
        source: Source,
        index: int,
        lines: tuple[int, int],
        tree: Tree,
        issues: tuple[Issue, ...] = (),
        *,
        readable: bool = True,
    ) -> None:
        self.file = source.file
        self.index = index
        self.first_line, self.last_line = lines
        self.value = tree.value
        self.readable = readable
        self.issues = issues
        self._source = source
        self._tree = tree

    def __repr__(self) -> str:
        return f"Document({self.file!r}, lines {self.first_line}-{self.last_line})"

    def locate(self, path: Path) -> Location:
        """Return the span of the key at `path`, or of its nearest existing parent.

        For a list item it is the item itself when that is a scalar, and the item's first key when
        it is a mapping: the `name` of `- name: web`. The empty path is the document's first token.
        """
        return self._location(self._find(path)[0])

    def locate_value(self, path: Path) -> Location:
        """Return the span of the value at `path`, or of its nearest existing parent."""
        return self._location(self._find(path)[1])

    def _location(self, span: Span) -> Location:
        base = self._tree.base
        return self._source.location(span[0] + base, span[1] + base)

    def _find(self, path: Path) -> tuple[Span, Span]:
        """Return the spans of the token to show and of the value."""
        node = self.value
        value = (self._tree.start, self._tree.end)
        token = self._token(node, *value)
        for step in path:
            entry = self._entry(node, step)
            if entry is None:
                break
            node = node[step]
            key, value = entry
            token = key or self._token(node, *value)
        return token, value

    def _entry(self, node: Any, step: str | int) -> tuple[Span | None, Span] | None:
        """Return the spans of a child's key (None for an item) and value, or None without one."""
        if isinstance(node, list):
            if type(step) is not int or not 0 <= step < len(node):
                return None
            spans = self._tree.spans[id(node)]
            return None, (spans[2 * step], spans[2 * step + 1])
        if not isinstance(node, dict) or step not in node:
            return None
        spans = self._tree.spans[id(node)]
        for at in range(len(spans) - 5, -1, -5):  # the last one wins
            key = spans[at]
            if key == step:
                return (spans[at + 1], spans[at + 2]), (spans[at + 3], spans[at + 4])
            if isinstance(key, Merge):
                for merged in key.sources:
                    found = self._entry(merged, step)
                    if found:
                        return found
        return None

    def _token(self, node: Any, start: int, end: int) -> Span:
        """Return the span of the first key or scalar of a value written at `start`."""
        while isinstance(node, (dict, list)) and node:
            spans = self._tree.spans[id(node)]
            if isinstance(node, dict):
                inside = start <= spans[1] < end
                return (spans[1], spans[2]) if inside else (start, end)
            if not start <= spans[0] < end:
                break  # an alias: what it stands for is written elsewhere
            node, start, end = node[0], spans[0], spans[1]
        return start, end


@dataclass(frozen=True, slots=True)
class Parsed:
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
    _source: Source | None = field(default=None, repr=False, compare=False)

    def line(self, number: int) -> str:
        """Return a line of the text without its line break; empty outside of the text."""
        source = self._source or Source(self.file, self.text)
        starts = source.starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].removesuffix("\r")
