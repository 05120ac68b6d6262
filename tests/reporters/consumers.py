"""The programs that our formats are for, where they are installed: tests skip without them.

`.ci/fetch-sarif-multitool` fetches the Multitool; reviewdog is taken from the path alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_CACHE = Path(__file__).parents[2] / ".ci" / "bin" / "sarif-multitool"
MULTITOOL = shutil.which("Sarif.Multitool", path=f"{_CACHE}{os.pathsep}{os.environ['PATH']}")
REVIEWDOG = shutil.which("reviewdog")
SARIF_SCHEMA = _CACHE / "sarif-2.1.0.json"

needs_multitool = pytest.mark.skipif(
    MULTITOOL is None, reason="no SARIF Multitool: run .ci/fetch-sarif-multitool"
)
needs_sarif_schema = pytest.mark.skipif(
    not SARIF_SCHEMA.is_file(), reason="no schema of SARIF: run .ci/fetch-sarif-multitool"
)
needs_reviewdog = pytest.mark.skipif(REVIEWDOG is None, reason="no reviewdog on the path")


def objections(folder: Path) -> list[str]:
    """What the Multitool says of every SARIF file in a folder, by its own rules and by GitHub's."""
    assert MULTITOOL is not None
    command = [MULTITOOL, "validate", *map(str, sorted(folder.glob("*.sarif")))]
    command += ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]
    env = os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    assert "Analysis completed successfully." in done.stdout, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    return [line for line in lines if ": error " in line or ": warning " in line]


def through_reviewdog(folder: Path, rdjson: str) -> str:
    """What reviewdog has understood, in its own words: the same format, written by it."""
    assert REVIEWDOG is not None
    command = [REVIEWDOG, "-f=rdjson", "-reporter=rdjson", "-filter-mode=nofilter"]
    env = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        command, input=rdjson, cwd=folder, capture_output=True, text=True, check=False, env=env
    )
    assert done.stderr == ""
    return done.stdout
