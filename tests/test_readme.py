"""What the README tells its readers to do works, and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.test_cli import run

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
CHAPTER = README.split("## Write your first policy in five minutes")[1]
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", CHAPTER, re.DOTALL)
FIRST = ".policygate/policies/team-label-missing.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A folder with the policies of the chapter."""
    folder = tmp_path / ".policygate" / "policies"
    folder.mkdir(parents=True)
    for language, text in BLOCKS:
        if language in {"yaml", "python"}:
            named = re.search(r"metadata: \{name: ([a-z-]+)\}|\bdef (replicas_odd)", text)
            assert named is not None
            suffix = ".yaml" if language == "yaml" else ".py"
            (folder / f"{named[1] or named[2]}{suffix}").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_policies_of_the_readme_are_good(repo: Path) -> None:
    """All three are as expected, and nothing is advised, however strictly it is asked."""
    done = run(repo, "test", "--strict", ".policygate/policies")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "3 policies, 6 examples: all as expected\n"


def test_the_printed_outputs_are_real(repo: Path) -> None:
    """The first policy prints what is shown, as it is and with the mistake that the text proposes."""
    shown = [text.split("\n", 1)[1] for language, text in BLOCKS if language == "console"]
    done = run(repo, "test", FIRST)
    assert done.stdout + done.stderr == shown[0]
    file = repo / FIRST
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("object.metadata.?labels", "object.metdata.?labels"))
    done = run(repo, "test", FIRST)
    assert done.stdout + done.stderr == shown[1]
