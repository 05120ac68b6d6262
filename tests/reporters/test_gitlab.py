"""The Code Quality report has all that GitLab asks for, and GitLab shows all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from policygate.model import Fault, Level, Location, Report, Status
from policygate.reporters import render
from policygate.reporters.safe import encodable
from policygate.reporters.summary import ranked
from tests.reporters.samples import BLOCKED, DELETED, FAILED, LOOSENED, PASSED, WAIVED
from tests.reporters.strategies import reports

DEGRADATIONS = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string"},
                "check_name": {"type": "string"},
                "fingerprint": {"type": "string"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "minLength": 1, "not": {"pattern": "^\\./"}},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)
"""https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format, as a schema."""


def degradations(report: Report) -> list[dict[str, Any]]:
    """What GitLab reads."""
    found: list[dict[str, Any]] = json.loads(render(report, "gitlab"))
    return found


@given(reports())
def test_valid_and_complete(report: Report) -> None:
    """Each finding and fault is there, the heaviest first, under a fingerprint of its own."""
    found = degradations(report)
    DEGRADATIONS.validate(found)
    assert len(found) == len(report.faults) + len(report.findings)
    assert len({each["fingerprint"] for each in found}) == len(found)
    named = [each["check_name"] for each in found[len(report.faults) :]]
    assert named == [encodable(each.policy) for each in ranked(report.findings)]


def test_nothing_found_is_a_report() -> None:
    """An empty list clears the widget; what is waived degrades nothing."""
    assert render(PASSED, "gitlab") == render(WAIVED, "gitlab") == "[]\n"


@pytest.mark.parametrize(
    ("level", "status", "blocks", "severity"),
    [
        ("error", "loosened", True, "blocker"),
        ("warning", "introduced", True, "blocker"),
        ("error", "existing", True, "blocker"),
        ("error", "introduced", False, "critical"),
        ("error", "existing", False, "major"),
        ("warning", "loosened", False, "major"),
        ("warning", "existing", False, "minor"),
        ("note", "introduced", False, "info"),
    ],
)
def test_severities(level: Level, status: Status, blocks: bool, severity: str) -> None:  # noqa: FBT001
    """What blocks is a blocker and nothing else is; what is old is less than what is new."""
    finding = replace(LOOSENED, level=level, status=status, blocks=blocks)
    assert degradations(replace(BLOCKED, findings=(finding,)))[0]["severity"] == severity


def test_places() -> None:
    """What is removed stands on the first line of its file, what is nowhere in the gate's own."""
    faults = (Fault("read", "boom"), Fault("read", "boom", Location("a.yaml", 0)))
    report = replace(FAILED, findings=(DELETED,), faults=faults)
    assert [each["location"] for each in degradations(report)] == [
        {"path": ".policygate/config.yaml", "lines": {"begin": 1}},
        {"path": "a.yaml", "lines": {"begin": 1}},
        {"path": "apps/prod/web/netpol.yaml", "lines": {"begin": 1}},
    ]


def test_fingerprints_are_the_reports_own() -> None:
    """They survive moved lines, so that GitLab knows a finding again; a twin gets a number."""
    report = replace(BLOCKED, findings=(LOOSENED, LOOSENED))
    assert [each["fingerprint"] for each in degradations(report)] == [
        "0123456789abcdef",
        "0123456789abcdef (2)",
    ]
