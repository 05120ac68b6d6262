"""The concise report is a line a finding, that editors and grep take apart."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from policygate.cli.manual import pages
from policygate.model import Fault, Location, Report
from policygate.reporters import render
from policygate.reporters.safe import show
from policygate.reporters.summary import summary_lines
from tests.reporters.samples import BLOCKED, DELETED, FAILED, LOOSENED, OLD, WAIVED
from tests.reporters.strategies import reports


def lines_of(report: Report) -> list[str]:
    """The lines of a report."""
    return render(report, "concise").splitlines()


def matchers() -> list[dict[str, Any]]:
    """The problem matchers that the manual gives to users of VS Code."""
    text = pages()["formats"].read_text(encoding="utf-8").split('"problemMatcher": ')[1]
    found: list[dict[str, Any]] = json.JSONDecoder().raw_decode(text)[0]
    return found


def problems(report: Report) -> list[tuple[str, int, str, str, str]]:
    """What VS Code makes of a report: file, line (0 for the whole file), severity, code and message."""
    found = []
    for line in lines_of(report):
        for matcher in matchers():
            pattern = matcher["pattern"]
            match = re.search(pattern["regexp"], line)
            if match:
                number = int(match[pattern["line"]]) if "line" in pattern else 0
                assert number or pattern["kind"] == "file"
                parts = [match[pattern[key]] for key in ("file", "severity", "code", "message")]
                found.append((parts[0], number, *parts[1:]))
                break
    return found


@given(reports())
def test_a_line_a_finding_and_the_verdict_last(report: Report) -> None:
    """Every finding, fault and file that is not judged has its line, and nothing is in two."""
    lines = lines_of(report)
    added = [each for each in report.waivers if each.added and each.state != "removed"]
    entries = (*report.faults, *report.findings, *added, *report.not_judged)
    assert len(lines) == len(entries) + 2
    assert lines[-2:] == [*reversed(summary_lines(report))]
    for finding in report.findings:
        assert sum(show(finding.message) in line for line in lines) >= 1


def test_lines() -> None:
    """The place, the level, the policy, the message, and what was and is there."""
    assert lines_of(replace(BLOCKED, findings=(LOOSENED,), not_judged=()))[0] == (
        "apps/prod/web/deployment.yaml:24:11: error[loosened-root-user] "
        "container web may now run as root: runAsNonRoot was removed (true → not set)"
    )


def test_what_is_removed_has_no_line() -> None:
    """A line that is not there cannot be jumped to; where it was is said behind the message."""
    line = lines_of(replace(BLOCKED, findings=(DELETED,)))[0]
    assert line.startswith("apps/prod/web/netpol.yaml: error[loosened-network-policy] ")
    assert line.endswith(" (removed; was apps/prod/web/netpol.yaml:1 at the base)")


def test_old_errors_are_warnings() -> None:
    """What blocks nobody is not shown as if it did."""
    line = lines_of(replace(BLOCKED, findings=(replace(OLD, level="error"),)))[0]
    assert ": warning[cpu-request-missing] " in line


@pytest.mark.parametrize(
    ("at", "start"),
    [(None, "policygate: "), (Location("a.yaml", 0), "a.yaml: "), (Location("a", 3, 2), "a:3:2: ")],
)
def test_faults(at: Location | None, start: str) -> None:
    """A fault is an error at its place, as far as it has one."""
    line = lines_of(replace(FAILED, findings=(), faults=(Fault("read", "boom", at),)))[0]
    assert line == f"{start}error[fault:read] boom"


def test_a_new_waiver_is_seen() -> None:
    """What the change excuses has its line where it is written."""
    assert lines_of(WAIVED)[0].startswith(
        ".policygate/waivers/web-network.yaml:1:1: note[new-waiver] host-network of "
    )


def test_vs_code_reads_it() -> None:
    """The manual's problem matchers find every finding with its line, and those without one too."""
    assert [found[:4] for found in problems(BLOCKED)] == [
        ("apps/prod/web/netpol.yaml", 0, "error", "loosened-network-policy"),
        ("apps/prod/web/deployment.yaml", 24, "error", "loosened-root-user"),
        ("apps/prod/web/deployment.yaml", 118, "error", "secret-in-env-literal"),
        ("apps/prod/web/deployment.yaml", 31, "warning", "loosened-limits"),
        ("apps/prod/web/deployment.yaml", 23, "warning", "cpu-request-missing"),
        ("charts/web/templates/deployment.yaml", 0, "note", "not-judged"),
    ]
