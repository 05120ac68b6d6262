"""A file's bytes -> its documents: encodings, splitting, templates, and what to say when it fails.

Documents are cut out as kubectl does (k8s.io/apimachinery `util/yaml`): JSON values one after the
other when the file starts like an object, else the text between lines that start with `---`. Each is
parsed on its own, so a broken one hides none of its neighbours.
Not for what the documents mean to Kubernetes.

Where readers of the same file disagree, more is judged or refused here, never less:
- kubectl and kustomize ignore in silence what follows a complete document (`...`, `{a: b} c`). Here
  it is a document of its own, mostly a broken one.
- kubectl stops at the first broken document; here the following ones are read.
- `--- {a: b}` in the first line is read, as kustomize does; kubectl refuses the file. In any later
  line both refuse it, and so do we.
- Where libyaml and go-yaml differ, the text is refused: a tag followed by a bracket or comma
  (`[!a, b]`), and in flow style a colon before one (`[a:, b]`).
- A byte order mark at the start of a line inside a document is refused; to go-yaml it is a letter.
- kubectl nests 10,000 levels deep and takes bigger alias expansions than `Limits`.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from policygate.yamldoc import events
from policygate.yamldoc.document import DEFAULT_LIMITS, Document, Issue, Limits, Parsed, Source
from policygate.yamldoc.scalars import decode_as_go
from policygate.yamldoc.tree import Extents, ReadError, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

GO_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What Go's `unicode.IsSpace` takes for white space."""

_MAY_BE_JSON: Final = "{" + GO_SPACE
_JSON_PEEK: Final = 4096
"""How far kubectl looks for the brace that makes a file JSON."""

_GIT_CRYPT: Final = b"\0GITCRYPT\0"
GIT_CRYPT: Final = "encrypted with git-crypt"
_GIT_LFS: Final = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid \S+\nsize [0-9]+\n?"
)
"""A whole pointer file: a manifest whose first key looks like one is still a manifest."""
_MARKED: Final = (b"\0", b"v")
"""The first byte of what these two know."""
GIT_LFS: Final = "a Git LFS pointer"
TOO_LARGE: Final = "larger than policygate reads"
BINARY: Final = "binary: NUL bytes"
NOT_UTF_8: Final = "not UTF-8"
TEMPLATE: Final = "looks like a template"

_COMMENT_OR_MARK: Final = re.compile(
    r"(?:^|(?<=[ \t]))#.*$|(?P<mark>\{\{|\{%|<%|@[A-Z][A-Z0-9_]*@)", re.MULTILINE
)
_ONLY_MARKS: Final = re.compile(
    r"^[ \t]*(?:\{\{[^\n\"']*\}\}|\{%[^\n\"']*%\}|<%[^\n\"']*%>)[ \t]*$", re.MULTILINE
)
"""A line that leaves nothing when it is rendered; with quotes in it, it may be the inside of a string."""
_EXPRESSION: Final = re.compile(
    r"\{\{[^\n{}]*\}\}|\{%[^\n{}]*%\}|<%[^\n<>]*%>|@[A-Z][A-Z0-9_]*@|\{\{|\{%|<%"
)
_MARK_SHOWN: Final = {"{{": "{{ … }}", "{%": "{% … %}", "<%": "<% … %>"}


def parse(
    data: bytes,
    file: str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    templates: bool = True,
    rendered: bool = False,
) -> Parsed:
    """Read a file's documents. Never raises: what is wrong is in the result.

    Args:
        data: The file's bytes.
        file: The file's name, for locations only; its ending does not matter.
        limits: Bounds; beyond them is an issue.
        templates: Whether what cannot be read may be a template, and so no fault of its author's.
        rendered: Whether the file is known to be one, and any mark in it excuses what is broken.
    """
    if len(data) > limits.file_bytes:
        source = Source(file, "")
        message = f"the file is larger than {limits.file_bytes} bytes"
        issue = Issue("limit", message, source.location(0, 0))
        tree = Tree(None, {}, 0, 0)
        document = Document(source, 0, (0, 0), tree, (issue,), readable=False)
        return Parsed(file, "", (document,))
    if reason := _stands_for_another(data):
        return Parsed(file, "", (), not_text=reason)
    text = decode(data)
    stream = _Stream(Source(file, text), limits, templates, rendered)
    documents = stream.documents
    stream.read()
    damaged = "\0" in text or ("\ufffd" in text and not _is_utf8(data))
    if damaged and documents and not any(document.readable for document in documents):
        reason = BINARY if "\0" in text else NOT_UTF_8
        return Parsed(file, "", (), not_text=reason)
    return Parsed(file, text, tuple(documents), stream.template)


