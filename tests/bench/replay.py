"""Replay real pull requests through real git repositories and the real command.

By hand:

    python tests/bench/replay.py ../shared/corpus/replays/*.jsonl [--show N] [--out FOLDER]

Every row becomes a repository with a base commit and a pull-request commit; the command judges it.
Prints the counts: pull requests, findings by status and policy, faults, seconds a pull request.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ENV = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "GITHUB_"))} | {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c",
    "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
}  # fmt: skip


def git(folder: str, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=ENV, check=True, capture_output=True)


def write(folder: str, path: str, text: str | None) -> None:
    file = Path(folder, path)
    if text is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8", "surrogatepass"))


def replay(row: dict[str, Any]) -> tuple[dict[str, Any] | None, str, float, int]:
    """Make the repository, run the command; return its JSON report, its text, seconds, exit code."""
    with tempfile.TemporaryDirectory() as folder:
        git(folder, "init", "-q", "-b", "main")
        for file in row["files"]:
            if file["old"] is not None:
                write(folder, file["old_path"] or file["path"], file["old"])
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "--allow-empty", "-m", "base")
        git(folder, "checkout", "-q", "-b", "pull-request")
        for file in row["files"]:
            if file["old"] is not None and (
                file["new"] is None or file["old_path"] not in (None, file["path"])
            ):
                Path(folder, file["old_path"] or file["path"]).unlink(missing_ok=True)
        for file in row["files"]:
            if file["new"] is not None:
                write(folder, file["path"], file["new"])
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "--allow-empty", "-m", "head")
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "policygate", "check", "--base", "main", "--head", "HEAD", "--format", "text", "--format", "json=report.json"],
            cwd=folder, env=ENV, capture_output=True, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        report_file = Path(folder, "report.json")
        report = json.loads(report_file.read_text()) if report_file.exists() else None
        return report, done.stdout.decode() + done.stderr.decode(), seconds, done.returncode


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--out", help="write the text of every pull request into this folder")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    policies: Counter[tuple[str, str]] = Counter()
    seconds: list[float] = []
    for file in options.files:
        for row in map(json.loads, Path(file).read_text(encoding="utf-8").splitlines()):
            report, text, took, code = replay(row)
            seconds.append(took)
            counts["pull requests"] += 1
            counts[f"exit {code}"] += 1
            for finding in report["findings"] if report else ():
                counts[finding["status"]] += 1
                policies[finding["policy"], finding["status"]] += 1
            counts["faults"] += len(report["faults"]) if report else 1
            counts["not judged"] += len(report["not_judged"]) if report else 0
            if options.out:
                out = Path(options.out, f"{Path(file).stem}-{row['commit'][:10]}-{code}.txt")
                out.parent.mkdir(parents=True, exist_ok=True)
                label = {
                    k: row.get(k)
                    for k in ("repo", "subject", "verdict", "kind", "what", "strength")
                }
                out.write_text(json.dumps(label) + "\n\n" + text)
    for name, number in sorted(counts.items()):
        print(f"{number:7} {name}")
    for (policy, status), number in sorted(policies.items()):
        print(f"{number:7} {policy} {status}")
    seconds.sort()
    print(
        f"seconds a pull request: median {seconds[len(seconds) // 2]:.3f}, most {seconds[-1]:.3f}"
    )


if __name__ == "__main__":
    main()
