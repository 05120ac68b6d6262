"""The JSON report in lines: what was compared, then each finding, waiver, fault and all that is listed.

For a stream, for `grep` and for logs that are searched: each line is JSON of its own, in plain ASCII,
with a `type` and the fields that `json` has. `policygate schema report-line` prints the schema of a
line. Not for people: that is `concise`. Source: https://jsonlines.org.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policygate.reporters.fields import (
    fault_fields,
    finding_fields,
    hazard_fields,
    head_fields,
    running_fields,
    waived_fields,
    waiver_fields,
)
from policygate.reporters.json_text import as_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Report
    from policygate.reporters import Options


def render(report: Report, _options: Options) -> str:
    """Return the report as JSON lines, its head first."""
    return "".join(as_line({"type": kind, **fields}) for kind, fields in _lines(report))


def _lines(report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
    rest = {"notes": list(report.notes), "edited": list(report.edited)}
    yield "report", head_fields(report) | rest | {"counts": report.counts._asdict()}
    yield from (("finding", finding_fields(each)) for each in report.findings)
    yield from (("waived", waived_fields(each)) for each in report.waived)
    yield from (("waiver", waiver_fields(each)) for each in report.waivers)
    yield from (("fault", fault_fields(each)) for each in report.faults)
    yield from (("not_judged", each._asdict()) for each in report.not_judged)
    yield from (("running", running_fields(each)) for each in report.running)
    yield from (("hazard", hazard_fields(each)) for each in report.hazards)
