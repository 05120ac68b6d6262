"""A run that fails before it has judged leaves no older report in place, in no format."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from policygate.cli.check import command
from policygate.errors import PolicygateError
from policygate.reporters import FORMATS
from tests.cli.test_cli import ENV, opened

EVERY = [f"--format={name}=out.{name}" for name in FORMATS]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository as the current folder, with a report of a run before in every format."""
    for name in FORMATS:
        (tmp_path / f"out.{name}").write_text("of a run before")
    (tmp_path / ".gitignore").write_text("out.*\n")
    repo = opened(tmp_path)
    monkeypatch.chdir(repo)
    return repo


def fail(*arguments: str) -> tuple[BaseException | None, str]:
    """Run the command in this process; return what it raised and standard output."""
    done = CliRunner(env=ENV).invoke(command, arguments, standalone_mode=False)
    return done.exception, done.stdout


def reports(repo: Path) -> dict[str, str]:
    """What stands in the file of every format."""
    return {name: (repo / f"out.{name}").read_text(encoding="utf-8") for name in FORMATS}


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (PolicygateError("the disk is full", "Buy another."), "the disk is full: Buy another."),
        (RuntimeError("s3cret"), "policygate crashed (RuntimeError)"),
        (KeyboardInterrupt(), "interrupted before everything was judged"),
    ],
    ids=["error", "crash", "interrupt"],
)
def test_every_format_says_why(
    repo: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException, said: str
) -> None:
    """Each file is a report of its format that says error and why, and nothing of a crash's text."""

    def check(**_options: object) -> None:
        raise raised

    monkeypatch.setattr("policygate.api.check", check)
    failed, printed = fail(*EVERY)
    interrupted = isinstance(raised, KeyboardInterrupt)
    assert isinstance(failed, click.Abort if interrupted else type(raised))
    assert printed == ""
    for name, text in reports(repo).items():
        assert said.partition("(")[0].strip() in text, name
        assert "of a run before" not in text
        assert "s3cret" not in text
    assert json.loads(reports(repo)["json"])["outcome"] == "error"
    assert not json.loads(reports(repo)["sarif"])["runs"][0]["invocations"][0][
        "executionSuccessful"
    ]
    assert 'errors="1"' in reports(repo)["junit"]
    assert json.loads(reports(repo)["gitlab"])[0]["severity"] == "blocker"


def test_a_file_that_cannot_be_written_hides_nothing(repo: Path) -> None:
    """The reason of the failure is what is said, and the other files are written."""
    failed, _ = fail("--base", "nope", "--format=junit=no/such/folder", "--format=json=out.json")
    assert isinstance(failed, PolicygateError)
    assert "--base nope" in failed.message
    assert "nope" in reports(repo)["json"]
