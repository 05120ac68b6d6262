"""A file's bytes -> its documents: encodings, splitting, templates, and what to say when it fails.

Documents are cut out as kubectl does (k8s.io/apimachinery `util/yaml`): JSON values one after the
other when the file starts like an object, else the text between lines that start with `---`. Each is
parsed on its own, so a broken one hides none of its neighbours.
Not for what the documents mean to Kubernetes.

Where kubectl drops or refuses text that another reader of the same file takes, more is judged, never less:
- What follows `...` is a document of its own; kubectl and kustomize ignore it in silence.
- `--- {a: b}` in the first line is read, as kustomize does; kubectl refuses the file. In any later
  line both refuse it, and so do we.
- kubectl stops at the first broken document; here the following ones are read.
- kubectl keeps 1,000 times deeper nesting and bigger alias expansions than `Limits` allow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from policygate.yamldoc import events
from policygate.yamldoc.document import DEFAULT_LIMITS, Document, Issue, Limits, Parsed, Source
from policygate.yamldoc.scalars import decode_as_go
from policygate.yamldoc.tree import ReadError, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

DUPLICATE_LIMIT: Final = 100
"""Duplicate keys named per document; more are one issue of kind `limit`."""

GO_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's `unicode.IsSpace` takes for white space."""

_JSON_PEEK: Final = 4096
"""How far kubectl looks for the brace that makes a file JSON."""

_GIT_CRYPT: Final = b"\0GITCRYPT\0"
_GIT_LFS: Final = b"version https://git-lfs.github.com/spec/"

_COMMENT_OR_MARK: Final = re.compile(
    r"(?:^|(?<=[ \t]))#.*$|(?P<mark>\{\{|\{%|<%|@[A-Z][A-Z0-9_]*@)", re.MULTILINE
)
_MARK_SHOWN: Final = {"{{": "{{ … }}", "{%": "{% … %}", "<%": "<% … %>"}


