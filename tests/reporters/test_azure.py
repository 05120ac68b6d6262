"""What Azure Pipelines shows arrives there as it was meant, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from policygate.model import Fault, Finding, Location, Report
from policygate.reporters import render
from policygate.reporters.safe import harmless, show
from policygate.reporters.summary import loudness, ranked, summary_lines
from tests.reporters.agent import commands, parse
from tests.reporters.runner import Command
from tests.reporters.samples import BLOCKED, DELETED, FAILED, LOOSENED, OLD, RAISED, WAIVED
from tests.reporters.strategies import reports


def issues(report: Report) -> list[Command]:
    """What the agent makes of a report."""
    return commands(render(report, "azure"))


def one(finding: Finding) -> Command:
    """The issue of a single finding."""
    (command,) = issues(replace(BLOCKED, findings=(finding,)))
    return command


@given(reports())
def test_round_trip(report: Report) -> None:
    """Every finding comes out of the agent as it went in, the heaviest first; notes are lines."""
    text = render(report, "azure")
    assert tuple(text.splitlines()[-2:]) == summary_lines(report)
    found = commands(text)[len(report.faults) :]
    wanted = [each for each in ranked(report.findings) if each.level != "note"]
    assert len(found) == len(wanted)
    for finding, issue in zip(wanted, found, strict=True):
        at, name = finding.location, harmless(finding.location.file)
        assert issue.properties["type"] == loudness(finding)
        assert show(finding.message) in issue.data
        assert "\n" not in issue.data
        path = f"./{name}" if name.startswith("=") else name
        assert issue.properties.get("sourcepath") == (path if at.line else None)
        assert issue.properties.get("linenumber") == (str(at.line) if at.line else None)


def test_an_issue() -> None:
    """The agent says `file(line,column): error code: message`."""
    assert one(LOOSENED) == Command(
        "task.logissue",
        {
            "type": "error",
            "sourcepath": "apps/prod/web/deployment.yaml",
            "linenumber": "24",
            "columnnumber": "11",
            "code": "loosened-root-user",
        },
        "container web may now run as root: runAsNonRoot was removed (true → not set)",
    )


def test_what_is_removed_has_no_place() -> None:
    """Without a line the file stands in the message, with what became of it."""
    issue = one(DELETED)
    assert "sourcepath" not in issue.properties
    assert issue.data.startswith("apps/prod/web/netpol.yaml: NetworkPolicy prod/web-deny")
    assert issue.data.endswith("(removed; was apps/prod/web/netpol.yaml:1 at the base)")


def test_old_findings_say_so() -> None:
    """What blocks nobody is a warning at most."""
    issue = one(replace(OLD, level="error"))
    assert issue.properties["type"] == "warning"
    assert issue.data.endswith("(already there at the base)")


def test_notes_and_new_waivers_are_lines() -> None:
    """The agent knows no notices."""
    report = replace(WAIVED, findings=(replace(RAISED, level="note"),))
    assert issues(report) == []
    lines = render(report, "azure").splitlines()
    assert lines[0].startswith("apps/prod/web/deployment.yaml:31:21: note[loosened-limits] ")
    assert lines[1].startswith("new waiver: host-network of prod/Deployment/web until 2026-01-20")


def test_faults_come_first() -> None:
    """A fault is an error, at its place if it has one."""
    faults = (Fault("read", "boom"), Fault("policy", "x", Location("=a.yaml", 3, 2)))
    first, second, *_ = issues(replace(FAILED, faults=faults))
    assert (first.properties, first.data) == (
        {"type": "error", "code": "fault/read"},
        "could not judge: boom",
    )
    assert second.properties["sourcepath"] == "./=a.yaml"


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("##vso[a.b]x", Command("a.b", {}, "x")),
        ("1 | ##vso[a.b c=d%3B;e==f;g=;]x%5D%0A", Command("a.b", {"c": "d;", "e": "f"}, "x]\n")),
        ("##vso[a.b]%AZP253B%AZP25AZP25", Command("a.b", {}, "%3B%AZP25")),
        ("##vso[a.b", None),
        ("##vso[a]x", None),
        ("##[a.b]x", None),
    ],
)
def test_oracle(line: str, command: Command | None) -> None:
    """The port of the agent's parser finds what the agent finds (cf. its CommandL0.cs)."""
    assert parse(line) == command
