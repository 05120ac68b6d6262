"""JUnit XML that strict readers take, whatever stands in names and messages."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from policygate.authoring.advice import Advice
from policygate.authoring.examples import Case, Wrong
from policygate.authoring.junit import render
from policygate.authoring.trial import Trial
from policygate.policy.types import Example

KNOWN = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname",
         "id", "package", "file", "log", "url"},
        {"testcase", "properties", "system-out", "system-err"},
    ),
    "testcase": ({"name", "time", "classname", "group"}, {"skipped", "error", "failure", "system-out"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}  # fmt: skip
"""Attributes and children of each element that the schema of Jenkins' xUnit plugin allows."""

TEXT = st.text(max_size=20)
CASES = st.builds(
    Case,
    TEXT.map(lambda name: Example(name, "pass")),
    st.lists(st.builds(Wrong, TEXT, st.lists(TEXT, max_size=2).map(tuple)), max_size=2).map(tuple),
    st.integers(0, 9),
)
TRIALS = st.builds(
    Trial,
    id=TEXT,
    pack=TEXT,
    file=TEXT,
    cases=st.lists(CASES, max_size=3).map(tuple),
    lacking=st.lists(TEXT, max_size=2).map(tuple),
    advice=st.lists(st.builds(Advice, st.just(()), TEXT, TEXT), max_size=2).map(tuple),
    error=TEXT,
)


@given(st.lists(TRIALS, max_size=3))
def test_it_is_what_strict_readers_know(trials: list[Trial]) -> None:
    """The document is well-formed XML 1.0, and no element or attribute is unknown."""
    root = ET.fromstring(render(trials).encode("utf-8", "surrogatepass"))
    for element in root.iter():
        attributes, children = KNOWN[element.tag]
        assert set(element.attrib) <= attributes
        assert {child.tag for child in element} <= children


@given(st.lists(TRIALS, max_size=3))
def test_counts_are_those_of_the_trials(trials: list[Trial]) -> None:
    """Failures and errors add up to what the command counts."""
    root = ET.fromstring(render(trials).encode())
    failed = int(root.attrib["failures"]) + int(root.attrib["errors"])
    assert failed == sum(trial.failures for trial in trials)
    assert int(root.attrib["tests"]) == len(root.findall(".//testcase"))
    for suite in root:
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
