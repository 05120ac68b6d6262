"""Puts one place of a text back to what another text has there, and proves that nothing else became of it.

Where it is written in a way that cannot be cut out line by line or on one line, there is no answer: better none
than a guess. Not for which places to put back (`plan`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.place import canonical, look_up, with_value
from policygate.yamldoc import Document, parse

if TYPE_CHECKING:
    from policygate.mending.differences import Difference
    from policygate.model import Path

_DASH: Final = re.compile(r"\s*-\s+")


class Text(NamedTuple):
    """The text of a file, and the body in it that is meant: in which document, and where there."""

    file: str
    text: str
    document: int
    prefix: Path

    @property
    def lines(self) -> list[str]:
        """Its lines, a carriage return at the end of each that has one."""
        return self.text.split("\n")

    def read(self) -> Document | None:
        """The document; None where it is not plain, or says something twice."""
        found = parse(self.text.encode("utf-8", "surrogateescape"), self.file)
        documents = found.documents[self.document : self.document + 1]
        if found.template is not None or not documents:
            return None
        return documents[0] if documents[0].readable and not documents[0].issues else None

    @property
    def body(self) -> Any:
        """What the document holds there; None for nothing."""
        document = self.read()
        return look_up(document.value, self.prefix)[0] if document else None


class _Entry(NamedTuple):
    """Whole lines of a key or an item: the first, the one after the last, the column, what introduces it."""

    start: int
    end: int
    column: int
    first_in_item: bool


def put_back(
    head: Text, base: Text, place: Difference, *, on_one_line: bool = False
) -> Text | None:
    """The head with one place as the base writes it; None where that cannot be done safely.

    Args:
        head: What is changed.
        base: Where the lines are from.
        place: What differs.
        on_one_line: Whether to change only what stands on one line in both.
    """
    now, was = head.read(), base.read()
    if now is None or was is None:
        return None
    sides = (((head, now), place.path), ((base, was), place.was))
    if on_one_line and not all(_inline(side, path) for side, path in sides):
        return None
    found = {"changed": _changed, "extra": _removed, "missing": _inserted}[place.kind](
        (head, now), (base, was), place
    )
    if found is None:
        return None
    after = head._replace(text=found)
    return after if _holds(head, after, place.undone(base.body, head.body)) else None


def _holds(before: Text, after: Text, wanted: Any) -> bool:
    """Whether the meant body is what is wanted, and everything else in the file what it was."""
    old, new = (
        parse(each.text.encode("utf-8", "surrogateescape"), each.file) for each in (before, after)
    )
    if new.template != old.template or len(new.documents) != len(old.documents):
        return False
    for at, (was, now) in enumerate(zip(old.documents, new.documents, strict=True)):
        if was.readable != now.readable or len(was.issues) != len(now.issues):
            return False
        expected = was.value
        if at == before.document:
            expected = with_value(expected, before.prefix, wanted)
        if canonical(expected) != canonical(now.value):
            return False
    return True


# The three ways


_Side = tuple[Text, Document]


def _changed(head: _Side, base: _Side, place: Difference) -> str | None:
    ours, theirs = _inline(head, place.path), _inline(base, place.was)
    if ours is not None and theirs is not None:
        (line, start, end), (_, _, _) = ours, theirs
        lines = head[0].lines
        value = base[0].lines[theirs[0]][theirs[1] : theirs[2]]
        lines[line] = lines[line][:start] + value + lines[line][end:]
        return "\n".join(lines)
    mine, old = _entry(head, place.path), _entry(base, place.was)
    if mine is None or old is None or mine.first_in_item:
        return None
    return _spliced(head[0].lines, mine.start, mine.end, _moved(base[0].lines, old, mine.column))


def _removed(head: _Side, _base: _Side, place: Difference) -> str | None:
    mine = _entry(head, place.path)
    if mine is None or mine.first_in_item:
        return None
    return _spliced(head[0].lines, mine.start, mine.end, [])


def _inserted(head: _Side, base: _Side, place: Difference) -> str | None:
    old = _entry(base, place.was)
    if old is None:
        return None
    found = _neighbour(head, base, place)
    if found is None:
        return None
    at, column = found
    return _spliced(head[0].lines, at, at, _moved(base[0].lines, old, column))


def _neighbour(head: _Side, base: _Side, place: Difference) -> tuple[int, int] | None:
    """The line before which something missing belongs, and its column: beside what stands beside it at the base."""
    outer = place.path[:-1]
    siblings, _ = look_up(head[1].value, (*head[0].prefix, *outer))
    last = place.path[-1]
    if isinstance(last, int):
        above, below = last - 1, last
        beside = [(above, True)] if above >= 0 else []
        beside += [(below, False)] if below < len(siblings) else []
    else:
        there, _ = look_up(base[1].value, (*base[0].prefix, *place.was[:-1]))
        names = list(there)
        at = names.index(last)
        beside = [(key, True) for key in reversed(names[:at]) if key in siblings]
        beside += [(key, False) for key in names[at + 1 :] if key in siblings]
        beside += [(key, True) for key in reversed(list(siblings))]
    for key, is_above in beside:
        entry = _entry(head, (*outer, key))
        if entry is not None:
            after = is_above or entry.first_in_item
            return (entry.end if after else entry.start), entry.column
    return None


# Lines


def _inline(side: _Side, path: Path) -> tuple[int, int, int] | None:
    """The line and the columns of a value that stands on one line; None for any other."""
    text, document = side
    value, there = look_up(document.value, (*text.prefix, *path))
    if not there or not path:
        return None
    span = document.locate_value((*text.prefix, *path))
    if span.line != span.end_line or span.column == span.end_column:
        return None
    line, start, end = span.line - 1, span.column - 1, span.end_column - 1
    opening = text.lines[line][start : start + 1]
    if isinstance(value, (dict, list)) and opening not in ("[", "{"):
        return None
    return None if opening in ("|", ">", "&", "*") else (line, start, end)


def _entry(side: _Side, path: Path) -> _Entry | None:
    """The lines of a key or an item in block style; None where others stand on them too."""
    text, document = side
    at = document.locate((*text.prefix, *path))
    lines = text.lines
    start, column = at.line - 1, at.column - 1
    before = lines[start][:column]
    is_item = isinstance(path[-1], int)
    if is_item:
        # Of an item that begins with a key, the place is that key.
        if not _DASH.fullmatch(before):
            return None
        column = before.index("-")
    elif before.strip() and not _DASH.fullmatch(before):
        return None
    first_in_item = not is_item and bool(before.strip())
    end = _end(lines, start, column, is_item=is_item)
    return _Entry(start, end, column, first_in_item)


def _end(lines: list[str], start: int, column: int, *, is_item: bool) -> int:
    """The line after the last that belongs to what begins at a column; blank lines and comments at the end do not."""
    end = start + 1
    for at in range(start + 1, len(lines)):
        bare = lines[at].strip()
        if not bare or bare.startswith("#"):
            continue
        depth = len(lines[at]) - len(lines[at].lstrip())
        # The items of a list may stand right below its key.
        is_below = depth == column and not is_item and (bare == "-" or bare.startswith("- "))
        if depth <= column and not is_below:
            break
        end = at + 1
    return end


def _moved(lines: list[str], entry: _Entry, column: int) -> list[str]:
    """The lines of an entry, as they stand when it begins at another column."""
    found = [line.removesuffix("\r") for line in lines[entry.start : entry.end]]
    found[0] = " " * entry.column + found[0][entry.column :]
    shift = column - entry.column
    return [_shifted(line, shift) if line.strip() else line for line in found]


def _shifted(line: str, by: int) -> str:
    return " " * by + line if by >= 0 else line[-by:] if not line[:-by].strip() else line


def _spliced(lines: list[str], start: int, end: int, new: list[str]) -> str:
    """Lines with others in the place of some, ended as those of the file are; its last line keeps its end."""
    mark = "\r" if lines[0].endswith("\r") else ""
    ended = [line + mark for line in new]
    above, below = lines[:start], lines[end:]
    if not below and above:
        whole = [*above[:-1], above[-1].removesuffix("\r") + mark, *ended]
        return "\n".join([*whole[:-1], whole[-1].removesuffix("\r")])
    return "\n".join([*above, *ended, *below])
