"""The text says everything once, points at the right characters, and fits."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.model import Fault, Finding, Location, Report, SourceLine
from policygate.reporters import render
from policygate.reporters.safe import cells, columns
from policygate.reporters.summary import is_old, ranked, summary_lines
from tests.reporters.samples import (
    BLOCKED,
    DELETED,
    FAILED,
    HOSTILE,
    LOOSENED,
    MANY,
    OLD,
    RAISED,
    SECRET,
    STATE,
)
from tests.reporters.strategies import reports, texts

widths = st.none() | st.integers(1, 130)


def text_of(*findings: Finding, width: int | None = None) -> str:
    """The text of a report with these findings."""
    return render(replace(BLOCKED, findings=findings, not_judged=()), "text", width=width)


@given(reports(most=60), widths)
def test_every_finding_once(report: Report, width: int | None) -> None:
    """New findings are said exactly once; of the old ones ten, and the rest is counted."""
    output = render(report, "text", width=width)
    numbers = Counter(re.findall(r"<\d+>", output))
    old = [each for each in ranked(report.findings) if is_old(each)]
    said = [each for each in report.findings if not is_old(each)] + old[:10]
    assert all(numbers[re.match(r"<\d+>", each.message)[0]] == 1 for each in said)  # type: ignore[index]
    assert numbers.total() == len(said)
    assert len(old) <= 10 or f"  and {len(old) - 10} more" in output.splitlines()


@given(reports(), widths, st.booleans())
def test_summary_is_last(report: Report, width: int | None, color: bool) -> None:  # noqa: FBT001
    """The last two lines are the summary, whole, whatever the width."""
    output = render(report, "text", width=width, color=color)
    lines = re.sub(r"\x1b\[[0-9;]+m", "", output).splitlines()
    assert tuple(lines[-2:]) == summary_lines(report)
    assert lines[-3:-2] in ([""], [])


def excerpt_rows(output: str) -> list[str]:
    """What stands behind the gutter of an excerpt."""
    return [line.partition("| ")[2] for line in output.splitlines() if re.match(r" *\d* \|", line)]


@given(
    texts, texts.filter(lambda text: text.strip(" ") != ""), texts, st.none() | st.integers(30, 90)
)
def test_carets_stand_under_the_span(before: str, span: str, after: str, width: int | None) -> None:
    """Tabs, wide, combining and escaped characters: the carets are as wide as what they mean."""
    line = before + span + after
    at = Location("a.yaml", 7, len(before) + 1, 7, len(before) + len(span) + 1)
    finding = replace(LOOSENED, location=at, excerpt=(SourceLine(7, line),))
    _, source, carets, _ = excerpt_rows(text_of(finding, width=width))
    offset, length = len(carets) - len(carets.lstrip()), carets.count("^")
    assert carets.strip() == "^" * length
    shown = [columns(source[:end]) for end in range(len(source) + 1)]
    assert offset in shown
    # A combining character of the text before the span stands at the same column.
    pointed = [source[at:] for at, column in enumerate(shown) if column == offset]
    cut = cells(line)[len(before) : len(before) + len(span)]
    expected = "".join("    " if cell == r"\t" else cell for cell in cut)
    if "…" not in source:
        assert any(text.startswith(expected.rstrip()) for text in pointed)
        assert length == max(1, columns(expected))


@given(st.integers(1, 400), st.integers(1, 60), st.integers(60, 130))
def test_long_lines_are_cut_around_the_span(before: int, length: int, width: int) -> None:
    """The start of the span is always seen, and no row of an excerpt is wider than the terminal."""
    line = "k" * before + "#" + "v" * (length - 1) + "r" * 300
    at = Location("a.yaml", 7, before + 1, 7, before + length + 1)
    finding = replace(LOOSENED, location=at, excerpt=(SourceLine(6, line), SourceLine(7, line)))
    output = text_of(finding, width=width)
    rows = [row for row in output.splitlines() if re.match(r" *\d* \|", row)]
    assert all(columns(row) <= width for row in rows)
    source, carets = rows[2], rows[3]
    assert source[carets.index("^")] == "#"
    assert source.endswith("…")


@pytest.mark.parametrize(
    ("location", "carets"),
    [
        (Location("a", 7, 3, 7, 6), "  ^^^"),
        (Location("a", 7, 3, 9, 2), "  ^^^^^^"),
        (Location("a", 7, 3), "  ^"),
        (Location("a", 7, 3, 7, 99), "  ^^^^^^"),
        (Location("a", 7, 99, 7, 104), "        ^"),
        (Location("a", 7, 0, 7, 0), "^"),
        (Location("a", 8, 3, 8, 6), None),
    ],
)
def test_span_is_clamped(location: Location, carets: str | None) -> None:
    """Carets never leave their line, are never none, and stand only under the finding's line."""
    finding = replace(LOOSENED, location=location, excerpt=(SourceLine(7, "ab: cdef"),))
    rows = excerpt_rows(text_of(finding))
    assert rows == ["", "ab: cdef", *([carets] if carets else []), ""]


@given(
    st.lists(st.sampled_from(["a", "bb", "設定", "::x", "#", "cccccccc"]), min_size=1),
    st.integers(60, 90),
)
def test_wrapping_loses_nothing(words: list[str], width: int) -> None:
    """A wrapped fix has all its words in order, and fits."""
    output = text_of(replace(LOOSENED, fix=" ".join(["x", *words])), width=width)
    wrapped = output.partition("= fix: ")[2].partition("   = explain")[0]
    assert [word.replace(r"\x3a", ":") for word in wrapped.split()] == ["x", *words]
    assert all(columns(line) <= width for line in wrapped.splitlines()[1:])


