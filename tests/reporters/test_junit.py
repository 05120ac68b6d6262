"""The JUnit report is what strict readers take, and shows what blocks as failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from policygate.model import Fault, Report
from policygate.reporters import render
from policygate.reporters.safe import show
from policygate.reporters.summary import summary_lines
from tests.reporters.samples import BLOCKED, FAILED, LOOSENED, PASSED, SAMPLES, WAIVED
from tests.reporters.strategies import reports

_COUNTS = {"tests", "failures", "errors"}
KNOWN: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"name"}, {"time"} | _COUNTS, {"testsuite"}),
    "testsuite": (
        {"name"} | _COUNTS,
        {"skipped", "file", "time", "timestamp", "hostname", "id", "package", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name"},
        {"classname", "time", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "skipped": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}
"""What junit-10.xsd of Jenkins' xUnit plugin knows: needed and other attributes, and elements inside."""


def parsed(report: Report) -> ET.Element:
    """The report after an XML parser, and after the strictest reader."""
    text = render(report, "junit")
    root = ET.fromstring(text)
    for element in root.iter():
        needed, other, inside = KNOWN[element.tag]
        assert needed <= set(element.attrib) <= needed | other
        assert {child.tag for child in element} <= inside
    return root


@given(reports())
def test_valid_and_complete(report: Report) -> None:
    """Blocking findings fail, faults are errors, the rest is skipped; the counts are right."""
    root = parsed(report)
    outcomes = Counter(child.tag for case in root.iter("testcase") for child in case)
    blocking = sum(each.blocks and each.waiver is None for each in report.findings)
    assert outcomes["failure"] == blocking
    assert outcomes["error"] == len(report.faults)
    assert outcomes["skipped"] == len(report.findings) - blocking + len(report.waived)
    for element in (root, *root):
        assert element.get("tests") == str(len([*element.iter("testcase")]))
        assert element.get("failures") == str(len([*element.iter("failure")]))
        assert element.get("errors") == str(len([*element.iter("error")]))
    names = Counter((case.get("classname"), case.get("name")) for case in root.iter("testcase"))
    assert not names or max(names.values()) == 1
    assert [*summary_lines(report)] == (root.findtext(".//system-out") or "").strip("\n").split(
        "\n"
    )


@given(reports())
def test_texts_arrive(report: Report) -> None:
    """A parser gets back what was said, whatever it looks like."""
    said = {element.get("message", "") for element in parsed(report).iter()}
    for finding in report.findings:
        assert any(show(finding.message) in message for message in said)


@pytest.mark.parametrize("name", ["passed", "nothing", "waived"])
def test_a_pass_is_a_test(name: str) -> None:
    """Where nothing is wrong there is a test that passes, not none at all."""
    root = parsed(SAMPLES[name])
    (verdict,) = [case for case in root.iter("testcase") if case.get("name") == "verdict"]
    assert len(verdict) == 0


def test_no_verdict_but_of_a_pass() -> None:
    """What blocks has no test that passes."""
    assert "verdict" not in {case.get("name") for case in parsed(BLOCKED).iter("testcase")}


def test_a_failure() -> None:
    """Classes are policies, suites files; the text begins with the place, and the name has no line."""
    root = parsed(replace(BLOCKED, findings=(LOOSENED,)))
    suite = root[1]
    (case,) = suite
    (failure,) = case
    assert suite.get("file") == "apps/prod/web/deployment.yaml"
    assert case.get("classname") == "policygate.loosened-root-user"
    assert case.get("name", "").startswith("Deployment prod/web, container web: container web may")
    assert failure.get("type") == "error"
    lines = (failure.text or "").strip().split("\n")
    assert lines[0] == "apps/prod/web/deployment.yaml:24:11"
    assert lines[-1] == "explain: policygate explain loosened-root-user"


def test_twins_have_names_of_their_own() -> None:
    """Of two tests of one name GitLab shows the first, also in different files."""
    other = replace(LOOSENED, location=LOOSENED.location._replace(file="b.yaml"))
    root = parsed(replace(BLOCKED, findings=(LOOSENED, other, other)))
    names = [case.get("name", "") for case in root.iter("testcase")]
    assert [name.rpartition("removed")[2] for name in names] == ["", " (2)", " (3)"]


def test_a_waiver_says_why() -> None:
    """What is waived is skipped, with reason, owner and end."""
    (skipped,) = parsed(WAIVED).iter("skipped")
    assert "waived: " in skipped.get("message", "")
    assert "until 2026-01-20" in skipped.get("message", "")


def test_faults() -> None:
    """A fault is an error of its own class, also when nothing is known of its place."""
    root = parsed(replace(FAILED, findings=(), faults=(*FAILED.faults, Fault("read", "boom"))))
    assert [case.get("name") for case in root.iter("testcase")] == [
        f"policy: {FAILED.faults[0].message}",
        "read: boom",
    ]


def test_oracle() -> None:
    """The strict reader refuses what the plugin refuses."""
    assert "file" not in KNOWN["testcase"][0] | KNOWN["testcase"][1]
    assert parsed(PASSED).get("tests") == "1"
