"""Workflow commands that GitHub shows as annotations, and after them the summary.

The runner keeps ten annotations of a kind and drops the rest in silence, so the heaviest come first
and a last notice counts what is left out. Not the whole report: that is `text`, in the log.
Sources: actions/toolkit packages/core/src/command.ts (escaping); actions/runner
src/Runner.Worker/ExecutionContext.cs (limits) and ActionCommandManager.cs (lines and columns).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.model import Fault, Finding, Location, Report, Standing
from policygate.reporters.safe import harmless, shorten, show
from policygate.reporters.summary import by_level, count, is_old, loudness, shown, summary_lines
from policygate.reporters.words import (
    base_place,
    is_removed,
    removal,
    subject,
    waiver_line,
    was_and_now,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.reporters import Options

_PER_KIND: Final = 10
_WAIVERS: Final = 20
_FAULTS_FIRST: Final = 3
"""Faults that come before findings: they must be seen, and must not hide what was found."""
_MESSAGE_LIMIT: Final = 4096
_TITLE_LIMIT: Final = 200


def render(report: Report, options: Options) -> str:
    """Return at most ten commands of each kind, and the two lines of the summary."""
    prefix = options.path_prefix.strip("/")
    errors, warnings, notices = _by_kind(report)
    added = [each for each in report.waivers if each.added and each.state != "removed"]
    shown: list[Finding | Fault] = [*errors[:_PER_KIND], *warnings[:_PER_KIND]]
    left = [*errors[_PER_KIND:], *warnings[_PER_KIND:]]
    new = [_added(each, prefix) for each in added[: _PER_KIND - 1]]
    free = _PER_KIND - len(new)
    room = free if not left and len(notices) <= free else free - 1
    shown += notices[:room]
    left += notices[room:]
    lines = [*new, *(_annotation(each, prefix) for each in shown)]
    lines += [_command("notice", {"title": "policygate"}, _left_out(left))] if left else []
    others = [each for each in report.waivers if not each.added and each.state == "in force"]
    lines += [f"new waiver: {waiver_line(each)}" for each in added]
    lines += [f"waiver: {waiver_line(each)}" for each in others[:_WAIVERS]]
    lines += [f"info: {show(note)}" for note in report.notes]
    return "\n".join((*lines, *summary_lines(report))) + "\n"


def _by_kind(report: Report) -> tuple[list[Finding | Fault], list[Finding | Fault], list[Finding]]:
    errors: list[Finding | Fault] = [*report.faults[:_FAULTS_FIRST]]
    warnings: list[Finding | Fault] = []
    notices: list[Finding] = []
    for finding in shown(report):
        kind = _kind(finding)
        if kind == "notice":
            notices.append(finding)
        else:
            (errors if kind == "error" else warnings).append(finding)
    return [*errors, *report.faults[_FAULTS_FIRST:]], warnings, notices


def _kind(finding: Finding) -> str:
    level = loudness(finding)
    return "notice" if level == "note" else level


def _annotation(each: Finding | Fault, prefix: str) -> str:
    return _fault(each, prefix) if isinstance(each, Fault) else _finding(each, prefix)


def _finding(finding: Finding, prefix: str) -> str:
    about = subject(finding)
    title = f"{show(finding.policy)}: {about}" if about else show(finding.policy)
    at = finding.location
    if is_removed(finding) and finding.base_location:
        at = Location(finding.base_location.file, 0)
    properties = {**_place(at, prefix), "title": _title(title)}
    return _command(_kind(finding), properties, "\n".join(_message(finding)))


def _message(finding: Finding) -> Iterator[str]:
    """The lines of an annotation, cut so that the last one, how to learn more, always fits."""
    facts = ["already there at the base, does not block"] if is_old(finding) else []
    if is_removed(finding):
        facts.append(removal(finding))
    values = was_and_now(finding)
    if values:
        facts.append(f"was → now: {values[0]} → {values[1]}{base_place(finding)}")
    if finding.grade == "possible":
        facts.append("possible: it rests on something that the repository does not tell")
    last = f"policygate explain {_fitting(show(finding.policy), 200)}"
    facts = [_fitting(fact, 500) for fact in facts]
    message = _fitting(show(finding.message), 1500)
    used = sum(_length(line) + 1 for line in (message, *facts, last))
    yield message
    yield from facts
    if finding.fix:
        yield _fitting(f"fix: {show(finding.fix)}", _MESSAGE_LIMIT - used)
    yield last


def _added(standing: Standing, prefix: str) -> str:
    """A waiver that the change adds: reviewers see it before anything else."""
    title = _title(f"policygate: a new waiver of {show(standing.waiver.policy)}")
    properties = {**_place(standing.waiver.location, prefix), "title": title}
    return _command("notice", properties, _fitting(waiver_line(standing), _MESSAGE_LIMIT))


def _fault(fault: Fault, prefix: str) -> str:
    title = _title(f"policygate could not judge ({show(fault.stage)})")
    properties = {**_place(fault.location, prefix), "title": title}
    return _command("error", properties, _fitting(show(fault.message), _MESSAGE_LIMIT))


def _left_out(left: Iterable[Finding | Fault]) -> str:
    """Say how much has no annotation: `… 12 more findings (3 errors, 9 warnings). …`."""
    findings = [each for each in left if isinstance(each, Finding)]
    faults = sum(isinstance(each, Fault) for each in left)
    parts = [f"{count(len(findings), 'more finding')} ({by_level(findings)})"] if findings else []
    parts += [count(faults, "more fault")] if faults else []
    return (
        f"Without an annotation, since GitHub shows ten of a kind: {' and '.join(parts)}. "
        "See the log, or run policygate check."
    )


# Commands


def _place(at: Location | None, prefix: str) -> dict[str, str]:
    """The properties of a place, columns only where it is on one line, as the runner wants it."""
    if at is None or not at.file:
        return {}
    file = harmless(f"{prefix}/{at.file}" if prefix else at.file)
    properties = {"file": f"./{file}" if file.startswith("=") else file}
    if at.line:
        properties["line"] = str(at.line)
        if at.end_line in (0, at.line):
            properties["col"] = str(at.column)
        if at.end_line:
            properties["endLine"] = str(at.end_line)
        if at.end_line == at.line and at.end_column:
            properties["endColumn"] = str(at.end_column)
    return properties


def _title(text: str) -> str:
    text = shorten(text, _TITLE_LIMIT).rstrip()
    # The runner's parser drops empty values, and eats `=` at the start of one.
    return text if text[:1] not in ("", "=") else f"policygate {text}".rstrip()


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    named = ",".join(f"{name}={_escaped_property(value)}" for name, value in properties.items())
    return f"::{kind} {named}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _length(text: str) -> int:
    """The length as .NET counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def _fitting(text: str, limit: int) -> str:
    if _length(text) <= limit:
        return text
    kept = text[: limit - 1]
    while _length(kept) >= limit:
        kept = kept[:-1]
    return kept + "…"
