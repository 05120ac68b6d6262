"""Annotations arrive at GitHub as they were meant, and nothing else does."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from policygate.model import Fault, Finding, Level, Location, Report
from policygate.reporters import render
from policygate.reporters.safe import harmless, show
from policygate.reporters.summary import summary_lines
from tests.reporters.runner import Command, commands, parse
from tests.reporters.samples import (
    BLOCKED,
    CRASH,
    DELETED,
    FAILED,
    LOOSENED,
    MANY,
    OLD,
    RAISED,
    SECRET,
)
from tests.reporters.strategies import reports


def annotated(report: Report, path_prefix: str = "") -> list[Command]:
    """What the runner makes of a report."""
    return commands(render(report, "github", path_prefix=path_prefix))


def one(finding: Finding) -> Command:
    """The annotation of a single finding."""
    (command,) = annotated(replace(BLOCKED, findings=(finding,)))
    return command


@given(reports())
def test_round_trip(report: Report) -> None:
    """File, line and message of every annotated finding come out of the runner as they went in."""
    text = render(report, "github")
    assert tuple(text.splitlines()[-2:]) == summary_lines(report)
    found = {each.data.partition("\n")[0]: each for each in commands(text)}
    assert len(found) >= min(10, len(report.findings))
    for finding in report.findings:
        command = found.get(show(finding.message))
        if command is None:
            continue
        base = finding.base_location
        at = base if base and not finding.location.line else finding.location
        name = harmless(at.file)
        expected = f"./{name}" if name.startswith("=") else name
        assert command.properties.get("file", "") == expected
        line = finding.location.line
        assert command.properties.get("line") == (str(line) if line else None)
        assert show(finding.policy)[:100].strip() in command.properties["title"]


@given(reports(most=60))
def test_limits(report: Report) -> None:
    """At most ten of a kind, each as short as the runner wants it; what is left out is counted."""
    found = annotated(report)
    assert max(Counter(each.name for each in found).values(), default=0) <= 10
    assert all(len(each.data.encode("utf-16-le")) <= 2 * 4096 for each in found)
    everything = len(report.findings) + len(report.faults)
    everything += min(9, sum(each.added and each.state != "removed" for each in report.waivers))
    left = [each for each in found if each.data.startswith("Without an annotation")]
    counted = sum(int(number) for each in left for number in re.findall(r"(\d+) more", each.data))
    assert len(found) - len(left) + counted == everything
    assert len(left) <= 1
    assert left == found[-1:] or not left


@given(reports())
def test_columns_need_one_line(report: Report) -> None:
    """Columns are given only with a line, and not where the span has several lines."""
    for command in annotated(report):
        properties = command.properties
        if "col" in properties or "endcolumn" in properties:
            assert properties.get("endline", properties["line"]) == properties["line"]


def test_heaviest_first() -> None:
    """Blocking loosened findings come before introduced ones, and old ones last."""
    first = [each.data.partition("\n")[0] for each in annotated(BLOCKED)]
    assert first == [each.message for each in (DELETED, LOOSENED, SECRET, RAISED, OLD)]


@pytest.mark.parametrize(
    ("level", "blocks", "kind"),
    [
        ("error", True, "error"),
        ("error", False, "warning"),
        ("warning", False, "warning"),
        ("note", False, "notice"),
    ],
)
def test_kind_of_old_findings(level: Level, blocks: bool, kind: str) -> None:  # noqa: FBT001
    """An old error is a warning unless it blocks."""
    assert one(replace(OLD, level=level, blocks=blocks)).name == kind


def test_forty_findings() -> None:
    """Ten errors and ten warnings are shown of many, and a notice counts the others."""
    found = annotated(MANY)
    assert Counter(each.name for each in found) == {"error": 10, "warning": 10, "notice": 1}
    assert "8 more findings (4 errors, 4 warnings)" in found[-1].data


@pytest.mark.parametrize(("notes", "shown", "announced"), [(10, 10, 0), (11, 9, 1), (12, 9, 1)])
def test_announcement_is_one_of_ten(notes: int, shown: int, announced: int) -> None:
    """The notice that counts the rest takes a place among the ten notices."""
    note = replace(RAISED, level="note")
    report = replace(
        BLOCKED, findings=tuple(replace(note, message=f"m{index}") for index in range(notes))
    )
    found = annotated(report)
    assert [each.name for each in found] == ["notice"] * (shown + announced)
    if announced:
        assert f"{notes - shown} more findings ({notes - shown} notes)" in found[-1].data


def test_faults_are_seen_and_hide_nothing() -> None:
    """Of many faults three come first; findings follow before the others."""
    faults = tuple(Fault(CRASH.stage, f"f{index}") for index in range(20))
    errors = [each.data.partition("\n")[0] for each in annotated(replace(FAILED, faults=faults))]
    assert errors[:5] == ["f0", "f1", "f2", LOOSENED.message, "f3"]
    assert "11 more faults" in errors[-1]


def test_message_says_it_all() -> None:
    """An annotation holds the message, the values, the fix and how to learn more."""
    assert one(LOOSENED).data.split("\n") == [
        LOOSENED.message,
        "was → now: true → not set (line 25 at the base)",
        f"fix: {LOOSENED.fix}",
        "policygate explain loosened-root-user",
    ]


def test_long_texts_keep_the_last_line() -> None:
    """A message and a fix without end are cut; how to learn more is not."""
    command = one(replace(LOOSENED, message="💥" * 9000, fix="💥" * 9000, was="💥" * 9000))
    assert len(command.data.encode("utf-16-le")) <= 2 * 4096
    assert command.data.endswith("policygate explain loosened-root-user")
    assert command.data.count("…") >= 3


def test_removed_place() -> None:
    """A removed resource is annotated at its old file, without a line, and says where it was."""
    command = one(replace(DELETED, base_location=Location("old name.yaml", 7, 1, 7, 5)))
    assert command.properties["file"] == "old name.yaml"
    assert not {"line", "col", "endline", "endcolumn"} & set(command.properties)
    assert "removed; was old name.yaml:7 at the base" in command.data


@pytest.mark.parametrize("prefix", ["infra", "infra/", "/infra/"])
def test_path_prefix(prefix: str) -> None:
    """Paths are relative to the workspace where the repository is a folder of it."""
    for command in annotated(FAILED, prefix):
        assert command.properties["file"] == "infra/apps/prod/web/deployment.yaml"


def test_fault_without_a_place() -> None:
    """A fault of the whole run is an error without a file."""
    (command,) = annotated(replace(FAILED, findings=(), faults=(Fault("read", "boom"),)))
    assert (command.name, command.data) == ("error", "boom")
    assert command.properties == {"title": "policygate could not judge (read)"}


@pytest.mark.parametrize(
    ("line", "command"),
    [
        (
            "  ::error file=a%3Ab,line=3::x%0Ay",
            Command("error", {"file": "a:b", "line": "3"}, "x\ny"),
        ),
        ("::WARNING::%2525", Command("WARNING", {}, "%25")),
        ("12 | ##[error a=1;b=%5D]x%3B", Command("error", {"a": "1", "b": "]"}, "x;")),
        ("::notice file==a::m", Command("notice", {"file": "a"}, "m")),
        ("x ::error::m", None),
        ("::unknown::m", None),
        ("::error", None),
        ("##[error", None),
    ],
)
def test_oracle(line: str, command: Command | None) -> None:
    """The port of the runner's parser finds what the runner finds (cf. its ActionCommandL0.cs)."""
    assert parse(line) == command
