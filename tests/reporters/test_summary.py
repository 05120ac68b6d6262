"""The last two lines say whether one can merge, and why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from policygate.model import Counts, Finding, NotJudged, Outcome, Report, Revision
from policygate.reporters import FORMATS, render
from policygate.reporters.summary import count, is_old, ranked, summary_lines
from tests.reporters.samples import (
    BASE,
    BLOCKED,
    CRASH,
    HELM,
    LOOSENED,
    NO_BASE,
    OLD,
    PASSED,
    RAISED,
)
from tests.reporters.strategies import reports

SINCE = "new since 4f2c1a9 (merge base with origin/main)"
OLD_BLOCKS = replace(OLD, blocks=True)


def times(finding: Finding, number: int) -> tuple[Finding, ...]:
    """The same finding, several times."""
    return (finding,) * number


@pytest.mark.parametrize(
    ("outcome", "findings", "verdict"),
    [
        ("pass", (), f"Passed: nothing {SINCE}."),
        ("pass", times(RAISED, 1), f"Passed: 1 warning {SINCE}, not blocking."),
        ("pass", times(OLD, 1), f"Passed: nothing {SINCE}; 1 older finding does not block."),
        ("block", times(LOOSENED, 1), f"Blocked: 1 error {SINCE}."),
        (
            "block",
            (*times(LOOSENED, 2), RAISED, *times(OLD, 14)),
            f"Blocked: 2 errors, 1 warning {SINCE}; 14 older findings do not block.",
        ),
        ("block", times(OLD_BLOCKS, 1), f"Blocked: nothing {SINCE}; 1 older finding blocks."),
        (
            "block",
            (LOOSENED, *times(OLD_BLOCKS, 3)),
            f"Blocked: 1 error {SINCE}; 3 older findings block too.",
        ),
        (
            "block",
            (OLD_BLOCKS, *times(OLD, 3)),
            f"Blocked: nothing {SINCE}; 1 of 4 older findings blocks.",
        ),
    ],
)
def test_verdict(outcome: Outcome, findings: tuple[Finding, ...], verdict: str) -> None:
    """What is new, what is old, and what of it blocks."""
    report = replace(BLOCKED, outcome=outcome, findings=findings)
    assert summary_lines(report)[0] == verdict


def test_verdict_without_a_base() -> None:
    """Without a base every finding counts, and the verdict says so."""
    report = replace(BLOCKED, base=NO_BASE, findings=times(LOOSENED, 2))
    assert summary_lines(report)[0] == "Blocked: 2 errors (no base: every finding counts)."
    report = replace(PASSED, base=NO_BASE)
    assert summary_lines(report)[0] == "Passed: no findings (no base: every finding counts)."


def test_verdict_with_faults_and_waivers() -> None:
    """A fault comes first, because nothing else can be trusted; waived findings are counted."""
    report = replace(BLOCKED, outcome="error", findings=(), faults=(CRASH,), waived=(LOOSENED,) * 2)
    assert summary_lines(report)[0] == (
        f"Could not judge: 1 fault; found so far: nothing {SINCE}; 2 waived."
    )


def test_verdict_when_nothing_could_be_judged() -> None:
    """A pass that judged nothing, though something changed, says so."""
    report = replace(PASSED, counts=Counts(files=1), not_judged=(HELM,))
    assert summary_lines(report)[0] == f"Passed: nothing {SINCE}; nothing could be judged."


@pytest.mark.parametrize(
    ("base", "counts", "not_judged", "work"),
    [
        (
            BASE,
            Counts(4, 9, 9, 5, 15),
            (),
            "Judged 5 changed resources in 4 files with 15 policies.",
        ),
        (BASE, Counts(1, 1, 1, 1, 1), (), "Judged 1 changed resource in 1 file with 1 policy."),
        (NO_BASE, Counts(1, 1, 1, 1, 1), (), "Judged 1 resource in 1 file with 1 policy."),
        (BASE, Counts(policies=15), (), "0 manifests to judge with 15 policies."),
        (
            BASE,
            Counts(files=2, policies=15),
            (HELM, HELM),
            "0 manifests to judge in 2 files with 15 policies; 1 file not judged (Helm template).",
        ),
        (
            BASE,
            Counts(4, 9, 9, 5, 15),
            tuple(NotJudged(f"{n}", reason) for n, reason in enumerate("abbcdd")),
            (
                "Judged 5 changed resources in 4 files with 15 policies; "
                "6 files not judged (b: 2, d: 2, a: 1, …)."
            ),
        ),
    ],
)
def test_work(base: Revision, counts: Counts, not_judged: tuple[NotJudged, ...], work: str) -> None:
    """How much was judged; nothing to judge is said aloud, and why a file was not judged."""
    report = replace(BLOCKED, base=base, counts=counts, not_judged=not_judged)
    assert summary_lines(report)[1] == work


@pytest.mark.parametrize(
    ("rev", "shown"),
    [("a" * 40, "aaaaaaa"), ("a" * 64, "aaaaaaa"), ("HEAD", "HEAD"), ("a\nb", r"a\nb")],
)
def test_revision(rev: str, shown: str) -> None:
    """Commit ids are short, other names are whole, and neither breaks the line."""
    report = replace(PASSED, base=Revision(rev, ""))
    assert summary_lines(report)[0] == f"Passed: nothing new since {shown}."


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 policies"), (1, "1 policy"), (2, "2 policies")]
)
def test_count(number: int, text: str) -> None:
    """Nouns agree with their numbers."""
    assert count(number, "policy", "policies") == text


@given(reports())
def test_ranking(report: Report) -> None:
    """Ranking loses nothing, puts what is old last, and is done when it is done."""
    order = ranked(report.findings)
    assert sorted(map(id, order)) == sorted(map(id, report.findings))
    assert [is_old(each) for each in order] == sorted(is_old(each) for each in order)
    assert ranked(order) == order


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_old_may_be_counted_alone(form: str) -> None:
    """`existing: report` shows it to programs, and tells people how much it is; what blocks is always shown."""
    debt = replace(OLD, message="a debt of long ago", title="a debt of long ago")
    report = replace(BLOCKED, findings=(LOOSENED, debt), shows_old=False)
    for_programs = form in {"gitlab", "json", "jsonl", "junit", "sarif"}
    assert (debt.message in render(report, form)) == for_programs
    blocking = replace(report, findings=(replace(debt, blocks=True),))
    assert debt.message in render(blocking, form)
