"""How to take back what a change loosens: files to restore, and for what changed inside of one, a patch.

A patch holds only the lines that a finding is about, and only as far as they may be shown. Not for the rest of a
change, which git takes back.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from policygate.excerpt import lines_between
from policygate.model import Undo

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from policygate.findings import Cut
    from policygate.model import Finding
    from policygate.policy.types import Context, Files

_Hunk: TypeAlias = tuple[int, int, int, int]
"""Lines of the head from and to, lines of the base from and to, counted from 0, ends exclusive."""

_CONTEXT: Final = 3
_MOST: Final = 80
"""Lines of a patch; who wants to take back more than that does not want a patch."""
_LONGEST: Final = 2000
"""Lines that are compared, without what both begin and end with."""
_HIDDEN: Final = "(hidden)"
_PLAIN: Final = re.compile(r"[\w./-]+", re.ASCII)
"""A path that git writes into a patch as it is."""


class _Side(NamedTuple):
    """A file of one state: its lines, and what may be shown of those that are asked for."""

    path: str
    lines: list[str]
    files: Files
    cut: Cut

    def shown(self, wanted: Collection[int]) -> dict[int, str]:
        """What may be shown of some lines, by their index; blank lines and those between documents as they are."""
        found: dict[int, str] = {}
        for resource in self.files.resources(self.path):
            for line in lines_between(resource, lambda n: self.lines[n - 1], _Shifted(wanted)):
                at, text = line.number - 1, self.cut(line.text, resource.id)
                if len(text) > len(found.get(at, "")):
                    found[at] = text
        for at in wanted:
            if self.lines[at].strip() in {"", "---"}:
                found[at] = self.lines[at]
        return found


class _Shifted:
    """Indexes of lines, asked for by their numbers."""

    def __init__(self, wanted: Collection[int]) -> None:
        self._wanted = wanted

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and number - 1 in self._wanted


def undone(
    findings: Iterable[Finding], context: Context, cut: Cut, hidden: Collection[str] = ()
) -> tuple[Undo, ...]:
    """How to take back what findings call loosened, file by file.

    Args:
        findings: All of them.
        context: The files of both states.
        cut: Takes out of a text about a resource what is known to be a secret.
        hidden: The policies that point at secrets: no line of theirs is shown.
    """
    loosened = sorted(
        (each for each in findings if each.status == "loosened" and each.base_location is not None),
        key=_files,
    )
    found = []
    for (file, base_file), group in groupby(loosened, _files):
        of_file = list(group)
        if context.files.read(file) is None:
            found.append(Undo(file, base_file, len(of_file), gone=True))
            continue
        patch, applies = _patch(of_file, context, cut, hidden)
        if patch or any(each.class_ for each in of_file):
            found.append(Undo(file, base_file, len(of_file), patch=patch, applies=applies))
    return tuple(found)


def between(file: str, now: Files, then: Files, cut: Cut) -> tuple[str, ...]:
    """The patch that makes one state of a file of another one, as far as its lines may be shown."""
    old, new = now.read(file), then.read(file)
    if old is None or new is None:
        return ()
    head = _Side(file, _lines(old.text), now, cut)
    after = _Side(file, _lines(new.text), then, cut)
    lines, _ = _written(_hunks(head, after), head, after)
    return (f"--- a/{file}", f"+++ b/{file}", *lines)


def _files(finding: Finding) -> tuple[str, str]:
    base = finding.base_location
    return (finding.location.file, base.file if base else "")


def _patch(
    findings: Sequence[Finding], context: Context, cut: Cut, hidden: Collection[str]
) -> tuple[tuple[str, ...], bool]:
    """The lines of a patch, none where that is no help, and whether git takes it."""
    file, base_file = _files(findings[0])
    now, was = context.files.read(file), context.of_base.files.read(base_file)
    is_moved = file != base_file and context.files.read(base_file) is not None
    if now is None or was is None or is_moved:
        return (), False
    head = _Side(file, _lines(now.text), context.files, cut)
    base = _Side(base_file, _lines(was.text), context.of_base.files, cut)
    shown = [each for each in findings if each.policy not in hidden]
    hunks = _wanted(shown, _hunks(head, base), head, base)
    if not 0 < sum(b - a + d - c for a, b, c, d in hunks) <= _MOST:
        return (), False
    lines, is_whole = _written(hunks, head, base)
    plain = _PLAIN.fullmatch(file) and "\r" not in now.text + was.text
    ends = now.text.endswith("\n") and was.text.endswith("\n")
    return (f"--- a/{file}", f"+++ b/{file}", *lines), bool(is_whole and plain and ends)


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n")


# Which lines


def _hunks(head: _Side, base: _Side) -> list[_Hunk]:
    """What differs between two files; nothing where that would take long to find."""
    now, was = head.lines, base.lines
    least = min(len(now), len(was))
    start = next((i for i in range(least) if now[i] != was[i]), least)
    end = next((i for i in range(least - start) if now[-1 - i] != was[-1 - i]), least - start)
    left, right = now[start : len(now) - end], was[start : len(was) - end]
    if max(len(left), len(right)) > _LONGEST:
        return []
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [
        (a + start, b + start, c + start, d + start)
        for kind, a, b, c, d in codes
        if kind != "equal"
    ]


def _wanted(
    findings: Iterable[Finding], hunks: list[_Hunk], head: _Side, base: _Side
) -> list[_Hunk]:
    """The hunks that findings are about: at their very lines, else below them, else in their documents.

    Only for a policy that compares is there a difference somewhere: of a state, the rest of the tree may have
    changed.
    """
    wanted: set[_Hunk] = set()
    for finding in findings:
        at = finding.location.line - 1
        old = finding.base_location.line - 1 if finding.base_location else -1
        for reach in (_line, _block, _document) if finding.class_ else (_line,):
            ours, theirs = reach(head, at), reach(base, old)
            hit = [
                (a, b, c, d)
                for a, b, c, d in hunks
                if (at >= 0 and a < ours[1] and b > ours[0])
                or (old >= 0 and c < theirs[1] and d > theirs[0])
            ]
            if hit:
                wanted.update(hit)
                break
    return sorted(wanted)


def _line(_side: _Side, line: int) -> tuple[int, int]:
    return (line, line + 1)


def _block(side: _Side, line: int) -> tuple[int, int]:
    """A line, and those below it that are indented more; the items of a list may stand right below its key."""
    lines = side.lines
    if not 0 <= line < len(lines):
        return (line, line)
    depth, is_item = _indent(lines[line]), lines[line].lstrip().startswith("-")
    end = line + 1
    while end < len(lines):
        inner = _indent(lines[end])
        is_below = inner == depth and not is_item and lines[end].lstrip().startswith("- ")
        if lines[end].strip() and inner <= depth and not is_below:
            break
        end += 1
    return (line, end)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _document(side: _Side, line: int) -> tuple[int, int]:
    """The lines of the document that a line is in."""
    marks = [i for i, text in enumerate(side.lines) if text.startswith("---")]
    start = max((i for i in marks if i <= line), default=0)
    return (start, min((i for i in marks if i > line), default=len(side.lines)))


# How they are written


def _written(hunks: Sequence[_Hunk], head: _Side, base: _Side) -> tuple[list[str], bool]:
    """The lines of the hunks of a patch, and whether nothing in them is hidden."""
    size = len(head.lines)
    around = {
        line
        for a, b, _, _ in hunks
        for line in range(max(0, a - _CONTEXT), min(size, b + _CONTEXT))
    }
    ours = head.shown(around)
    theirs = base.shown({line for _, _, c, d in hunks for line in range(c, d)})
    lines: list[str] = []
    is_whole, end, offset = True, 0, 0
    for number, (a, b, c, d) in enumerate(hunks):
        after = hunks[number + 1][0] if number + 1 < len(hunks) else size
        first = _edge(head, ours, a, max(end, a - _CONTEXT), -1)
        end = _edge(head, ours, b, min(after, b + _CONTEXT), 1)
        old, new = end - first, end - first - (b - a) + (d - c)
        lines.append(f"@@ -{first + bool(old)},{old} +{first + offset + bool(new)},{new} @@")
        lines += [" " + head.lines[i] for i in range(first, a)]
        lines += ["-" + _masked(head, ours, i) for i in range(a, b)]
        lines += ["+" + _masked(base, theirs, i) for i in range(c, d)]
        lines += [" " + head.lines[i] for i in range(b, end)]
        offset += new - old
        exact = all(ours.get(i) == head.lines[i] for i in range(a, b))
        is_whole &= (
            (end > b or b == size)
            and exact
            and all(theirs.get(i) == base.lines[i] for i in range(c, d))
        )
    return lines, is_whole


def _edge(side: _Side, shown: dict[int, str], start: int, limit: int, step: int) -> int:
    """How far the lines around a hunk may be shown as they are."""
    at = start
    while at != limit:
        line = at - 1 if step < 0 else at
        if shown.get(line) != side.lines[line]:
            break
        at += step
    return at


def _masked(side: _Side, shown: dict[int, str], line: int) -> str:
    """A line as far as it may be shown, and a mark where that is not all of it."""
    text, whole = shown.get(line), side.lines[line]
    if text is None:
        return " " * _indent(whole) + _HIDDEN
    return text if text == whole.rstrip() or text == whole else f"{text} {_HIDDEN}"
