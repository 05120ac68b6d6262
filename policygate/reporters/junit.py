"""JUnit XML, which Jenkins, GitLab and most CI systems show as tests.

A suite is a file, a case a finding: failed if it blocks, skipped if it does not or is waived. Faults are
errors. A run that passes has the case `verdict`, so that it is not taken for one without a result; the
output of its suite is the summary. Names have no line numbers, so that a failure is known again after
an edit, and are distinct, since GitLab shows the first of several alone. Only what strict readers know
is used: a case has no `file`, its text begins with the place. Not for annotations on lines.
Sources: https://docs.gitlab.com/ci/testing/unit_test_reports;
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

from policygate.reporters.safe import show
from policygate.reporters.summary import is_old, loudness, ranked, summary_lines
from policygate.reporters.words import distinct, place, said, spot, subject, suggestion, waiver_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policygate.model import Fault, Finding, Report
    from policygate.reporters import Options

_GATE: Final = "policygate"


class _Case(NamedTuple):
    """A test as it is shown. Nothing in it needs more than the escaping of XML: all of it is shown."""

    suite: str
    group: str
    name: str
    outcome: str = ""
    message: str = ""
    text: str = ""
    kind: str = ""


def render(report: Report, _options: Options) -> str:
    """Return the report as an XML document."""
    cases = [_fault(each) for each in report.faults]
    if report.outcome == "pass":
        cases.append(_Case(_GATE, _GATE, "verdict"))
    cases += map(_finding, (*ranked(report.findings), *report.waived))
    suites: dict[str, list[_Case]] = {_GATE: []}
    names = distinct(f"{each.group}\0{each.name}" for each in cases)
    for each, name in zip(cases, names, strict=True):
        suites.setdefault(each.suite, []).append(each._replace(name=name.partition("\0")[2]))
    root = ET.Element("testsuites", name=_GATE)
    root.extend(_suite(name, found) for name, found in suites.items())
    ET.SubElement(root[0], "system-out").text = "\n".join(("", *summary_lines(report), ""))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _finding(finding: Finding) -> _Case:
    about = subject(finding)
    name = f"{about}: {show(finding.message)}" if about else show(finding.message)
    lines = [place(finding), said(finding)]
    lines += [f"edit: {suggestion(finding)}"] if finding.edit else []
    lines += [f"fix: {show(finding.fix)}"] if finding.fix else []
    lines.append(f"explain: policygate explain {show(finding.policy)}")
    outcome, message = "failure", said(finding)
    if finding.waiver is not None:
        outcome, message = "skipped", f"waived: {waiver_line(finding.waiver)}"
    elif not finding.blocks:
        old = "already there at the base, " if is_old(finding) else ""
        outcome, message = "skipped", f"{loudness(finding)}, {old}does not block: {message}"
    text = "\n".join(("", *lines, ""))
    file, group = show(finding.location.file), f"{_GATE}.{show(finding.policy)}"
    return _Case(file, group, name, outcome, message, text, loudness(finding))


def _fault(fault: Fault) -> _Case:
    at, message = fault.location, show(fault.message)
    text = "\n".join(("", spot(at), message, "")) if at else ""
    name = f"{show(fault.stage)}: {message}"
    return _Case(_GATE, f"{_GATE}.fault", name, "error", message, text, "fault")


def _suite(name: str, cases: Iterable[_Case]) -> ET.Element:
    suite = ET.Element("testsuite", name=name)
    if name != _GATE:
        suite.set("file", name)
    for case in cases:
        element = ET.SubElement(suite, "testcase", name=case.name, classname=case.group)
        if case.outcome:
            found = ET.SubElement(element, case.outcome, message=case.message, type=case.kind)
            found.text = case.text
    suite.set("tests", str(len(suite)))
    for key, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(len(suite.findall(f"testcase/{outcome}"))))
    return suite
