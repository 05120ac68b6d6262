"""One YAML text -> its documents, in one pass over libyaml's events.

go-yaml, which the cluster reads with, is a translation of an older libyaml; what the two take
differently is refused here (`stream.py` has the list). Not for splitting a file into texts, nor for
JSON.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from policygate.yamldoc.reader import Reader, find_refused
from policygate.yamldoc.tree import Extents, ReadError, Tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from policygate.yamldoc.document import Limits

_NODES: Final = (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent)
_BOM_STARTS_LINE: Final = re.compile("(?:\\A|(?<=[\n\r\x85\u2028\u2029]))\ufeff")
_TOO_DEEP: Final = "exceeded maximum nesting depth"
"""What libyaml says since 0.2.6 of text that is beyond its own bound, 1,000, before any event comes."""
_SLASH_ESCAPE: Final = re.compile(r"[^\\]*(?:\\[^/][^\\]*)*\\/", re.DOTALL)


def read(text: str, base: int, limits: Limits, trees: list[Tree]) -> None:
    """Append the documents of a YAML text to `trees`.

    A second document in a text is something that kubectl drops in silence. It is read all the same.

    Args:
        text: The text, as kubectl cuts it out of the file.
        base: Offset of the text in its file.
        limits: Bounds on depth and nodes.
        trees: Where complete documents go; those before an error stay.

    Raises:
        ReadError: A document cannot be read; nothing after it was looked at.
    """
    if "\ufeff" in text:
        if text[0] == "\ufeff":
            text = text[1:]
            base += 1
        if bom := _BOM_STARTS_LINE.search(text):
            raise ReadError("a byte order mark inside the text", base + bom.start())
    careful = "&" in text or "!" in text
    get: Any = CParser(text).get_event
    if "\\" in text and "\\/" in text:
        get = _checking_escapes(get, text, base)
    try:
        get()
        while type(event := get()) is DocumentStartEvent:
            reader = Reader(get, base, limits, careful=careful)
            event = get()
            start = event.start_mark.index
            value = reader.node(event, limits.depth)
            if reader.refused and (error := find_refused(value)):
                raise error
            is_last = not careful and _fills(text, event)
            end = len(text) if is_last else get().start_mark.index
            trees.append(Tree(value, reader.starts, start, end, base, reader.duplicates))
            if is_last:
                return
    except YAMLError as error:
        raise _syntax_error(error, text, base, limits) from None


def _fills(text: str, root: Any) -> bool:
    """Say whether nothing can follow a root without anchor or tag that was read to its end.

    A mapping in block style at the left margin ends with the text, or before a line that starts
    with `...`, `---` (no text holds a second one) or `%`. Most documents are like that, and to ask
    for their last two events would be a tenth of the work on a small one.
    """
    mark = root.start_mark
    return (
        type(root) is MappingStartEvent
        and not root.flow_style
        and mark.column == 0
        and text.isascii()  # other characters may be line breaks to YAML
        and "\r" not in text
        and "\n..." not in text
        and "\n%" not in text
    )


def find_extents(text: str) -> Extents:
    """Return where everything in a YAML text ends: a second look, for those who ask.

    Most documents are never asked about, and one offset per key instead of three is time saved.
    """
    tokens: dict[int, int] = {}
    containers: dict[int, int] = {}
    following: dict[int, int] = {}
    opened: list[Any] = []
    start = end = 0
    get: Any = CParser(text).get_event
    try:
        while type(event := get()) is not StreamEndEvent:
            if type(event) in _NODES:
                before, start = start, event.start_mark.index
                following[before] = start
            if type(event) in (ScalarEvent, AliasEvent):
                end = tokens[start] = event.end_mark.index
            elif type(event) in (MappingStartEvent, SequenceStartEvent):
                opened.append(event)
            elif type(event) in (MappingEndEvent, SequenceEndEvent):
                container = opened.pop()
                if container.flow_style:  # else the end is where the next thing starts
                    end = event.end_mark.index
                containers[container.start_mark.index] = end
    except YAMLError:
        pass  # in a later document
    return Extents(tokens, containers, following)


def _checking_escapes(get: Any, text: str, base: int) -> Callable[[], Any]:
    """Return a `get_event` that refuses an escaped slash, which libyaml knows and go-yaml does not."""

    def get_checked() -> Any:
        event = get()
        is_quoted = type(event) is ScalarEvent and event.style == '"'
        if is_quoted and (slash := _SLASH_ESCAPE.match(text, *_extent(event))):
            raise ReadError("unknown escape character", base + slash.end() - 2)
        return event

    return get_checked


def _extent(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _syntax_error(error: YAMLError, text: str, base: int, limits: Limits) -> ReadError:
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if error.problem == _TOO_DEEP:
            message = f"nested deeper than {limits.depth} levels"
            return ReadError(message, base + (mark.index if mark else 0), "limit")
        parts = [part for part in (error.context, error.problem) if part]
        return ReadError(": ".join(parts) or "not YAML", base + (mark.index if mark else 0))
    bad = next((at for at, char in enumerate(text) if not _is_yaml_character(char)), 0)
    return ReadError(str(getattr(error, "reason", "not YAML")), base + bad)


def _is_yaml_character(char: str) -> bool:
    return (char >= " " and not "\x7f" <= char <= "\x9f") or char in "\t\n\r\x85"
