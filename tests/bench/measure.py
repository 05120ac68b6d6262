"""Measures of the benchmark: jobs timed in turns, the memory of a process, rows of ratios.

Not for saying how fast anything is: the machine is shared, so only ratios of things that were
measured side by side in the same run mean something.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

Job: TypeAlias = "Callable[[], object]"
Seconds: TypeAlias = list[float]
"""What one job took in every run, in the order of the runs."""

MISSED: Final = "NO"

_PEAK: Final = """
import json, os, resource, sys
null = os.open(os.devnull, os.O_WRONLY)
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
_, status, usage = os.wait4(pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_maxrss]))
"""
"""A small process in between: a child's peak starts at the size of the process that started it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        what: What was measured.
        baseline: What it is held against, measured in the same run.
        ratio: What divided by baseline; None when there is nothing to divide by.
        at_most: The target, an upper bound; None without one.
        at_least: The target, a lower bound; None without one.
        note: What else is worth knowing, one line.
    """

    what: str
    baseline: str
    ratio: float | None
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def target(self) -> str:
        """The target as text, or `-`."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "-" if self.at_most is None else f"<= {self.at_most:g}"

    @property
    def met(self) -> str:
        """`yes`, `NO`, or `-` without a target."""
        if self.ratio is None or self.target == "-":
            return "-"
        low = self.at_least is not None and self.ratio < self.at_least
        high = self.at_most is not None and self.ratio > self.at_most
        return MISSED if low or high else "yes"

    def cells(self) -> tuple[str, ...]:
        """The line as five columns, as `HEAD` names them."""
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        return self.what, self.baseline, ratio, self.target, self.met


HEAD: Final = ("what", "baseline (same run)", "ratio", "target", "met")


def table(rows: Sequence[Row]) -> str:
    """Lay rows out in columns, each note under its row."""
    widths = [
        max(map(len, column)) for column in zip(HEAD, *(r.cells() for r in rows), strict=True)
    ]

    def line(cells: tuple[str, ...]) -> str:
        return "  ".join(f"{c:{w}}" for c, w in zip(cells, widths, strict=True)).rstrip()

    lines = [line(HEAD), line(tuple("-" * width for width in widths))]
    for row in rows:
        lines.append(line(row.cells()))
        if row.note:
            lines.append(f"    {row.note}")
    return "\n".join(lines) + "\n"


def in_turns(runs: int, *jobs: Job) -> list[Seconds]:
    """Time jobs one after the other, `runs` times, each round starting with another job."""
    took: list[Seconds] = [[] for _ in jobs]
    for round_ in range(runs):
        for step in range(len(jobs)):
            at = (round_ + step) % len(jobs)
            start = time.perf_counter()
            jobs[at]()
            took[at].append(time.perf_counter() - start)
    return took


def ratio(ours: Seconds, theirs: Seconds) -> float:
    """The median of the ratios of neighbours in time: load that comes and goes hits both."""
    return median(a / b for a, b in zip(ours, theirs, strict=True))


def spread(ours: Seconds, theirs: Seconds) -> str:
    """The least and the greatest ratio, for judging whether a median means anything."""
    each = [a / b for a, b in zip(ours, theirs, strict=True)]
    return f"{min(each):.2f}-{max(each):.2f} in {len(each)} runs"


def process(
    command: Sequence[str],
    folder: Path,
    env: Mapping[str, str],
    ends_with: tuple[int, ...] = (0, 1),
) -> Job:
    """A job that runs a command to its end.

    Args:
        command: What to run.
        folder: Where.
        env: Its environment.
        ends_with: Its exit codes: 0 is nothing found, 1 something.

    Raises (the job):
        RuntimeError: It ended with another exit code.
    """

    def job() -> None:
        done = subprocess.run(
            command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )  # fmt: skip
        if done.returncode not in ends_with:
            said = done.stderr.decode(errors="replace")[-500:]
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {said}")

    return job


def peak_memory(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> int:
    """Run a command and return the most memory it held resident, in KiB on Linux."""
    launcher = [sys.executable, "-S", "-c", _PEAK, *command]
    done = subprocess.run(launcher, cwd=folder, env=env, capture_output=True, text=True, check=True)
    code, peak = json.loads(done.stdout)
    if code not in (0, 1):
        raise RuntimeError(f"{command[0]} ended with {code}")
    return int(peak)
