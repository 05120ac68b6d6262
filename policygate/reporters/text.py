"""The text that a developer reads in a terminal and in the log of a pipeline.

New findings with the lines they are about, then in one line each what repeats or is old, what could
not be judged, and last the summary. Colour changes no character. Not for tools: that is `json`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.reporters.safe import cells, columns, percent_encoded, shorten, show
from policygate.reporters.summary import is_old, shown, summary_lines
from policygate.reporters.words import (
    VALUE_LIMIT,
    base_place,
    is_removed,
    line_of,
    place,
    remaining,
    subject,
    suggestion,
    waiver_line,
    was_and_now,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.model import Fault, Finding, Location, NotJudged, Report, SourceLine, Standing
    from policygate.reporters import Options

_FULL_PER_POLICY: Final = 5
_LIST_LIMIT: Final = 10
_OLD_MESSAGE_LIMIT: Final = 80
_WIDTH: Final = 120
_NARROWEST: Final = 40
_TAB: Final = "    "
_COLORS: Final = {
    "error": "1;31",
    "warning": "33",
    "note": "36",
    "gutter": "34",
    "was": "31",
    "now": "32",
    "bold": "1",
    "pass": "1;32",
    "block": "1;31",
}


def render(report: Report, options: Options) -> str:
    """Return the report as text, the summary in its last two lines."""
    findings = shown(report)
    new = [each for each in findings if not is_old(each)]
    old = [each for each in findings if is_old(each)]
    full, folded = _folded(new)
    page = _Page(options.color, options.width, _gutter(full), bool(report.base.rev), options.root)
    blocks = [
        page.added(report.waivers),
        *page.findings(full),
        *(page.more(policy, same) for policy, same in folded.items()),
        page.old(old),
        page.waived(report.waived),
        page.open(report.waivers),
        page.not_judged(report.not_judged),
        [f"info: {show(note)}" for note in report.notes],
        *(page.fault(fault) for fault in report.faults),
        page.summary(report),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _folded(findings: Sequence[Finding]) -> tuple[list[Finding], dict[str, list[Finding]]]:
    """Part the findings into those shown in full and those that only repeat their policy."""
    seen: Counter[str] = Counter()
    full: list[Finding] = []
    folded: dict[str, list[Finding]] = {}
    for finding in findings:
        seen[finding.policy] += 1
        if seen[finding.policy] <= _FULL_PER_POLICY:
            full.append(finding)
        else:
            folded.setdefault(finding.policy, []).append(finding)
    return full, folded


def _gutter(findings: Sequence[Finding]) -> int:
    """The width of the column of line numbers, one for the whole page."""
    numbers = [line.number for finding in findings for line in finding.excerpt]
    return max(2, len(str(max(numbers, default=0))))


class _Page(NamedTuple):
    """How to lay out: colours, the terminal's width if there is one, the gutter's width, links."""

    color: bool
    width: int | None
    gutter: int
    has_base: bool
    root: str

    def linked(self, text: str, file: str) -> str:
        """A text that leads to a file of the repository, where the terminal shows links."""
        if not self.root or not file:
            return text
        path = percent_encoded(f"{self.root}/{file}")
        return f"\x1b]8;;file://{path}\x1b\\{text}\x1b]8;;\x1b\\"

    def paint(self, text: str, *kinds: str) -> str:
        """Colour a text; the parts of a line are laid out before they are coloured."""
        if not self.color or not text:
            return text
        return f"\x1b[{';'.join(_COLORS[kind] for kind in kinds)}m{text}\x1b[0m"

    # Findings

    def findings(self, findings: Sequence[Finding]) -> Iterator[list[str]]:
        """Lay out findings in full; what a policy always says is said once."""
        said: set[tuple[str, str]] = set()
        for finding in findings:
            lines = [self._headline(finding), *self._where(finding), *self._facts(finding)]
            lines += self._label("edit", suggestion(finding)) if finding.edit else []
            explain = f"policygate explain {finding.policy}"
            for label, text in (("fix", finding.fix), ("explain", explain)):
                if text and (label, text) not in said:
                    lines += self._label(label, text)
                    said.add((label, text))
            yield lines

    def _headline(self, finding: Finding) -> str:
        head = self.paint(f"{finding.level}[{show(finding.policy)}]", finding.level)
        return f"{head}: {self.paint(show(finding.message), 'bold')}"

    def _where(self, finding: Finding) -> Iterator[str]:
        arrow = self.paint(" " * self.gutter + "-->", "gutter")
        yield f"{arrow} {self.linked(place(finding), finding.location.file)}"
        if not finding.excerpt:
            return
        yield self._bar("")
        previous = finding.excerpt[0].number
        for line in finding.excerpt:
            if line.number > previous + 1:
                yield self.paint("...", "gutter")
            previous = line.number
            yield from self._excerpt(line, finding)
        yield self._bar("")

    def _excerpt(self, line: SourceLine, finding: Finding) -> Iterator[str]:
        """One line of source, with carets under it where the finding's place is."""
        room = max(_NARROWEST, self.width or _WIDTH) - self.gutter - 3
        if line.number != finding.location.line:
            yield self._bar(_cut(line.text, 0, 0, room)[0], str(line.number))
            return
        start, end = _span(line.text, finding.location)
        text, offset, length = _cut(line.text, start, end, room)
        yield self._bar(text, str(line.number))
        yield self._bar(" " * offset + self.paint("^" * length, finding.level))

    def _bar(self, text: str, number: str = "") -> str:
        bar = self.paint(f"{number:>{self.gutter}} |", "gutter")
        return f"{bar} {text}" if text else bar

    def _facts(self, finding: Finding) -> Iterator[str]:
        status: str = finding.status if self.has_base else "resource"
        if is_removed(finding):
            status = "removed"
        about = subject(finding)
        if not finding.excerpt and finding.path:
            about = f"{about}, {show(finding.path)}" if about else show(finding.path)
        if about:
            yield from self._label(status, about)
        yield from self._values(finding)
        if finding.grade == "possible":
            yield from self._label(
                "possible", "it rests on something that the repository does not tell"
            )

    def _values(self, finding: Finding) -> Iterator[str]:
        """What was and is there, on one line if they fit."""
        room = max(_NARROWEST, self.width or _WIDTH) - self.gutter - 3
        values = was_and_now(finding, min(VALUE_LIMIT, room - len("was: ")))
        if not values:
            return
        (was, now), base = values, base_place(finding)
        fits = columns(f"was → now: {was} → {now}{base}") <= room
        was, now = self.paint(was, "was"), self.paint(now, "now")
        if fits:
            yield f"{self._equals()} was → now: {was} → {now}{base}"
        else:
            yield f"{self._equals()} was: {was}{base}"
            yield f"{self._equals()} now: {now}"

    def _label(self, label: str, text: str) -> list[str]:
        """A labelled sentence, wrapped under its own first word where the width is known."""
        indent = self.gutter + 3 + len(label) + 2
        lines = _wrapped(show(text), (self.width or 0) - indent)
        first = f"{self._equals()} {label}: {lines[0]}"
        return [first, *(" " * indent + line for line in lines[1:])]

    def _equals(self) -> str:
        return self.paint(" " * self.gutter + " =", "gutter")

    # Lists

    def more(self, policy: str, findings: Sequence[Finding]) -> list[str]:
        """List what would only repeat a policy that has been shown in full often enough."""
        return [f"{len(findings)} more of {show(policy)}:", *map(self._entry, findings)]

    def old(self, findings: Sequence[Finding]) -> list[str]:
        """List findings of the base that do not block: enough to know what they are."""
        if not findings:
            return []
        there = "already there at the base" if self.has_base else "adopted as old debt"
        lines = [f"{there} (not blocking):"]
        lines += map(self._entry, findings[:_LIST_LIMIT])
        return lines + _rest(findings)

    def _entry(self, finding: Finding) -> str:
        level = self.paint(finding.level, finding.level)
        message = show(finding.message)
        if is_old(finding):
            message = shorten(message, _OLD_MESSAGE_LIMIT)
        return f"  {line_of(finding)} {level} {show(finding.policy)} {message}"

    def added(self, waivers: Sequence[Standing]) -> list[str]:
        """List the waivers that the change adds: who reviews it must see them first."""
        found = [each for each in waivers if each.added and each.state != "removed"]
        return (
            ["waivers that this change adds or edits:", *map(self._waiver, found)] if found else []
        )

    def waived(self, findings: Sequence[Finding]) -> list[str]:
        """List what waivers excuse, and for how long."""
        if not findings:
            return []
        lines = [
            f"{self._entry(each)} ({remaining(each.waiver)})"
            for each in findings[:_LIST_LIMIT]
            if each.waiver is not None
        ]
        return ["waived:", *lines, *_rest(findings)]

    def open(self, waivers: Sequence[Standing]) -> list[str]:
        """List the other waivers that hold: what has to be cleaned up, and by when."""
        found = [each for each in waivers if each.state == "in force" and not each.added]
        if not found:
            return []
        return ["waivers in force:", *map(self._waiver, found[:_LIST_LIMIT]), *_rest(found)]

    def _waiver(self, standing: Standing) -> str:
        at = standing.waiver.location
        return f"  {show(at.file)}:{at.line} {waiver_line(standing)}"

    def not_judged(self, files: Sequence[NotJudged]) -> list[str]:
        """Name the files that nobody judged."""
        if not files:
            return []
        lines = [f"  {show(each.file)} ({show(each.reason)})" for each in files[:_LIST_LIMIT]]
        return ["not judged:", *lines, *_rest(files)]

    def fault(self, fault: Fault) -> list[str]:
        """Say what could not be judged."""
        head = self.paint(f"fault[{show(fault.stage)}]", "error")
        lines = [f"{head}: {self.paint(show(fault.message), 'bold')}"]
        if fault.location:
            arrow = self.paint(" " * self.gutter + "-->", "gutter")
            at = fault.location
            lines.append(f"{arrow} {show(at.file)}" + (f":{at.line}" if at.line else ""))
        return lines

    def summary(self, report: Report) -> list[str]:
        """The last two lines, the verdict's first word in its colour."""
        verdict, work = summary_lines(report)
        word, colon, rest = verdict.partition(":")
        return [
            self.paint(word, "pass" if report.outcome == "pass" else "block") + colon + rest,
            work,
        ]


