"""Logging commands that Azure Pipelines shows as errors and warnings of a run, then the summary.

The agent keeps ten of each kind for its summary page and writes the others to the log, so the heaviest
come first. It has no third kind: notes are plain lines. Not the whole report: that is `text`.
Sources: microsoft/azure-pipelines-agent src/Microsoft.VisualStudio.Services.Agent/Command.cs (what is a
command), src/Agent.Sdk/CommandStringConvertor.cs (escaping), src/Agent.Worker/TaskCommandExtension.cs;
https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.reporters.safe import harmless, show
from policygate.reporters.summary import loudness, shown, summary_lines
from policygate.reporters.words import headline, is_removed, said, waiver_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Fault, Finding, Location, Report
    from policygate.reporters import Options

_ESCAPES: Final = (("%", "%AZP25"), (";", "%3B"), ("\r", "%0D"), ("\n", "%0A"), ("]", "%5D"))
"""The sign of escapes first."""


def render(report: Report, _options: Options) -> str:
    """Return the commands, then plain lines, in the end the two of the summary."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield from map(_fault, report.faults)
    findings = shown(report)
    yield from (_finding(each) for each in findings if each.level != "note")
    for each in findings:
        if each.level == "note":
            yield headline(each, "note")
    for standing in report.waivers:
        if standing.added and standing.state != "removed":
            yield f"new waiver: {waiver_line(standing)}"
    for file in report.not_judged:
        yield f"not judged: {show(file.file)} ({show(file.reason)})"
    yield from (f"info: {show(note)}" for note in report.notes)
    yield from summary_lines(report)


def _finding(finding: Finding) -> str:
    old = " (already there at the base)" if finding.status == "existing" else ""
    message = f"{said(finding)}{old}"
    if is_removed(finding):
        message = f"{show(finding.location.file)}: {message}"
    return _issue(loudness(finding), finding.location, show(finding.policy), message)


def _fault(fault: Fault) -> str:
    message = f"could not judge: {show(fault.message)}"
    return _issue("error", fault.location, f"fault/{show(fault.stage)}", message)


def _issue(kind: str, at: Location | None, code: str, message: str) -> str:
    """A command of one line. Without a line there is no place: the agent would show `file(,)`."""
    properties = {"type": kind}
    if at and at.line:
        properties["sourcepath"] = harmless(at.file)
        properties["linenumber"] = str(at.line)
        properties["columnnumber"] = str(max(1, at.column))
    properties["code"] = code
    named = "".join(f"{key}={_escaped(_value(text))};" for key, text in properties.items())
    return f"##vso[task.logissue {named}]{_escaped(message)}"


def _value(text: str) -> str:
    # The agent drops empty values, and eats `=` at the start of one.
    return text if text[:1] not in ("", "=") else f"./{text}"


def _escaped(text: str) -> str:
    for sign, escape in _ESCAPES:
        text = text.replace(sign, escape)
    return text
