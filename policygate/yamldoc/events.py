"""One YAML text -> values and offsets, in one pass over libyaml's events.

PyYAML's composer is not used: it refuses anchors defined twice, which are legal, and it is three
times slower. Per container the reader leaves one flat list of offsets (see `document.Spans`) and
nothing per scalar, so the garbage collector has little to look at.
Not for splitting a file into texts, for JSON, or for what a scalar means.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

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

from policygate.yamldoc.scalars import (
    NUMERIC,
    SUSPECT,
    WORDS,
    ScalarError,
    plain,
    tagged,
    to_json,
    to_key,
)
from policygate.yamldoc.tree import Duplicate, Ends, Merge, ReadError, Tree

if TYPE_CHECKING:
    from policygate.yamldoc.document import Limits
    from policygate.yamldoc.tree import Spans

_OPEN: Final = object()
"""The value of an anchor whose node has not ended."""
_MERGE: Final = object()
"""What stands for the key `<<`."""
_MERGE_TAG: Final = "tag:yaml.org,2002:merge"
_BOM_STARTS_LINE: Final = re.compile("(?:\\A|(?<=[\n\r\x85\u2028\u2029]))\ufeff")
_SLASH_ESCAPE: Final = re.compile(r"[^\\]*(?:\\[^/][^\\]*)*\\/", re.DOTALL)
_KNOWN: Final[set[str]] = set()
"""Keys seen that are plain strings whatever their style: most keys of a manifest, most of the time."""
_KNOWN_LIMIT: Final = 10_000


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
    if "\\" in text and "\\/" in text:
        _check_escapes(text, base)
    careful = "&" in text or "!" in text
    get: Any = CParser(text).get_event
    try:
        get()
        while type(event := get()) is DocumentStartEvent:
            reader = _Reader(get, base, limits, careful=careful)
            event = get()
            start = event.start_mark.index
            value = reader.node(event, (), limits.depth)
            if reader.refused and (error := _find_refused(value)):
                raise error
            end = get().start_mark.index
            trees.append(Tree(value, reader.spans, start, end, base, reader.duplicates))
    except YAMLError as error:
        raise _syntax_error(error, text, base) from None


def find_ends(text: str) -> Ends:
    """Return where everything in a YAML text ends: a second look, for those who ask.

    Most documents are never asked about, and one offset per node instead of two is time saved.
    """
    tokens: dict[int, int] = {}
    containers: dict[int, int] = {}
    opened: list[Any] = []
    end = 0
    get: Any = CParser(text).get_event
    try:
        while type(event := get()) is not StreamEndEvent:
            if type(event) in (ScalarEvent, AliasEvent):
                end = tokens[event.start_mark.index] = event.end_mark.index
            elif type(event) in (MappingStartEvent, SequenceStartEvent):
                opened.append(event)
            elif type(event) in (MappingEndEvent, SequenceEndEvent):
                start = opened.pop()
                if start.flow_style:  # else the end is where the next thing starts
                    end = event.end_mark.index
                containers[start.start_mark.index] = end
    except YAMLError:
        pass  # in a later document
    return Ends(tokens, containers)


def _check_escapes(text: str, base: int) -> None:
    """Refuse an escaped slash, which libyaml knows and go-yaml does not."""
    get: Any = CParser(text).get_event
    event: Any
    try:
        while type(event := get()) is not StreamEndEvent:
            if type(event) is ScalarEvent and event.style == '"':
                scalar: Any = event  # typeshed lets marks be None
                start = scalar.start_mark.index
                if slash := _SLASH_ESCAPE.match(text, start, scalar.end_mark.index):
                    raise ReadError("unknown escape character", base + slash.end() - 2)
    except YAMLError:
        return  # the reading proper says what is wrong


def _syntax_error(error: YAMLError, text: str, base: int) -> ReadError:
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        parts = [part for part in (error.context, error.problem) if part]
        return ReadError(": ".join(parts) or "not YAML", base + (mark.index if mark else 0))
    bad = next((at for at, char in enumerate(text) if not _is_yaml_character(char)), 0)
    return ReadError(str(getattr(error, "reason", "not YAML")), base + bad)


def _is_yaml_character(char: str) -> bool:
    return (char >= " " and not "\x7f" <= char <= "\x9f") or char in "\t\n\r\x85"


class _Refused:
    """Stands for a key or value that JSON cannot express.

    The cluster looks at it after duplicates and merges: one that was overwritten is no error.
    """

    __slots__ = ("error",)

    def __init__(self, error: ReadError) -> None:
        self.error = error


def _find_refused(value: Any) -> ReadError | None:
    todo = [value]
    while todo:
        value = todo.pop()
        if isinstance(value, _Refused):
            return value.error
        if isinstance(value, dict):
            todo += value
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return None


class _Reader:
    """Builds the value of one document from libyaml's events."""

    __slots__ = (
        "anchors",
        "base",
        "careful",
        "duplicates",
        "get",
        "limits",
        "nodes",
        "refused",
        "spans",
    )

    def __init__(self, get: Any, base: int, limits: Limits, *, careful: bool) -> None:
        self.get = get
        self.base = base
        self.careful = careful  # anchors or tags may be about
        self.limits = limits
        self.spans: Spans = {}
        self.duplicates: list[Duplicate] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.refused = False
        self.nodes = 0

    def node(self, event: Any, trail: tuple[Any, ...], room: int) -> Any:
        """Return the value that starts with `event`.

        Args:
            event: The node's first event.
            trail: Its path from the inside out: (step, (step, ...)).
            room: How many levels of containers may still open.
        """
        kind = type(event)
        if kind is ScalarEvent:
            value = event.value
            if (
                not value
                or value[0] in SUSPECT
                or (self.careful and (event.tag is not None or event.anchor is not None))
            ):
                return self.scalar(event)
            return value
        anchor = event.anchor
        if kind is AliasEvent:
            return self.json(self.alias(event, room), event)
        build = self.mapping if kind is MappingStartEvent else self.sequence
        if anchor is None:
            return build(event, trail, room)
        before = self.nodes
        opened = self.anchors[anchor] = (_OPEN, 0)
        value = build(event, trail, room)
        if self.anchors[anchor] is opened:  # else it was defined again inside
            self.anchors[anchor] = (value, self.nodes - before + 1)
        return value

    def mapping(  # noqa: C901, PLR0912  # the hot loop: a call per key would cost a tenth
        self, event: Any, trail: tuple[Any, ...], room: int
    ) -> dict[str, Any]:
        """Read a mapping. This loop is where the time goes, hence what it does without calls."""
        if not room:
            raise self.too_deep(event)
        get = self.get
        flow = event.flow_style
        careful = self.careful
        value: Any
        result: dict[str, Any] = {}
        span: list[Any] = []
        merged: set[str] | None = None
        while True:
            event = get()
            if (
                type(event) is not ScalarEvent
                or (key := event.value) not in _KNOWN
                or flow
                or (careful and (event.tag is not None or event.anchor is not None))
            ):
                if type(event) is MappingEndEvent:
                    break
                key = self.key(event, room, flow=flow)
                if key is _MERGE:
                    merged = set() if merged is None else merged
                    span += self.merge(event, result, merged, trail, room)
                    continue
            start = event.start_mark.index
            event = get()
            if type(event) is ScalarEvent:
                value = event.value
                if flow or (careful and (event.tag is not None or event.anchor is not None)):
                    value = self.scalar(event, flow=flow)
                elif not value or value[0] in SUSPECT:
                    if value in WORDS:
                        if event.implicit[0]:
                            value = WORDS[value]
                    elif value[0] in NUMERIC and event.implicit[0]:
                        value = self.plain(event)
            elif type(event) is MappingStartEvent and event.anchor is None:
                value = self.mapping(event, (key, trail), room - 1)
            else:
                value = self.node(event, (key, trail), room - 1)
            if key in result:
                self.again(key, merged, Duplicate(_path((key, trail)), start))
            result[key] = value
            span += (key, start, event.start_mark.index)
        self.spans[id(result)] = span
        self.nodes += len(result)
        return result

    def sequence(self, event: Any, trail: tuple[Any, ...], room: int) -> list[Any]:
        """Read a list."""
        if not room:
            raise self.too_deep(event)
        get = self.get
        flow = event.flow_style
        result: list[Any] = []
        span: list[Any] = []
        while type(event := get()) is not SequenceEndEvent:
            if flow and type(event) is ScalarEvent:
                self.check_flow(event)
            if type(event) is MappingStartEvent and event.anchor is None:
                value: Any = self.mapping(event, (len(result), trail), room - 1)
            else:
                value = self.node(event, (len(result), trail), room - 1)
            span.append(event.start_mark.index)
            result.append(value)
        self.spans[id(result)] = span
        self.nodes += len(result)
        return result

    def check_flow(self, event: Any) -> None:
        """Refuse a plain scalar with `?` in flow style: to go-yaml, `{?a: b}` has the key `a`."""
        if not event.style and "?" in event.value:
            raise self.error(event, "`?` in an unquoted scalar inside {} or []")

    def again(self, key: str, merged: set[str] | None, duplicate: Duplicate) -> None:
        """Note a key that its mapping has already, unless it came from a merge."""
        if merged and key in merged:
            merged.discard(key)
        else:
            self.duplicates.append(duplicate)

    def count(self, nodes: int, event: Any) -> None:
        """Count what aliases stand for against the bound."""
        self.nodes += nodes
        if self.nodes > self.limits.nodes:
            message = f"more than {self.limits.nodes} nodes, aliases expanded"
            raise self.error(event, message, "limit")

    def too_deep(self, event: Any) -> ReadError:
        """Return the error to raise about too much nesting."""
        message = f"nested deeper than {self.limits.depth} levels, aliases expanded"
        return self.error(event, message, "limit")

    def typed(self, event: Any) -> Any:
        """Return a scalar's typed value, and remember it when it is anchored."""
        try:
            if event.tag is not None:
                value = tagged(event.tag, event.value)
            else:
                value = plain(event.value) if event.implicit[0] else event.value
        except ScalarError as error:
            raise self.error(event, str(error)) from None
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        return value

    def plain(self, event: Any) -> Any:
        """Return what an untagged plain scalar is in JSON."""
        text = event.value
        if len(text) < 19 and text.isdigit() and text[0] != "0" and text.isascii():
            return int(text)
        return self.json(plain(text), event)

    def scalar(self, event: Any, *, flow: bool = False) -> Any:
        """Return a scalar's value as JSON has it."""
        if flow:
            self.check_flow(event)
        return self.json(self.typed(event), event)

    def json(self, value: Any, event: Any) -> Any:
        """Return what a typed value is in JSON."""
        try:
            return to_json(value)
        except ScalarError as error:
            return self.refuse(event, str(error))

    def key(self, event: Any, room: int, *, flow: bool) -> Any:
        """Return the string that a key becomes, or `_MERGE`."""
        if type(event) is AliasEvent:
            value = self.alias(event, room)
        elif type(event) is ScalarEvent:
            if flow:
                self.check_flow(event)
            value = self.typed(event)
            text = event.value
            if text == "<<" and (event.implicit[0] or event.tag == _MERGE_TAG):
                return _MERGE
            if plain(text) is text and text != "<<" and len(_KNOWN) < _KNOWN_LIMIT:
                _KNOWN.add(text)
        else:
            value = {}
        if isinstance(value, (dict, list)):
            raise self.error(event, "a mapping or a list is not supported as a mapping key")
        try:
            return to_key(value)
        except ScalarError as error:
            return self.refuse(event, str(error))

    def refuse(self, event: Any, message: str) -> _Refused:
        """Return what stands for something JSON cannot express, until we know that it counts."""
        self.refused = True
        return _Refused(self.error(event, message))

    def alias(self, event: Any, room: int) -> Any:
        """Return what an alias stands for, with its size and depth counted as if written out."""
        value, size = self.anchors.get(event.anchor, (None, 0))
        if value is _OPEN:
            raise self.error(event, "an anchor's value contains itself")
        if size == 0:
            raise self.error(event, "unknown anchor")
        self.count(size, event)
        if isinstance(value, (dict, list)) and _height(value) > room:
            raise self.too_deep(event)
        return value

    def merge(
        self,
        key: Any,
        result: dict[str, Any],
        merged: set[str],
        trail: tuple[Any, ...],
        room: int,
    ) -> tuple[Merge, int, int]:
        """Merge the value of `<<` into `result` where it stands: it overrides what came before.

        Args:
            key: The event of the `<<`.
            result: The mapping so far.
            merged: Those of its keys that no line of its own has written.
            trail: As for `node`.
            room: As for `node`.

        Returns:
            The entry for the list of offsets.
        """
        event = self.get()
        value = self.node(event, ("<<", trail), room - 1)
        sources = [value] if isinstance(value, dict) else value
        if (
            not isinstance(sources, list)
            or (sources is value and type(event) is AliasEvent)
            or not all(isinstance(source, dict) for source in sources)
        ):
            raise self.error(event, "`<<` takes a mapping, or a list of mappings")
        for source in reversed(sources):
            self.count(len(source), event)
            merged.update(key for key in source if key not in result)
            result.update(source)
        return Merge(sources), key.start_mark.index, event.start_mark.index

    def error(
        self, event: Any, message: str, kind: Literal["unreadable", "limit"] = "unreadable"
    ) -> ReadError:
        """Return the error to raise about an event."""
        return ReadError(message, event.start_mark.index + self.base, kind)


def _path(trail: tuple[Any, ...]) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    while trail:
        step, trail = trail
        steps.append(step)
    return tuple(reversed(steps))


def _height(value: Any) -> int:
    """Return how many containers deep a value is."""
    children = value.values() if isinstance(value, dict) else value
    inner = (_height(child) for child in children if isinstance(child, (dict, list)))
    return 1 + max(inner, default=0)
