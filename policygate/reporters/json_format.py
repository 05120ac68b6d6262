"""The JSON report that tools build on: `report.schema.json`, version 1.

Fields may be added, never renamed. Not for people: that is `text`; not for a stream: that is `jsonl`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.reporters.fields import (
    fault_fields,
    finding_fields,
    hazard_fields,
    head_fields,
    running_fields,
    waived_fields,
    waiver_fields,
)
from policygate.reporters.json_text import as_text

if TYPE_CHECKING:
    from policygate.model import Report
    from policygate.reporters import Options


def render(report: Report, _options: Options) -> str:
    """Return the report as JSON, indented by two, with a fixed order of keys."""
    return as_text(
        {
            **head_fields(report),
            "findings": [finding_fields(each) for each in report.findings],
            "waived": [waived_fields(each) for each in report.waived],
            "waivers": [waiver_fields(each) for each in report.waivers],
            "faults": [fault_fields(each) for each in report.faults],
            "not_judged": [each._asdict() for each in report.not_judged],
            "notes": list(report.notes),
            "edited": list(report.edited),
            "running": [running_fields(each) for each in report.running],
            "hazards": [hazard_fields(each) for each in report.hazards],
            "counts": report.counts._asdict(),
        }
    )
