"""What often goes wrong: each mistake has one message that says what and where, and a hint that mends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policygate.cli import _run
from tests.project import ROOT
from tests.repo import Repo, clean_env
from tests.test_waivers import FILE, OPEN, WAIVER

if TYPE_CHECKING:
    from collections.abc import Iterator

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
SETTINGS, POLICY = ".policygate/config.yaml", ".policygate/policies/own.yaml"
MISTAKES = [
    (
        "shallow clone", {}, ["check", "--base", "HEAD~1"],
        ("error: --base HEAD~1 names no commit of this clone\n"
        "  In GitHub Actions set `fetch-depth: 0` for actions/checkout; elsewhere `git fetch --unshallow`\n"),
    ),
    (
        "wrong path", {}, ["check", "nope.yaml"],
        "error: nope.yaml does not exist\n  Paths are relative to the current folder\n",
    ),
    (
        "bad settings", {SETTINGS: "polices: {}\n"}, ["check", "--all"],
        "error: .policygate/config.yaml:1:1: unknown key `polices`\n   |\n 1 | polices\n   | ^^^^^^^\n  Did you mean `policies`?\n",
    ),
    (
        "bad policy", {POLICY: "apiVersion: policygate.dev/v1\nkind: Policy\nmetdata: {}\n"}, ["check", "--all"],
        "error: .policygate/policies/own.yaml:3:1: unknown key `metdata`\n   |\n 3 | metdata\n   | ^^^^^^^\n  Did you mean `metadata`?\n",
    ),
    (
        "unknown id", {}, ["check", "--select", "host-netwrk"],
        "error: there is no policy or pack `host-netwrk`\n  Did you mean `host-network`?\n",
    ),
    (
        "not a manifest", {"note.txt": "hello\n"}, ["check", "--require-input", "note.txt"],
        ("error: no manifest was judged, and --require-input asks for one\n"
        "  Name files that hold manifests, or see `files` in .policygate/config.yaml.\n"),
    ),
    (
        "no base to go back to", {}, ["fix"],
        "error: there is no base to go back to\n  Name one: --base REV\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "arguments", "said"), [each[1:] for each in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_a_mistake_says_how_to_mend_it(
    files: dict[str, str],
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The exit code is 2, and standard error holds the message, its hint, and nothing else."""
    full = Repo.init(tmp_path / "full")
    full.commit({"a.yaml": MAP})
    full.commit({"a.yaml": MAP, **files})
    repo = Repo.clone(full, tmp_path / "clone", "--depth=1")
    repo.git("remote", "remove", "origin")
    _in(repo.path, arguments, monkeypatch)
    assert _run() == 2
    shown = capsys.readouterr().err
    assert shown == said


def test_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a repository the hint says how to judge files all the same."""
    _in(tmp_path, ["check"], monkeypatch)
    assert _run() == 2
    assert capsys.readouterr().err == (
        f"error: {tmp_path} is not in a git repository\n"
        "  Name files to judge them without git: policygate check PATH\n"
    )


def test_not_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in another encoding is a finding at its line or is named as not judged, and never a silent pass."""
    (tmp_path / "a.yaml").write_bytes(MAP.replace("name: a", "name: \xe9").encode("latin-1"))
    _in(tmp_path, ["check", "a.yaml", "--format", "concise"], monkeypatch)
    assert _run() == 1
    assert capsys.readouterr().out.startswith(
        "a.yaml:3:12: error[resource-name-invalid] the name \ufffd may hold small letters, digits, "
    )


def test_an_expired_waiver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is an error in every pull request, with its line, its age and what may be done about it."""
    repo = Repo.init(tmp_path)
    repo.commit({"a.yaml": OPEN, FILE: WAIVER})
    repo.switch("pr", "main")
    repo.commit({"notes.txt": "x"})
    _in(tmp_path, ["check", "--base", "main", "--today", "2026-03-01"], monkeypatch)
    assert _run() == 1
    said, fix = capsys.readouterr().out.split("\n   = fix: ")
    assert said == (
        "error[waiver-expired]: the waiver of host-network expired on 2026-01-20, 40 days ago\n"
        "  --> .policygate/waivers/web.yaml:1:1"
    )
    assert fix.startswith("Restore what the waiver excuses and remove it; or extend it, ")


def _in(folder: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    env = clean_env()
    for name in os.environ.keys() - env.keys():
        monkeypatch.delenv(name)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["policygate", *arguments])


def _as_nobody(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command as another user, who must be able to read the interpreter and this tree."""
    libraries = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    found = {**clean_env(), "PYTHONPATH": libraries, "HOME": "/", **env}
    return subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", "/usr/bin/python3", "-m", "policygate", *arguments],
        cwd=folder, env=found, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def foreign() -> Iterator[Repo]:
    """A repository that another user can enter, and does not own."""
    if os.name == "nt" or os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs to become another user")
    # The folders of pytest are nobody else's.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        repo = Repo.init(Path(folder) / "repo")
        repo.commit({"a.yaml": MAP})
        if _as_nobody(repo.path, "--version").returncode:
            pytest.skip("another user cannot run this Python")
        yield repo


def test_permission_denied(foreign: Repo) -> None:
    """A file that this user may not read ends the run, with its name."""
    (foreign.path / "a.yaml").chmod(0o600)
    trusted = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}  # fmt: skip
    done = _as_nobody(foreign.path, "check", "a.yaml", **trusted)
    assert done.returncode == 2
    assert done.stderr == (
        "error: a.yaml cannot be read: Permission denied\n"
        "  Let this user read it, or run policygate as the owner of the files\n"
    )


def test_a_repository_of_somebody_else(foreign: Repo) -> None:
    """What git does not trust is said as what it is, with the line that trusts it."""
    done = _as_nobody(foreign.path, "check")
    assert done.returncode == 2
    assert done.stderr == (
        f"error: {foreign.path} belongs to another user, so git does not read it\n"
        f"  If you trust it: git config --global --add safe.directory {foreign.path}\n"
    )
