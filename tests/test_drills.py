"""What goes wrong around the gate: no wrong pass, no traceback, nothing lost.

The drills that need much room or time (50,000 changed files, a repository of 2 GB) are run by hand: `tests/bench/drills.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from policygate.cli import writing
from policygate.errors import UsageError
from policygate.model import Change
from policygate.surroundings import Surroundings
from tests.bench import material
from tests.cli.runner import run
from tests.memory import SHIPPED, compare_trees
from tests.repo import Repo

POD: Final = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: %s\n  containers: [{name: web, image: 'web:1'}]\n"
CHECK: Final = ("check", "--base", "main")
PROGRAM: Final = [sys.executable, "-m", "policygate", *CHECK]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository whose branch opens the network; what is right is exit 1."""
    made = Repo.init(tmp_path / "repo")
    made.commit({"a.yaml": POD % "false", ".policygate/config.yaml": "gate: {}\n"}, "base")
    made.switch("pr", "main")
    made.commit({"a.yaml": POD % "true"}, "change")
    return made


def _says(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The gate could not do its job, and says why in words for people."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "crashed" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_full_disk_is_no_verdict(repo: Repo) -> None:
    """A report that could not be written is an error, on standard output as in a file."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    _says(
        run(repo, *CHECK, "--format", "json=/dev/full"), "cannot write /dev/full", "No space left"
    )
    done = subprocess.run(
        f"{' '.join(PROGRAM)} > /dev/full",
        shell=True, cwd=repo.path, env=repo.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    _says(done, "cannot write to standard output")


def test_a_folder_that_takes_nothing_is_no_verdict(repo: Repo) -> None:
    """Nor is a report whose folder is not there; the others of the run are complete or absent."""
    done = run(repo, *CHECK, "--format", "json=there.json", "--format", "text=/proc/no/report.txt")
    _says(done, "cannot write /proc/no/report.txt")
    there = repo.path / "there.json"
    assert not there.exists() or json.loads(there.read_text())["outcome"] == "block"


@pytest.mark.parametrize("how", ["write", "append", "new"])
def test_a_full_disk_takes_nothing_that_is_there(tmp_path: Path, how: str) -> None:
    """What `waive` and `init` write is whole or not there, what it was to replace stays, and they say why."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "folder" / "file.yaml"
    if how != "new":
        path.parent.mkdir()
        path.write_text("before\n")
    put: dict[str, Callable[..., None]] = {
        "write": writing.write,
        "append": writing.append,
        "new": partial(writing.write, new=True),
    }
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))  # a disk with so much room
    try:
        with pytest.raises(UsageError, match=r"cannot write .*file\.yaml: File too large"):
            put[how](tmp_path, path, "x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(path.parent.iterdir()) == ([] if how == "new" else [path])
    assert how == "new" or path.read_text() == "before\n"


@pytest.mark.parametrize(
    "drop", [("HOME",), ("HOME", "XDG_CACHE_HOME", "TMPDIR", "USER", "LANG", "LC_ALL")]
)
def test_no_home_is_none_of_its_business(repo: Repo, drop: tuple[str, ...]) -> None:
    """The verdict is the same without a home."""
    for name in drop:
        repo.env.pop(name, None)
    done = run(repo, *CHECK)
    assert (done.returncode, done.stderr) == (1, "")


def _break(cache: Path, how: str) -> None:
    folder = cache / "policygate"
    if how == "a file":
        cache.write_text("no folder")
    elif how == "a link to nowhere":
        cache.symlink_to("nowhere/at/all")
    elif how == "a link to itself":
        cache.symlink_to(cache.name)
    elif how == "a name that is too long":
        return
    else:
        folder.mkdir(parents=True)
        (folder / "0").write_bytes(os.urandom(100))


@pytest.mark.parametrize(
    "how",
    ["a file", "a link to nowhere", "a link to itself", "rubbish in it", "a name that is too long"],
)
def test_a_broken_cache_changes_nothing(repo: Repo, tmp_path: Path, how: str) -> None:
    """It only saves time."""
    cache = tmp_path / ("x" * 300 if how == "a name that is too long" else "cache")
    _break(cache, how)
    repo.env["XDG_CACHE_HOME"] = str(cache)
    for _ in range(2):
        done = run(repo, *CHECK)
        assert (done.returncode, done.stderr) == (1, "")


def _git(folder: Path, script: str) -> str:
    """A PATH that has another git alone."""
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    return str(folder)


def test_git_that_is_missing_is_named(repo: Repo, tmp_path: Path) -> None:
    """Without git there is no base."""
    (tmp_path / "empty").mkdir()
    repo.env["PATH"] = str(tmp_path / "empty")
    _says(run(repo, *CHECK), "git")


def test_git_that_is_too_old_is_named(repo: Repo, tmp_path: Path) -> None:
    """An option that it does not know is no answer of a repository."""
    real = shutil.which("git")
    script = f'case "$*" in *--path-format*) echo "unknown option" >&2; exit 129;; --version) echo "git version 2.20.1";; *) exec {real} "$@";; esac'
    repo.env["PATH"] = f"{_git(tmp_path / 'old', script)}:/usr/bin:/bin"
    _says(run(repo, *CHECK), "git")


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$", "exec sleep 0", "echo rubbish"])
def test_git_that_fails_is_no_pass(repo: Repo, tmp_path: Path, script: str) -> None:
    """Whatever it does instead of its work."""
    repo.env["PATH"] = f"{_git(tmp_path / 'bad', script)}:/usr/bin:/bin"
    _says(run(repo, *CHECK))


def test_git_that_dies_in_the_middle_is_no_pass(repo: Repo, tmp_path: Path) -> None:
    """The process that gives out the files is killed after it was started."""
    real = shutil.which("git")
    script = (
        f'case "$*" in *cat-file*) head -c 10 >/dev/null; kill -9 $$;; *) exec {real} "$@";; esac'
    )
    repo.env["PATH"] = f"{_git(tmp_path / 'dying', script)}:/usr/bin:/bin"
    _says(run(repo, *CHECK))


def test_a_damaged_object_is_no_pass(repo: Repo) -> None:
    """A blob of the base that cannot be read is an error, never an empty file."""
    oid = repo.rev("main:a.yaml")
    blob = repo.path / ".git/objects" / oid[:2] / oid[2:]
    blob.chmod(0o644)
    blob.write_bytes(b"rubbish")
    _says(run(repo, *CHECK), f"the blob {oid}")


@pytest.mark.parametrize("after", [0.05, 0.2, 0.4])
def test_killed_in_the_middle_it_leaves_nothing_behind(repo: Repo, after: float) -> None:
    """No lock, no half a report that reads as a whole one, and the next run says what it would have said."""
    before = repo.git("status", "--porcelain", "--ignored")
    process = subprocess.Popen(
        [*PROGRAM, "--format", "json=../report.json"], cwd=repo.path, env=repo.env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    report = repo.path.parent / "report.json"
    assert not report.exists() or json.loads(report.read_text())["outcome"] == "block"
    assert repo.git("status", "--porcelain", "--ignored") == before
    assert not list((repo.path / ".git").rglob("*.lock"))
    assert run(repo, *CHECK).returncode == 1


def test_many_runs_in_one_checkout_say_the_same(repo: Repo) -> None:
    """Nothing is shared that one could spoil for another, also where all of them write the cache first."""
    processes = [
        subprocess.Popen(PROGRAM, cwd=repo.path, env=repo.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(6)
    ]  # fmt: skip
    said = {(*process.communicate(), process.returncode) for process in processes}
    assert len(said) == 1
    ((_, err, code),) = said
    assert (err, code) == (b"", 1)


@pytest.mark.parametrize("today", ["1970-01-01", "2026-01-15", "9999-12-31"])
def test_a_wrong_clock_is_no_pass(repo: Repo, today: str) -> None:
    """A waiver of another day than the clock's neither counts in advance nor for ever; all else has no clock."""
    waiver = "policy: host-network\nresource: Pod/web\nreason: x\nowner: '@a'\nopened: 2026-01-10\nexpires: 2026-01-12\n"
    repo.commit({".policygate/waivers/w.yaml": waiver}, "waiver")
    done = run(repo, *CHECK, "--today", today)
    assert (done.returncode, done.stderr) == (1, "")


def test_what_changes_while_it_is_read_is_no_crash(repo: Repo) -> None:
    """Files come and go in a worktree."""
    stop = "while :; do rm -f b.yaml; cp a.yaml b.yaml; done"
    other = subprocess.Popen(["sh", "-c", stop], cwd=repo.path, stderr=subprocess.DEVNULL)
    try:
        for _ in range(5):
            done = run(repo, *CHECK)
            assert done.returncode in (1, 2)
            assert "Traceback" not in done.stderr
            assert "crashed" not in done.stderr
    finally:
        other.kill()
        other.wait()


def test_no_network_is_asked(repo: Repo) -> None:
    """Where there is none, as for the read-only job of a fork, the answer is the same."""
    alone = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("needs a network namespace of its own")
    there = run(repo, *CHECK)
    done = subprocess.run(
        [*alone, *PROGRAM], cwd=repo.path, env=repo.env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (there.returncode, there.stdout) == (1, there.stdout)


def test_many_changes_are_each_looked_at_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No policy walks through all changes for every one of them: twice as many are twice the work."""
    walked = 0
    changes_of = Surroundings.changes_of

    class Counted(list[Change]):
        def __iter__(self) -> Iterator[Change]:
            nonlocal walked
            walked += len(self)
            return super().__iter__()

    kept: dict[int, tuple[object, Counted]] = {}  # the first keeps the number its own

    def counting(self: Surroundings, kind: str) -> Sequence[Change]:
        found = changes_of(self, kind)
        return kept.setdefault(id(found), (found, Counted(found)))[1]

    monkeypatch.setattr(Surroundings, "changes_of", counting)
    took = []
    for number in (12, 24):
        walked = 0
        base, head = (material.files(number, changed=changed) for changed in (False, True))
        renamed = {path: data.replace(b"app-", b"other-") for path, data in head.items()}
        assert compare_trees(base, head, policies=SHIPPED).counts.changed == number
        assert compare_trees(base, renamed, policies=SHIPPED).counts.changed == number
        took.append(walked)
    assert took[0]  # else nothing was counted
    assert took[1] <= 2 * took[0]
