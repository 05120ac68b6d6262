"""Failure drills that need much room or time: huge changes, big blobs, full and read-only disks, kills.

By hand, with the Python that policygate is installed in; those of file systems need root:

    python tests/bench/drills.py [--folder DIR] [--only many,big,…]

Each line is one run: what was done, the exit code it must and did end with, seconds and peak memory
here and now, the first line on standard error. Exit code 1 when one is not as it must be: another
exit code, a traceback, or something lost. What is cheap is a test as well (`tests/test_drills.py`).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # after an installed policygate, which is what is measured

from tests.bench import material  # noqa: E402 (the line above finds it)
from tests.repo import Repo  # noqa: E402

# A small process in between: a child's peak starts at the size of the process that started it.
PEAK = """
import json, os, sys
null = os.open(os.devnull, os.O_RDWR)
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)])
_, status, usage = os.wait4(pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_maxrss]))
"""
PROGRAM = [sys.executable, "-m", "policygate"]
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: %s\n  containers: [{name: web, image: 'web:1'}]\n"
MIB = 1 << 20
BAD = ("Traceback", "crashed")
WAIVE = (
    *("waive", "host-network", "--resource", "Pod/web", "--until", "7d"),
    *("--reason", "a night of trouble", "--owner", "@a", "--base", "origin/main"),
)


class Ran(NamedTuple):
    """One run: what, the exit codes that are right, and what came of it."""

    what: str
    right: tuple[int, ...]
    code: int
    seconds: float = 0.0
    peak: int = 0
    said: str = ""
    lost: str = ""

    @property
    def good(self) -> bool:
        """Whether it is as it must be."""
        return self.code in self.right and not self.lost and not any(b in self.said for b in BAD)

    def line(self) -> str:
        """The line of the table."""
        first = next((each for each in self.said.splitlines() if each.strip()), "")
        right = "/".join(map(str, self.right))
        return (
            f"{'ok ' if self.good else 'BAD'} {self.what:58} {right:>5} {self.code:>4}"
            f" {self.seconds:7.1f} s {self.peak >> 10:6} MiB  {(self.lost or first)[:150]}"
        )


def run(
    repo: Repo,
    what: str,
    right: tuple[int, ...],
    *arguments: str,
    env: Mapping[str, str] | None = None,
) -> Ran:
    """Run policygate to its end; what git holds for it meanwhile counts as well."""
    command = [sys.executable, "-S", "-c", PEAK, *PROGRAM, *arguments]
    start = time.monotonic()
    done = subprocess.run(
        command, cwd=repo.path, env=repo.env if env is None else env, capture_output=True, check=True
    )  # fmt: skip
    code, peak = json.loads(done.stdout)
    return Ran(what, right, code, time.monotonic() - start, peak, done.stderr.decode())


def small(folder: Path) -> Repo:
    """A pull request that opens the network; what is right is exit 1."""
    base = {"a.yaml": (POD % "false").encode(), ".policygate/config.yaml": b"gate: {}\n"}
    return material.repository(folder, base, {"a.yaml": (POD % "true").encode()})


def many(folder: Path) -> Iterator[Ran]:
    """A pull request of 50,000 changed files, and one changed among as many."""
    number = 50_000
    before, after = (material.files(number, changed=changed) for changed in (False, True))
    repo = material.repository(folder / "all", before, after)
    yield run(repo, f"{number:,} changed files", (1,), "check")
    yield run(repo, "the same, as JSON", (1,), "check", "--format", "json")
    repo.git("reset", "-q", "--hard", "origin/main")
    repo.commit(dict(itertools.islice(after.items(), 1)))
    for more in ((), ("--staged",), ("--format", "json")):
        yield run(repo, f"1 changed of {number:,}: {' '.join(more)}", (1,), "check", *more)


def big(folder: Path) -> Iterator[Ran]:
    """2 GB of blobs beside manifests, and manifests beyond every bound."""
    repo = small(folder / "blobs")
    for at in range(8):
        with (repo.path / f"blob-{at}.bin").open("wb") as file:
            for _ in range(8):
                file.write(os.urandom(32 * MIB))
    yield run(repo, "2 GB untracked beside manifests", (1,), "check")
    yield run(repo, "the same, as JSON", (1,), "check", "--format", "json")
    repo.git("-c", "core.compression=0", "add", "--all")
    yield run(repo, "2 GB staged", (1,), "check", "--staged")
    repo.commit()
    for more in ((), ("--format", "json"), ("--all",)):
        yield run(repo, f"2 GB committed: {' '.join(more)}", (1,), "check", *more)
    yield from _beyond(folder)


def _beyond(folder: Path) -> Iterator[Ran]:
    part = (POD % "false").encode() + b"---\n"
    huge = part * (300 * MIB // len(part))
    line = b'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"' + b"x" * (64 * MIB)  # fmt: skip
    sixty = b"[" * MIB * 64
    for name, data in (("huge.yaml", huge), ("line.json", line + b'"}}'), ("deep.json", sixty)):
        repo = small(folder / name)
        repo.write(name, data)
        what = f"{name}, {len(data) // MIB} MiB"
        yield run(repo, what, (1,), "check")
        yield run(repo, f"{what}, named", (1, 2), "check", name)
        repo.commit()
        yield run(repo, f"{what}, committed, as JSON", (1,), "check", "--format", "json")
    fifteen = part * (15 * MIB // len(part))
    repo = small(folder / "fifteen")
    repo.write("fifteen.yaml", fifteen)
    yield run(repo, "one YAML file of 15 MiB", (1,), "check")


def disks(folder: Path) -> Iterator[Ran]:
    """A file system that takes nothing, and one that is full."""
    repo = small(folder / "read-only")
    mounted = str(repo.path)
    subprocess.run(["mount", "--bind", mounted, mounted], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", mounted], check=True)
    home = {**repo.env, "HOME": mounted, "XDG_CACHE_HOME": f"{mounted}/cache"}
    try:
        yield run(repo, "read-only checkout and home: check", (1,), "check", env=home)
        yield run(repo, "…: check --staged", (1,), "check", "--staged", env=home)
        yield run(repo, "…: a report", (2,), "check", "--format", "json=r.json", env=home)
        yield run(repo, "…: waive", (2,), *WAIVE, env=home)
        yield run(repo, "…: init", (2,), "init", env=home)
    finally:
        subprocess.run(["umount", mounted], check=True)
    place = folder / "full"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)], check=True)
    try:
        yield from _full(place)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def _full(place: Path) -> Iterator[Ran]:
    repo = small(place / "repo")
    run(repo, "", (0,), *WAIVE)
    kept = _files(repo)
    with (place / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            pass
    env = {**repo.env, "HOME": str(place), "XDG_CACHE_HOME": f"{place}/cache"}
    (repo.path / "r.json").touch()
    for what, right, arguments in (
        ("check", (1,), ("check",)),
        ("a report", (2,), ("check", "--format", "json=r.json")),
        ("waive again", (2,), WAIVE),
        ("init --adopt", (2,), ("init", "--adopt")),
    ):
        ran = run(repo, f"full disk: {what}", right, *arguments, env=env)
        yield ran._replace(lost=_lost(kept, repo))


def _files(repo: Repo) -> dict[str, bytes]:
    return {
        name: (repo.path / name).read_bytes()
        for name in repo.git("ls-files", "-co", "--exclude-standard").splitlines()
    }


def _lost(kept: Mapping[str, bytes], repo: Repo) -> str:
    now = _files(repo)
    return ", ".join(f"{name} is lost" for name, data in kept.items() if now.get(name) != data)


def surroundings(folder: Path) -> Iterator[Ran]:
    """No home, and clocks that are years off."""
    repo = small(folder / "around")
    bare = {"PATH": os.environ["PATH"]}
    yield run(repo, "an environment of PATH alone", (1,), "check", env=bare)
    yield run(repo, "no home that is there", (1,), "check", env={**repo.env, "HOME": "/nowhere"})
    for today in ("1970-01-01", "2100-01-01", "9999-12-31"):
        yield run(repo, f"today is {today}", (1,), "check", "--today", today)
    for name, seconds in (("1980", 315532800), ("2107", 4323456000)):
        os.utime(repo.path / "a.yaml", (seconds, seconds))
        yield run(repo, f"files of {name}", (1,), "check")


def together(folder: Path) -> Iterator[Ran]:
    """Eight runs in one checkout at a time, while others commit and collect garbage."""
    repo = small(folder / "together")
    base = material.files(300, changed=False)
    repo.commit(base)
    stop = folder / "stop"
    script = f"while [ ! -e {stop} ]; do echo $RANDOM >n.txt; git add n.txt; git commit -qm x --no-verify; done"
    collect = f"while [ ! -e {stop} ]; do git gc -q; git repack -qad; done"
    others = [
        subprocess.Popen(["bash", "-c", each], cwd=repo.path, env=_identity(repo), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for each in (script, collect)
    ]  # fmt: skip
    try:
        for round_ in range(4):
            yield from _eight(repo, round_)
    finally:
        stop.touch()
        for each in others:
            each.wait()
    fsck = repo.run("fsck", "--full")
    yield Ran("git fsck afterwards", (0,), fsck.returncode, said=fsck.stderr)


def _identity(repo: Repo) -> dict[str, str]:
    names = {f"GIT_{who}_NAME": "T" for who in ("AUTHOR", "COMMITTER")}
    return {**repo.env, **names, **{key.replace("NAME", "EMAIL"): "t@e.org" for key in names}}


def _eight(repo: Repo, round_: int) -> Iterator[Ran]:
    more = (("check",), ("check", "--staged"), ("check", "--head", "HEAD"), ("check", "--all"))
    started = time.monotonic()
    running = [
        (each, subprocess.Popen([*PROGRAM, *each], cwd=repo.path, env=repo.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        for each in (*more, *more)
    ]  # fmt: skip
    for each, process in running:
        _, said = process.communicate()
        took = time.monotonic() - started
        # What commits and collects meanwhile may take away what is read; that is an error, no pass.
        yield Ran(f"round {round_}: {' '.join(each)}", (1, 2), process.returncode, took, 0, said)


def killed(folder: Path) -> Iterator[Ran]:
    """Kill at any moment: nothing is half there, nothing of before is lost, the next run goes well."""
    report = folder / "report.json"
    commands = (
        ("waive", WAIVE),
        ("init --adopt", ("init", "--adopt")),
        ("check --format json=FILE", ("check", "--format", f"json={report}")),
    )
    for name, arguments in commands:
        repo = small(folder / name.replace(" ", "-").replace("=", "-"))
        run(repo, "", (0,), *arguments)  # what is there must not be lost
        kept = _files(repo)
        before = report.read_bytes() if report.exists() else b""
        lost = ""
        rounds = 40
        for at in range(rounds):
            process = subprocess.Popen([*PROGRAM, *arguments], cwd=repo.path, env=repo.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
            time.sleep(0.02 * at)
            process.send_signal(signal.SIGKILL)
            process.wait()
            lost = lost or _lost(kept, repo) or _half(repo, report, before)
        done = run(repo, f"{rounds} times kill -9 in {name}, then check", (0, 1), "check")
        locks = [str(each) for each in (repo.path / ".git").rglob("*.lock")]
        yield done._replace(lost=lost or ", ".join(locks))


def _half(repo: Repo, report: Path, before: bytes) -> str:
    if before and json.loads(report.read_text())["outcome"] != json.loads(before)["outcome"]:
        return "the report is another"
    empty = [name for name, data in _files(repo).items() if not data]
    return f"{empty[0]} is empty" if empty else ""


DRILLS: Mapping[str, Callable[[Path], Iterator[Ran]]] = {
    "many": many,
    "big": big,
    "disks": disks,
    "surroundings": surroundings,
    "together": together,
    "killed": killed,
}


def main() -> int:
    """Do them, print each line as it comes, and say by the exit code whether all is as it must be."""
    parser = argparse.ArgumentParser(description="Failure drills that need much room or time.")
    parser.add_argument("--folder", type=Path, help="where to make repositories: 6 GB are needed")
    parser.add_argument("--only", default=",".join(DRILLS), help="comma-separated: %(default)s")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(DRILLS):
        parser.error(f"no such drill: {', '.join(sorted(unknown))}")
    bad = 0
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="drill-", dir=options.folder) as folder:
            for ran in DRILLS[name](Path(folder)):
                print(ran.line(), flush=True)
                bad += not ran.good
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