@pytest.mark.parametrize("blanks", [" ", "  ", "    "])
def test_a_command_does_not_begin_a_wrapped_line(blanks: str) -> None:
    """However many blanks stand before it, what a line breaks before is shown as what it is."""
    fix = f"{'x' * 70}{blanks}::error::{'y' * 70}{blanks}::error::"
    output = text_of(replace(RAISED, fix=fix), width=80)
    assert "error" in output and not re.search(r"^\s*::", output, re.MULTILINE)


def test_only_the_sixth_is_short() -> None:
    """Five findings of a policy have their excerpts; the others stand in one line each."""
    lines = render(MANY, "text").splitlines()
    assert sum(line.startswith("error[cpu-request-missing]") for line in lines) == 5
    start = lines.index("9 more of cpu-request-missing:")
    assert lines[start + 1] == (
        "  apps/prod/web/deployment.yaml:53 error cpu-request-missing "
        "container web-5 has no CPU request"
    )
    assert lines[start + 10] == ""


def test_policy_speaks_once() -> None:
    """The fix and the command that explains are said once for each policy, another fix again."""
    other = replace(LOOSENED, fix="Do it otherwise.")
    output = text_of(LOOSENED, LOOSENED, other)
    assert output.count("= fix:") == 2
    assert output.count("= explain:") == 1


def test_blocking_old_findings_are_shown_in_full() -> None:
    """Where the base's findings block they are as loud as new ones."""
    output = text_of(replace(OLD, blocks=True))
    assert "warning[cpu-request-missing]" in output
    assert "= existing: Deployment prod/web, container web" in output
    assert "already there" not in output


def test_removed_place() -> None:
    """A removed resource has no line; the text says so and where it was."""
    output = text_of(DELETED)
    assert "--> apps/prod/web/netpol.yaml (removed; was line 1 at the base)" in output
    assert "= removed: NetworkPolicy prod/web-deny" in output
    moved = text_of(replace(DELETED, base_location=Location("old.yaml", 3)))
    assert "(removed; was old.yaml:3 at the base)" in moved


@pytest.mark.parametrize(
    ("was", "now", "shown"),
    [
        (True, None, "true → not set"),
        ("512Mi", "4Gi", "512Mi → 4Gi"),
        (8080, "8080", '8080 → "8080"'),
        ("true", True, '"true" → true'),
        ("a b", "", '"a b" → ""'),
        ({"drop": ["ALL"]}, {"add": []}, "{drop: [ALL]} → {add: []}"),
        ([None, 1.5], "not set", '[null, 1.5] → "not set"'),
        (1 << 300, 0, f"{hex(1 << 300)} → 0"),
    ],
)
def test_values(was: object, now: object, shown: str) -> None:
    """Values are short and cannot be taken for one another."""
    assert f"= was → now: {shown} (line 25 at the base)\n" in text_of(
        replace(LOOSENED, was=was, now=now)
    )


def test_values_are_cut() -> None:
    """A long value is cut, however it is nested."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    output = text_of(replace(LOOSENED, was=deep, now="x" * 999))
    assert "= was: " + "[" * 79 + "… (line 25 at the base)\n" in output
    assert "= now: " + "x" * 79 + "…\n" in output
    narrow = text_of(replace(LOOSENED, was=deep, now="設" * 99, base_location=None), width=60)
    assert "= was: " + "[" * 49 + "…\n" in narrow
    assert "= now: " + "設" * 24 + "…\n" in narrow


def test_equal_or_hidden_values_are_not_said() -> None:
    """`was` and `now` are said when both are known and differ."""
    assert "was → now" not in text_of(SECRET, replace(RAISED, was="4Gi"), replace(OLD, blocks=True))


def test_order() -> None:
    """Errors before warnings, loosened before introduced, old ones last, then faults, then the summary."""
    output = render(replace(BLOCKED, faults=FAILED.faults), "text")
    order = [
        DELETED.policy,
        LOOSENED.policy,
        SECRET.policy,
        RAISED.policy,
        "already",
        "fault[policy]",
    ]
    places = [output.index(word) for word in order]
    assert places == sorted(places)


def test_fault_places() -> None:
    """A fault points at its place as far as it has one."""
    faults = (Fault("read", "x"), Fault("read", "y", Location("a.yaml", 0)))
    output = render(replace(FAILED, faults=faults), "text")
    assert "fault[read]: x\n\nfault[read]: y\n  --> a.yaml\n\n" in output


def test_state_has_no_status() -> None:
    """Without a base nothing was introduced or loosened: the label is the resource's."""
    output = render(STATE, "text")
    assert "= resource: Deployment prod/web, container web" in output
    assert not re.search("introduced|loosened:", output)


def test_hostile_stays_readable() -> None:
    """Escapes are shown where the text was, on one line each."""
    lines = render(HOSTILE, "text").splitlines()
    assert lines[0].startswith(r"error[loosened-root-user]: \x3a:error file=x::\x1b[31mweb\n")
    assert r"  --> \x3a:notice file=a,b%.yaml:24:11" in lines
