"""Trials as JUnit XML, which CI systems show: a suite is a policy, a case is an example.

What a policy lacks, and a policy that cannot be read, are cases of their own; advice is output. Only
elements and attributes are used that strict readers know, too.
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from policygate.reporters.safe import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policygate.authoring.trial import Trial


def render(trials: Sequence[Trial], *, strict: bool = False) -> str:
    """The trials as an XML document.

    Args:
        trials: What became of the policies.
        strict: Whether advice is a failure, too.
    """
    root = ET.Element("testsuites", name="policygate test")
    for trial in trials:
        root.append(_suite(trial, strict=strict))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(trial: Trial, *, strict: bool) -> ET.Element:
    suite = ET.Element("testsuite", name=_shown(trial.id), file=_shown(trial.file))
    for case in trial.cases:
        element = _case(trial, case.example.name)
        if case.wrong:
            lines = [line for each in case.wrong for line in (each.message, *each.lines)]
            text = "\n".join([f"{trial.file}:{case.line}", *lines])
            failure = ET.SubElement(element, "failure", message=_shown(case.wrong[0].message))
            failure.text = _shown(text)
        suite.append(element)
    for lacking in trial.lacking:
        element = _case(trial, "examples")
        ET.SubElement(element, "failure", message=_shown(lacking))
        suite.append(element)
    if trial.error:
        element = _case(trial, "policy file")
        ET.SubElement(element, "error", message=_shown(trial.error)).text = _shown(trial.hint)
        suite.append(element)
    for advice in trial.advice if strict else ():
        element = _case(trial, f"advice, line {advice.line}" if advice.line else "advice")
        failure = ET.SubElement(element, "failure", message=_shown(advice.message))
        failure.text = _shown("\n".join([f"{trial.file}:{advice.line}", advice.hint]).strip())
        suite.append(element)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    if trial.advice and not strict:
        lines = [f"line {a.line}: {a.message} {a.hint}".rstrip() for a in trial.advice]
        ET.SubElement(suite, "system-out").text = _shown("\n".join(lines))
    return suite


def _case(trial: Trial, name: str) -> ET.Element:
    classname = ".".join(part for part in (trial.pack, trial.id) if part)
    return ET.Element("testcase", name=_shown(name), classname=_shown(classname))


def _shown(text: str) -> str:
    """A text of several lines, in none of which is anything that XML cannot hold or that a runner obeys."""
    return "\n".join(map(show, text.split("\n")))
