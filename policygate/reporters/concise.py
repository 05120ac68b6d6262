"""One line a finding, `file:line:column: level[policy] message (was → now)`, and last the verdict.

For editors, for `grep` and for narrow logs: what compilers print, so that whatever reads those reads
this. What is in no file any more has no line. Not for learning how to mend it (`text`), and not for
programs, which have `jsonl`.
Source: https://www.gnu.org/prep/standards/html_node/Errors.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.reporters.safe import show
from policygate.reporters.summary import loudness, shown, summary_lines
from policygate.reporters.words import faultline, headline, spot, waiver_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Report
    from policygate.reporters import Options


def render(report: Report, _options: Options) -> str:
    """Return the report in lines, the heaviest findings first and the verdict last."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    for fault in report.faults:
        yield faultline(fault)
    for each in shown(report):
        yield headline(each, loudness(each))
    for standing in report.waivers:
        if standing.added and standing.state != "removed":
            yield f"{spot(standing.waiver.location)}: note[new-waiver] {waiver_line(standing)}"
    for file in report.not_judged:
        yield f"{show(file.file)}: note[not-judged] {show(file.reason)}"
    yield from reversed(summary_lines(report))
