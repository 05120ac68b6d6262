"""The JSON lines hold what the JSON report holds, a thing a line."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from hypothesis import given
from jsonschema import Draft202012Validator

from policygate.cli.schema import schema_of
from policygate.model import Report
from policygate.reporters import render
from tests.reporters.strategies import reports

LINE = Draft202012Validator(schema_of("report-line"))
LISTS = {
    "finding": "findings",
    "waived": "waived",
    "waiver": "waivers",
    "fault": "faults",
    "not_judged": "not_judged",
    "running": "running",
    "hazard": "hazards",
}


def parsed(report: Report) -> list[dict[str, Any]]:
    """The lines after a JSON parser."""
    return [json.loads(line) for line in render(report, "jsonl").splitlines()]


def test_schema_is_a_schema() -> None:
    """The published schema of a line is valid 2020-12, and has the version of the report's."""
    Draft202012Validator.check_schema(schema_of("report-line"))
    assert schema_of("report-line")["$id"].endswith("/report-line-1.json")
    assert not LINE.is_valid({"type": "findings"})
    assert not LINE.is_valid({"type": "fault"})


@given(reports())
def test_the_lines_are_the_report(report: Report) -> None:
    """Put together, the lines are the JSON report; each is valid."""
    head, *rest = parsed(report)
    for each in (head, *rest):
        LINE.validate(each)
    whole: dict[str, Any] = {**head, **{name: [] for name in LISTS.values()}}
    assert whole.pop("type") == "report"
    for kind, group in groupby(rest, key=lambda each: each.pop("type")):
        whole[LISTS[kind]] = list(group)
    assert whole == json.loads(render(report, "json"))