def _rest(items: Sequence[object]) -> list[str]:
    left = len(items) - _LIST_LIMIT
    return [f"  and {left} more"] if left > 0 else []


def _span(text: str, at: Location) -> tuple[int, int]:
    """The characters of a line to underline, at least one, as far as the line reaches."""
    start = min(max(at.column, 1) - 1, len(text))
    end = at.end_column - 1 if at.end_line == at.line else len(text) if at.end_line else 0
    return start, max(start + 1, min(end, len(text)))


def _cut(text: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """Show a line in so many columns around a span.

    Returns:
        The text, the columns before the span, the columns of the span.
    """
    shown = [_TAB if cell == r"\t" else cell for cell in cells(text)] + [" "] * (end - len(text))
    widths = [columns(cell) for cell in shown]
    first = 0
    if sum(widths[:end]) > room - 1:
        # Keep a third of the room before the span, so that its context can be seen.
        first, before = start, 0
        while first and before + widths[first - 1] < room // 3:
            first -= 1
            before += widths[first]
    left = 1 if first else 0
    last, used = first, left
    while last < len(shown) and used + widths[last] <= room - (last + 1 < len(shown)):
        used += widths[last]
        last += 1
    body = "".join(shown[first:last]).rstrip()
    line = "…" * left + body + "…" * (last < len(text))
    offset = left + sum(widths[first:start])
    return line, offset, max(1, sum(widths[start : min(end, last)]))


def _wrapped(text: str, room: int) -> list[str]:
    """Break a shown text between words; not at all where there is no room to speak of."""
    if room < _NARROWEST // 2 or columns(text) <= room:
        return [text]
    lines = [""]
    for word in text.split(" "):
        # Whatever begins a line must be shown as such, also behind a second blank.
        begun = word if len(lines) == 1 else show(word)
        joined = f"{lines[-1]} {word}" if lines[-1] else begun
        if lines[-1] and columns(joined) > room:
            lines.append(show(word))
        else:
            lines[-1] = joined
    return lines
