"""This project as others get it: a commit of its own, and the package index to install it from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.repo import Repo, clean_env

ROOT = Path(__file__).resolve().parent.parent


def copy_of_project(path: Path) -> Repo:
    """Commit the working tree as it is, without what git ignores, to a new repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        env=clean_env(),
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout of the project")
    repo = Repo.init(path)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, path / name)
    repo.commit(message="the working tree")
    return repo


@cache
def _index_answers() -> bool:
    asked = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--no-deps"]
    patience = ["--ignore-installed", "--retries=0", "--timeout=15"]
    done = subprocess.run([*asked, *patience, "hatchling"], capture_output=True, check=False)
    return done.returncode == 0


def require_index() -> None:
    """Skip when no package index can be reached; in CI that is a failure of what needs it."""
    if not os.environ.get("CI") and not _index_answers():
        pytest.skip("pip reaches no package index to build an environment from")
