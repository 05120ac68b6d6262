"""The library: a typed report, nothing printed, no state."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import policygate
from tests.cli.test_cli import ENV, POD, git


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository whose worktree switches hostNetwork on."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "pod.yaml").write_text(POD % "false")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    (tmp_path / "pod.yaml").write_text(POD % "true")
    return tmp_path


def test_a_typed_report_and_silence(repo: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`check` returns a report and prints nothing."""
    report = policygate.check(repo, base="main", env=ENV)
    assert isinstance(report, policygate.Report)
    assert [each.policy for each in report.findings if each.blocks] == ["host-network"]
    assert (report.outcome, report.exit_code) == ("block", 1)
    assert capfd.readouterr() == ("", "")


def test_twice_and_from_threads(repo: Path) -> None:
    """Calls do not disturb one another: the report is always the same."""
    first = policygate.check(repo, base="main", env=ENV)
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: policygate.check(repo, base="main", env=ENV), range(16)))
    assert all(report == first for report in reports)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"base": "nope"}, policygate.BaseError),
        ({"select": ["nope"]}, policygate.UsageError),
        ({"paths": ["nope.yaml"]}, policygate.UsageError),
        ({"head": "nope"}, policygate.UsageError),
    ],
)
def test_errors_are_documented(
    repo: Path, arguments: dict[str, object], error: type[Exception]
) -> None:
    """What cannot be done raises an error of ours, with a message and a hint."""
    with pytest.raises(error) as raised:
        policygate.check(repo, env=ENV, **arguments)  # type: ignore[arg-type]
    assert isinstance(raised.value, policygate.PolicygateError)
    assert raised.value.message
    assert raised.value.hint


def test_no_repository(tmp_path: Path) -> None:
    """A folder without git, and without paths, is an error of ours."""
    with pytest.raises(policygate.GitError):
        policygate.check(tmp_path, env=ENV)


def test_nothing_is_touched(repo: Path) -> None:
    """Worktree, index and branch are as before, and no file was added."""
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in repo.rglob("*") if p.is_file()}
    policygate.check(repo, base="main", env={**os.environ, **ENV})
    assert before == {
        p: (p.stat().st_mtime_ns, p.stat().st_size) for p in repo.rglob("*") if p.is_file()
    }
