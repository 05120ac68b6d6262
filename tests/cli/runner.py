"""Run the command as a process, in a repository."""

from __future__ import annotations

import subprocess
import sys

from tests.repo import Repo


def run(repo: Repo, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `policygate` where the repository is, with its environment."""
    return subprocess.run(
        [sys.executable, "-m", "policygate", *arguments],
        cwd=repo.path,
        env=repo.env,
        capture_output=True,
        text=True,
        check=False,
    )
