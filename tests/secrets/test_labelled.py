"""The shipped policies find the labelled leaks, leave the look-alikes alone, and show no value."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest

from policygate.model import Finding, Report
from policygate.reporters import FORMATS, render
from tests.memory import SHIPPED, compare_trees
from tests.secrets.labelled import Case, cases

SECRETS = tuple(policy for policy in SHIPPED if policy.pack == "secrets")
TELLING = 6
"""A shorter value may stand anywhere by chance."""


class Judged(NamedTuple):
    """A case, its report, and the errors in the file that is judged."""

    case: Case
    report: Report
    errors: tuple[Finding, ...]


@cache
def _judged() -> tuple[Judged, ...]:
    """Every case, judged once for all tests."""
    found = []
    for case in cases():
        report = compare_trees(None, case.files, policies=SECRETS)
        first = next(iter(case.files))
        errors = [each for each in report.findings if each.level == "error"]
        found.append(
            Judged(case, report, tuple(each for each in errors if each.location.file == first))
        )
    return tuple(found)


def _names(judged: list[Judged]) -> list[str]:
    return [each.case.name for each in judged]


def test_the_set_is_large_enough_to_say_something() -> None:
    """Names are unique, leaks and look-alikes many, every leak has the values that must not be shown."""
    by_kind = Counter(each.case.leak for each in _judged())
    assert by_kind[True] >= 300
    assert by_kind[False] >= 600
    names = [each.case.name for each in _judged()]
    assert len(names) == len(set(names))
    assert all(each.case.leak == bool(each.case.values) for each in _judged())


def test_every_case_is_judged() -> None:
    """Whatever a manifest holds, no policy fails at it."""
    assert {each.case.name: each.report.faults for each in _judged() if each.report.faults} == {}


def test_precision() -> None:
    """Of what is an error, at least 99 in 100 is a leak."""
    right = sum(each.case.leak for each in _judged() if each.errors)
    false = [each for each in _judged() if each.errors and not each.case.leak]
    assert right >= 0.99 * (right + len(false)), _names(false)


def test_recall() -> None:
    """Of the leaks, at least 99 in 100 are errors."""
    leaks = [each for each in _judged() if each.case.leak]
    missed = [each for each in leaks if not each.errors]
    assert len(missed) <= 0.01 * len(leaks), _names(missed)


KINDS = Counter(each.kind for each in cases() if each.leak)


@pytest.mark.parametrize("kind", sorted(kind for kind, count in KINDS.items() if count >= 5))
def test_recall_of_a_class(kind: str) -> None:
    """No class of leaks is left to chance: of every class of five and more, four fifths are errors."""
    leaks = [each for each in _judged() if each.case.leak and each.case.kind == kind]
    missed = [each for each in leaks if not each.errors]
    assert len(missed) <= 0.2 * KINDS[kind], _names(missed)


def test_the_line_is_that_of_the_secret() -> None:
    """Some error of a leak stands on its line, or on one beside it."""
    found = [each for each in _judged() if each.errors and each.case.line]
    astray = [
        each
        for each in found
        if all(abs(error.location.line - each.case.line) > 1 for error in each.errors)
    ]
    assert len(found) >= 300
    assert len(astray) <= 0.05 * len(found), _names(astray)


def _said(finding: Finding) -> str:
    """All that a finding says of what stands in the files."""
    related = [(each.path, each.location) for each in finding.related]
    shown = (finding.was, finding.now, finding.edit, finding.location, finding.base_location)
    lines = "\n".join(line.text for line in finding.excerpt)
    texts = (finding.message, finding.path, finding.title, finding.fix, finding.container, lines)
    return "\n".join(map(str, (*texts, finding.resource, *shown, *related)))


def test_no_finding_shows_a_value() -> None:
    """Not in its message, path, excerpt, in what was or is, nor in what it speaks for."""
    shown = []
    for case, report, _ in _judged():
        said = "\n".join(map(_said, (*report.findings, *report.waived)))
        said += "\n".join(map(str, (*report.notes, *report.not_judged)))
        shown += [case.name for value in case.values if len(value) >= TELLING and value in said]
    assert shown == []


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_format_shows_a_value(form: str) -> None:
    """What goes to logs, annotations and files holds none of the values, in no form that they stand in."""
    shown = []
    for case, report, _ in _judged():
        text = render(report, form)
        spelled = [
            (value, json.dumps(value)[1:-1]) for value in case.values if len(value) >= TELLING
        ]
        shown += [case.name for forms in spelled if any(each in text for each in forms)]
    assert shown == []