def parse_plain(data: bytes, file: str, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """Read a file as text that has no documents: it is not called what a manifest is called."""
    reason = TOO_LARGE if len(data) > limits.file_bytes else _stands_for_another(data)
    text = "" if reason else decode(data)
    if "\0" in text:
        reason, text = BINARY, ""
    return Parsed(file, text, (), not_text=reason)


def _stands_for_another(data: bytes) -> str | None:
    """Why a file is not what it is called, or None."""
    if data[:1] not in _MARKED:
        return None
    if data.startswith(_GIT_CRYPT):
        return GIT_CRYPT
    return GIT_LFS if _GIT_LFS.fullmatch(data) else None


def decode(data: bytes) -> str:
    """Decode as kubectl does: by byte order mark, else UTF-8; what is neither becomes U+FFFD."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if data.startswith(b"\xff\xfe"):
            return data[2:].decode("utf-16-le", errors="replace")
        if data.startswith(b"\xfe\xff"):
            return data[2:].decode("utf-16-be", errors="replace")
        text = decode_as_go(data)
    return text.removeprefix("\ufeff")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Stream:
    """The documents of one file, in the making."""

    __slots__ = ("documents", "limits", "rendered", "source", "template", "templates")

    def __init__(self, source: Source, limits: Limits, templates: bool, rendered: bool) -> None:  # noqa: FBT001
        self.source = source
        self.limits = limits
        self.templates = templates
        self.rendered = rendered
        self.documents: list[Document] = []
        self.template: str | None = None

    def read(self) -> None:
        """Read all documents, up to the limit."""
        text = self.source.text
        at = 0
        if text[:1] in _MAY_BE_JSON and text[:_JSON_PEEK].lstrip(GO_SPACE).startswith("{"):
            at = self.read_json()
        known = len(self.documents)
        for number, (start, end, separator_is_sound) in enumerate(chunks(text, at), known):
            if number >= self.limits.documents:
                message = f"more than {self.limits.documents} documents"
                self.add_broken(start, end, ReadError(message, start, "limit"))
                return
            self.read_yaml(start, end, separator_is_sound=separator_is_sound)

    def read_yaml(self, start: int, end: int, *, separator_is_sound: bool) -> None:
        """Read what stands between two separators: one document, or more with `...`."""
        text = self.source.text[start:end]
        if not text.endswith("\n"):
            text += "\n"  # kubectl reads lines; it matters to a block scalar
        if not separator_is_sound:
            error = ReadError("text after the document separator `---`", start)
            self.add_broken(start, end, error)
            return
        trees: list[Tree] = []
        broken = None
        try:
            events.read(text, start, self.limits, trees)
        except ReadError as error:
            broken = error
        for tree in trees:
            until = tree.end + tree.base if broken or tree is not trees[-1] else end
            if tree.value is not None:
                self.add(tree, start, until)
            start = until
        if broken:
            again = None if self.rendered else partial(self._has_error, start)
            self.add_broken(start, end, broken, again)

    def _has_error(self, start: int, text: str, error: ReadError) -> bool:
        """Whether a text has an error where a document that starts at `start` has it, in the same words."""
        try:
            events.read(text if text.endswith("\n") else text + "\n", start, self.limits, [])
        except ReadError as found:
            return (found.message, found.offset) == (error.message, error.offset)
        return False

    def read_json(self) -> int:
        """Read JSON values one after the other; return where YAML begins."""
        from policygate.yamldoc import jsontext  # json is loaded for JSON only

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
        document = Document(self.source, len(self.documents), (start, end), tree)
        if tree.duplicates:
            document.name_duplicates()
        self.documents.append(document)

    def add_broken(
        self,
        start: int,
        end: int,
        error: ReadError,
        again: Callable[[str, ReadError], bool] | None = None,
    ) -> None:
        """Add a document that could not be read, or find that the file is a template.

        A mark inside of a string breaks nothing, and must not excuse what does: other readers may
        take what is refused here. `again` says whether a text without marks has the same error.
        """
        issues: tuple[Issue, ...] = ()
        mark = None
        if self.templates and error.kind == "unreadable":
            mark = find_mark(self.source.text, start, end)
        if mark and again is not None and again(without_marks(self.source.text[start:end]), error):
            mark = None
        if mark:
            if self.template is None:
                line = self.source.location(mark[1], mark[1]).line
                self.template = f"{TEMPLATE} ({mark[0]} at line {line})"
        else:
            location = self.source.location(error.offset, error.offset + 1)
            issues = (Issue(error.kind, error.message, location),)
        tree = Tree(None, {}, start, start, extents=Extents({}, {}, {}))
        self.documents.append(
            Document(self.source, len(self.documents), (start, end), tree, issues, readable=False)
        )


def without_marks(text: str) -> str:
    """A text of the same length whose template marks are letters, which mean nothing to YAML."""
    blank = _ONLY_MARKS.sub(lambda found: " " * len(found[0]), text)
    return _EXPRESSION.sub(lambda found: _as_letters(found[0]), blank)


def _as_letters(marked: str) -> str:
    width = 1 if marked[0] == "@" else 2
    return "x" * width + (marked[width:-width] + "x" * width if len(marked) > 2 else "")


def chunks(text: str, at: int) -> Iterable[tuple[int, int, bool]]:
    """Return start, end and "the separator before it is sound" of each document's text.

    A separator is a line that starts with `---`; only white space or a comment may follow. It
    belongs to neither document, except at the very start, where the YAML parser sees it.
    """
    if at < len(text) and "---" not in text:
        return ((at, len(text), True),)  # most files: there is nothing to split
    return _split(text, at)


def _split(text: str, at: int) -> Iterator[tuple[int, int, bool]]:
    start = at
    sound = True
    line = at if text.startswith("---", at) else text.find("\n---", at) + 1 or -1
    while line >= 0:
        end = text.find("\n", line)
        end = len(text) if end < 0 else end + 1
        rest = text[line + 3 : end].strip(GO_SPACE)
        is_sound = not rest or rest[0] == "#" or (line == 0 and text[3] in " \t")
        if line > start:
            yield start, line, sound
        if line > start or not is_sound:
            sound = is_sound
            start = end if is_sound else line
        line = text.find("\n---", end - 1) + 1 or -1
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
