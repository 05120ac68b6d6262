"""Builds the value of one YAML document from libyaml's events, and notes where things start.

Per container there is one collection of offsets (see `tree.Starts`) and nothing per scalar, so the
garbage collector has little to look at. PyYAML's own composer is not used: it refuses anchors that
are defined twice, which is legal, and takes three times as long.
Not for text that is no YAML (`events.py`), nor for what a scalar means (`scalars.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
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
from policygate.yamldoc.tree import Duplicate, ReadError, put_inside

if TYPE_CHECKING:
    from policygate.yamldoc.document import Limits
    from policygate.yamldoc.tree import Starts

_OPEN: Final = object()
"""The value of an anchor whose node has not ended."""
_MERGE: Final = object()
"""What stands for the key `<<`."""
_MERGE_TAG: Final = "tag:yaml.org,2002:merge"
_KNOWN: Final[dict[str, str]] = {}
"""Keys seen that are plain strings whatever their style: most keys of a manifest, most of the time."""
_KNOWN_LIMIT: Final = 10_000


class _Refused:
    """Stands for a key or value that JSON cannot express.

    The cluster looks at it after duplicates and merges: one that was overwritten is no error.
    """

    __slots__ = ("error",)

    def __init__(self, error: ReadError) -> None:
        self.error = error


def find_refused(value: Any) -> ReadError | None:
    """Return why the cluster refuses a value, if anything in it still stands for such a reason."""
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


class Reader:
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
        "starts",
        "unusual",
    )

    def __init__(self, get: Any, base: int, limits: Limits, *, careful: bool) -> None:
        self.get = get
        self.base = base
        self.careful = careful  # anchors or tags may be about
        self.limits = limits
        self.starts: Starts = {}
        self.duplicates: list[Duplicate] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.refused = False
        self.nodes = 0  # closed mappings' keys and all items, aliases expanded
        self.unusual = 0  # keys, of open mappings too

    def node(self, event: Any, room: int) -> Any:
        """Return the value that starts with `event`.

        Args:
            event: The node's first event.
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
            return build(event, room)
        before = self.nodes
        opened = self.anchors[anchor] = (_OPEN, 0)
        value = build(event, room)
        if self.anchors[anchor] is opened:  # else it was defined again inside
            self.anchors[anchor] = (value, self.nodes - before + 1)
        return value

    def mapping(  # noqa: C901, PLR0912  # the hot loop: a call per key would cost a tenth
        self, event: Any, room: int
    ) -> dict[str, Any]:
        """Read a mapping. This loop is where the time goes, hence what it does without calls."""
        if not room:
            raise self.too_deep(event)
        get, known = self.get, _KNOWN.get
        duplicates = self.duplicates
        flow = event.flow_style
        careful = flow or self.careful
        value: Any
        result: dict[str, Any] = {}
        starts: dict[str, int] = {}
        merged: set[str] | None = None
        while True:
            event = get()
            if (
                type(event) is not ScalarEvent
                or (key := known(event.value)) is None
                or (careful and (flow or event.tag is not None or event.anchor is not None))
            ):
                if type(event) is MappingEndEvent:
                    break
                key = self.key(event, room, flow=flow)
                if key is _MERGE:
                    merged = set() if merged is None else merged
                    self.merge(result, starts, merged, room)
                    continue
            start = event.start_mark.index
            event = get()
            if type(event) is ScalarEvent:
                value = event.value
                if careful and (flow or event.tag is not None or event.anchor is not None):
                    value = self.scalar(event, flow=flow)
                elif not value or value[0] in SUSPECT:
                    if value in WORDS:
                        if event.implicit[0]:
                            value = WORDS[value]
                    elif value[0] in NUMERIC and event.implicit[0]:
                        value = self.plain(event)
            else:
                if type(event) is MappingStartEvent and event.anchor is None:
                    value = self.mapping(event, room - 1)
                else:
                    value = self.node(event, room - 1)
                if duplicates:
                    put_inside(key, start, duplicates)
            if key in result:
                self.again(key, merged, start)
            result[key] = value
            starts[key] = start
        self.starts[id(result)] = starts
        self.nodes += len(result)
        return result

    def sequence(self, event: Any, room: int) -> list[Any]:
        """Read a list."""
        if not room:
            raise self.too_deep(event)
        get = self.get
        flow = event.flow_style
        most = self.limits.nodes
        result: list[Any] = []
        starts: list[int] = []
        while type(event := get()) is not SequenceEndEvent:
            if flow and type(event) is ScalarEvent:
                self.check_flow(event)
            if type(event) is MappingStartEvent and event.anchor is None:
                value: Any = self.mapping(event, room - 1)
            else:
                value = self.node(event, room - 1)
            start = event.start_mark.index
            if self.duplicates:
                put_inside(len(result), start, self.duplicates)
            starts.append(start)
            result.append(value)
            self.nodes += 1
            if self.nodes > most:
                self.count(0, event)
        self.starts[id(result)] = starts
        return result

    def check_flow(self, event: Any) -> None:
        """Refuse what go-yaml reads otherwise in flow style: `[a?b]`, and `[!x, a]` (tag `!x,`)."""
        if event.style:
            return
        if "?" in event.value:
            raise self.error(event, "`?` in an unquoted scalar inside {} or []")
        if event.tag is not None and not event.value:
            raise self.error(event, "a tag before nothing inside {} or []")

    def again(self, key: str, merged: set[str] | None, start: int) -> None:
        """Note a key that its mapping has already, unless it came from a merge."""
        if merged and key in merged:
            merged.discard(key)
        else:
            self.duplicates.append(Duplicate([key], start))
            if len(self.duplicates) > self.limits.duplicates:
                message = f"more than {self.limits.duplicates} duplicate keys"
                raise ReadError(message, start + self.base, "limit")

    def count(self, nodes: int, event: Any) -> None:
        """Count items, and what aliases stand for, against the bound."""
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
        """Return the string that a key becomes, or `_MERGE`.

        Everything but well-known plain keys comes here, so a flood of keys is stopped here.
        """
        self.unusual += 1
        if self.unusual > self.limits.nodes:
            self.count(self.unusual, event)
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
                _KNOWN[text] = text
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
        result: dict[str, Any],
        starts: dict[str, int],
        merged: set[str],
        room: int,
    ) -> None:
        """Merge the value of `<<` into `result` where it stands: it overrides what came before.

        Args:
            result: The mapping so far.
            starts: Where its keys start.
            merged: Those of its keys that no line of its own has written.
            room: As for `node`.
        """
        event = self.get()
        value = self.node(event, room - 1)
        put_inside("<<", event.start_mark.index, self.duplicates)
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
            starts.update(self.starts[id(source)])

    def error(
        self, event: Any, message: str, kind: Literal["unreadable", "limit"] = "unreadable"
    ) -> ReadError:
        """Return the error to raise about an event."""
        return ReadError(message, event.start_mark.index + self.base, kind)


def _height(value: Any) -> int:
    """Return how many containers deep a value is."""
    children = value.values() if isinstance(value, dict) else value
    inner = (_height(child) for child in children if isinstance(child, (dict, list)))
    return 1 + max(inner, default=0)