def parse(data: bytes, file: str, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """Read a file's documents. Never raises: what is wrong is in the result.

    Args:
        data: The file's bytes.
        file: The file's name, for locations only; its ending does not matter.
        limits: Bounds; beyond them is an issue.
    """
    if len(data) > limits.file_bytes:
        source = Source(file, "")
        message = f"the file is larger than {limits.file_bytes} bytes"
        issue = Issue("limit", message, source.location(0, 0))
        document = Document(source, 0, (1, 1), Tree(None, {}, 0, 0), (issue,), readable=False)
        return Parsed(file, "", (document,))
    for start, reason in (
        (_GIT_CRYPT, "encrypted with git-crypt"),
        (_GIT_LFS, "a Git LFS pointer"),
    ):
        if data.startswith(start):
            return Parsed(file, "", (), not_text=reason)
    text = decode(data)
    stream = _Stream(Source(file, text), limits)
    stream.read()
    readable = any(document.readable for document in stream.documents)
    if stream.documents and not readable and ("\0" in text or "\ufffd" in text):
        reason = "binary: NUL bytes" if "\0" in text else "not UTF-8"
        return Parsed(file, "", (), not_text=reason)
    return Parsed(file, text, tuple(stream.documents), stream.template, None, stream.source)


def decode(data: bytes) -> str:
    """Decode as kubectl does: by byte order mark, else UTF-8; what is neither becomes U+FFFD."""
    if data.startswith(b"\xff\xfe"):
        return data[2:].decode("utf-16-le", errors="replace")
    if data.startswith(b"\xfe\xff"):
        return data[2:].decode("utf-16-be", errors="replace")
    return decode_as_go(data.removeprefix(b"\xef\xbb\xbf"))


class _Stream:
    """The documents of one file, in the making."""

    __slots__ = ("documents", "limits", "line", "line_at", "source", "template")

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.documents: list[Document] = []
        self.template: str | None = None
        self.line = 1  # the line of offset line_at
        self.line_at = 0

    def read(self) -> None:
        """Read all documents, up to the limit."""
        text = self.source.text
        at = 0
        if text[:_JSON_PEEK].lstrip(GO_SPACE).startswith("{"):
            at = self.read_json()
        for start, end, separator_is_sound in chunks(text, at):
            if len(self.documents) >= self.limits.documents:
                message = f"more than {self.limits.documents} documents"
                self.add_broken(start, end, ReadError(message, start, "limit"))
                return
            self.read_yaml(start, end, separator_is_sound=separator_is_sound)

    def read_yaml(self, start: int, end: int, *, separator_is_sound: bool) -> None:
        """Read what stands between two separators: one document, or more with `...`."""
        text = self.source.text[start:end]
        if not text.endswith("\n"):
            text += "\n"  # kubectl reads lines; it matters to a block scalar
        trees: list[Tree] = []
        error = None
        try:
            if not separator_is_sound:
                raise ReadError("text after the document separator `---`", start)
            events.read(text, start, self.limits, trees)
        except ReadError as raised:
            error = raised
        for position, tree in enumerate(trees):
            last = position == len(trees) - 1 and not error
            until = end if last else tree.end + tree.base
            if tree.value is not None:
                self.add(tree, start, until)
            start = until
        if error:
            self.add_broken(start, end, error)

    def read_json(self) -> int:
        """Read JSON values one after the other; return where YAML begins."""
        from policygate.yamldoc import jsontext  # noqa: PLC0415  # json is loaded for JSON only

        text = self.source.text
        at = count = 0
        while (start := jsontext.skip_space(text, at)) < len(text):
            try:
                tree, refused = jsontext.read(text, start, self.limits)
            except ReadError as error:
                return self.give_up(at, error)
            except jsontext.NotJSONError as error:
                if count > 1:
                    return self.give_up(at, ReadError(error.message, error.offset))
                resumed = _after_json(text, at)
                if resumed is None:
                    return self.give_up(at, ReadError(error.message, error.offset))
                return resumed
            at = tree.end
            count += 1
            if refused:
                self.add_broken(start, at, refused)
            elif tree.value is not None:
                self.add(tree, start, at)
            if len(self.documents) >= self.limits.documents:
                message = f"more than {self.limits.documents} documents"
                self.add_broken(at, at, ReadError(message, at, "limit"))
                return len(text)
        return len(text)

    def give_up(self, at: int, error: ReadError) -> int:
        """Note a broken JSON value; return where the next document may begin."""
        text = self.source.text
        line = text.find("\n---", error.offset)
        end = len(text) if line < 0 else line + 1
        self.add_broken(at, end, error)
        return end

    def add(self, tree: Tree, start: int, end: int) -> None:
        """Add a document that could be read, with its duplicate keys."""
        locate = self.source.location
        issues = [
            Issue(
                "duplicate-key",
                f"duplicate key {str(found.path[-1])[:80]!r}: only one of them counts",
                locate(found.start + tree.base, found.end + tree.base),
                found.path,
            )
            for found in tree.duplicates[:DUPLICATE_LIMIT]
        ]
        if len(tree.duplicates) > DUPLICATE_LIMIT:
            at = tree.duplicates[DUPLICATE_LIMIT].start + tree.base
            message = f"more than {DUPLICATE_LIMIT} duplicate keys"
            issues.append(Issue("limit", message, locate(at, at)))
        lines = self.lines(start, end)
        self.documents.append(
            Document(self.source, len(self.documents), lines, tree, tuple(issues))
        )

    def add_broken(self, start: int, end: int, error: ReadError) -> None:
        """Add a document that could not be read, or find that the file is a template."""
        issues: tuple[Issue, ...] = ()
        mark = error.kind == "unreadable" and find_mark(self.source.text, start, end)
        if mark:
            if self.template is None:
                line = self.source.location(mark[1], mark[1]).line
                self.template = f"looks like a template ({mark[0]} at line {line})"
        else:
            location = self.source.location(error.offset, error.offset + 1)
            issues = (Issue(error.kind, error.message, location),)
        tree = Tree(None, {}, start, start)
        lines = self.lines(start, end)
        self.documents.append(
            Document(self.source, len(self.documents), lines, tree, issues, readable=False)
        )

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and last line of a span; spans come in order."""
        count = self.source.text.count
        first = self.line + count("\n", self.line_at, start)
        self.line = first + count("\n", start, end)
        self.line_at = end
        ends_with_break = self.source.text[start:end].endswith("\n")
        return first, self.line - ends_with_break


def chunks(text: str, at: int) -> Iterator[tuple[int, int, bool]]:
    """Yield start, end and "the separator before it is sound" of each document's text.

    A separator is a line that starts with `---`; only white space or a comment may follow. It
    belongs to neither document, except at the very start, where the YAML parser sees it.
    """
    start = at
    sound = True
    line = at if text.startswith("---", at) else text.find("\n---", at) + 1
    while line or text.startswith("---", at):
        end = text.find("\n", line)
        end = len(text) if end < 0 else end + 1
        rest = text[line + 3 : end].strip(GO_SPACE)
        is_sound = not rest or rest[0] == "#" or (line == 0 and text[3] in " \t")
        if line > start:
            yield start, line, sound
        if line > start or not is_sound:
            sound = is_sound
            start = end if is_sound else line
        line = text.find("\n---", max(end - 1, 0)) + 1
        if not line:
            break
    if start < len(text):
        yield start, len(text), sound


def find_mark(text: str, start: int, end: int) -> tuple[str, int] | None:
    """Return the first template mark outside of comments, as it may be shown, and its offset."""
    for match in _COMMENT_OR_MARK.finditer(text, start, end):
        mark = match["mark"]
        if mark:
            return _MARK_SHOWN.get(mark, "@NAME@"), match.start()
    return None


def _after_json(text: str, at: int) -> int | None:
    """Return where kubectl goes on with YAML after JSON ended at `at`, or None if it gives up.

    It eats white space up to the first line break, and looks four bytes ahead while doing so.
    """
    while True:
        ahead = text[at : at + 4]
        if len(ahead.encode()) < 4 or ahead[0] == "\ufffd":
            return None
        if ahead[0] not in GO_SPACE:
            return at
        at += 1
        if ahead[0] == "\n":
            return at
