"""The Reviewdog Diagnostic Format: reviewdog posts it as comments on the lines of a pull request.

Nobody else has to talk to the API of a forge then, and a suggested change is one click. What is
suggested replaces a value or a key of which everything is known: reporters see lines only as far as
they may be shown, so nothing is added and no line is taken out. Columns count bytes here, so there are
columns only where the line is known. A message is Markdown there, in which nobody is called and nothing
is linked. Not for what is waived, which is no comment on the change.
Source: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.reporters.json_text import as_text
from policygate.reporters.markdown_text import prose
from policygate.reporters.summary import loudness, shown
from policygate.reporters.words import faultline, headline, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policygate.model import Fault, Finding, Location, Report
    from policygate.reporters import Options, Page

_SEVERITIES: Final = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}
_VALUE: Final = r"""(:[ ]+)([\w./+-]+|"[^"\\]*"|'[^']*')"""
"""A scalar as it stands in a line: nothing that could go on, refer to something or be cut short."""
_PLAIN: Final = r"[A-Za-z][A-Za-z0-9./-]*"
_WORD: Final = r"(?i)true|false|yes|no|on|off|y|n|null"
"""What a plain scalar must not be, to be a string."""


def render(report: Report, options: Options) -> str:
    """Return the report as one diagnostic result."""
    found = [_fault(each) for each in report.faults]
    found += [_finding(each, options.pages) for each in shown(report)]
    return as_text({"source": {"name": "policygate"}, "diagnostics": found})


def _finding(finding: Finding, pages: Mapping[str, Page]) -> dict[str, Any]:
    code, page = {"value": finding.policy}, pages.get(finding.policy)
    if page and page.references:
        code["url"] = page.references[0]
    fix = f"\n\nFix: {prose(finding.fix)}" if finding.fix else ""
    diagnostic: dict[str, Any] = {
        "message": prose(said(finding)) + fix,
        "location": _location(finding.location, _line_of(finding)),
        "severity": _SEVERITIES[loudness(finding)],
        "code": code,
        "original_output": headline(finding, loudness(finding)),
    }
    suggestion = _suggestion(finding)
    if suggestion:
        span, text = suggestion
        diagnostic["suggestions"] = [{"range": _range(finding.location.line, span), "text": text}]
    return diagnostic


def _fault(fault: Fault) -> dict[str, Any]:
    at = fault.location
    return {
        "message": f"Could not judge: {prose(fault.message)}",
        "location": _location(at, None) if at else {"path": ""},
        "severity": "ERROR",
        "code": {"value": f"fault/{fault.stage}"},
        "original_output": faultline(fault),
    }


class _Span(NamedTuple):
    """A part of a line: columns count bytes, from 1, the end is exclusive."""

    start: int
    end: int


def _location(at: Location, line: str | None) -> dict[str, Any]:
    """A place; reviewdog takes whole lines where there are no columns."""
    if not at.line:
        return {"path": at.file}
    if line is not None and at.end_line == at.line and at.column < at.end_column <= len(line) + 1:
        span = _bytes(line, at.column - 1, at.end_column - 1)
        return {"path": at.file, "range": _range(at.line, span)}
    lines: dict[str, Any] = {"start": {"line": at.line}}
    # The end is exclusive: nothing of a line is in it whose first column ends the span.
    last = at.end_line - 1 if at.end_column == 1 else at.end_line
    if last > at.line:
        lines["end"] = {"line": last}
    return {"path": at.file, "range": lines}


def _range(line: int, span: _Span) -> dict[str, Any]:
    return {
        "start": {"line": line, "column": span.start},
        "end": {"line": line, "column": span.end},
    }


def _bytes(line: str, start: int, end: int) -> _Span:
    return _Span(*(len(line[:at].encode("utf-8", "surrogatepass")) + 1 for at in (start, end)))


def _line_of(finding: Finding) -> str | None:
    """The line that a finding is about, as far as it may be shown, if the place is in it.

    A secret that was taken out of it moves what stands behind: then the key is not where it should be.
    """
    at = finding.location
    for line in finding.excerpt:
        if line.number == at.line and at.end_line == at.line:
            key = line.text[at.column - 1 : at.end_column - 1]
            known = finding.path.rpartition(".")[2]
            return line.text if known and key.strip("\"'") == known else None
    return None


def _suggestion(finding: Finding) -> tuple[_Span, str] | None:
    """What to put where, on the line of a finding; None where that cannot be known from here."""
    edit, at, line = finding.edit, finding.location, _line_of(finding)
    if edit is None or not edit.path or line is None:
        return None
    key = line[at.column - 1 : at.end_column - 1]
    if key.strip("\"'") != edit.path[-1]:
        return None  # the place is missing: this is what it would be put into
    quoted = key[:1] in ("'", '"')
    if edit.action == "rename":
        return _bytes(line, at.column - 1, at.end_column - 1), _scalar(edit.value, plain=not quoted)
    held = re.fullmatch(_VALUE, line[at.end_column - 1 :])
    if edit.action != "set" or held is None or isinstance(edit.value, dict | list):
        return None
    start = at.end_column - 1 + held.end(1)
    plain = not quoted and held[2][:1] not in ("'", '"')
    return _bytes(line, start, len(line)), _scalar(edit.value, plain=plain)


def _scalar(value: Any, *, plain: bool) -> str:
    """A value as YAML, which is JSON but for strings that need no quotes."""
    simple = plain and isinstance(value, str) and re.fullmatch(_PLAIN, value)
    if simple and not re.fullmatch(_WORD, value):
        return str(value)
    return json.dumps(value)
