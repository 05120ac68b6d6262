"""`policygate check --format markdown`: a summary is written whatever comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_cli import opened, run

GITHUB = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "example/fleet"}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """See `opened`."""
    return opened(tmp_path)


@pytest.mark.parametrize(
    ("options", "code", "verdict"),
    [
        (["--base", "main"], 1, "policygate: blocked, 1 error"),
        (["--base", "pr"], 0, "policygate: passed"),
        (["--base", "nope"], 2, "policygate: could not judge, 1 fault"),
    ],
)
def test_always_written(repo: Path, options: list[str], code: int, verdict: str) -> None:
    """On a block, a pass and an error; standard error says the same as ever."""
    done = run(repo, "check", *options, "--format", "text", "--format", "markdown=summary.md")
    assert done.returncode == code
    text = (repo / "summary.md").read_text(encoding="utf-8")
    assert verdict in text.partition("\n")[0]
    plain = run(repo, "check", *options)
    assert (plain.stdout, plain.stderr) == (done.stdout, done.stderr)


def test_how_to_return(repo: Path) -> None:
    """The line that was loosened is taken back by a patch."""
    text = run(repo, "check", "--base", "main", "--format", "markdown").stdout
    assert "-      hostNetwork: true\n+      hostNetwork: false\n" in text
    assert "policygate waive host-network --resource Deployment/web" in text


@pytest.mark.parametrize(
    ("env", "linked"),
    [
        (GITHUB, True),
        ({}, False),
        ({**GITHUB, "GITHUB_SERVER_URL": "javascript:alert(1)//"}, False),
        ({**GITHUB, "GITHUB_REPOSITORY": "a/b)(c"}, False),
    ],
)
def test_links_on_github_alone(repo: Path, env: dict[str, str], linked: bool) -> None:  # noqa: FBT001
    """Places are links where a workflow says where its repository is shown."""
    done = run(repo, "check", "--base", "main", "--head", "pr", "--format", "markdown", **env)
    assert ("](https://github.com/example/fleet/blob/" in done.stdout) == linked
    assert linked or "](" not in done.stdout


def test_size(repo: Path) -> None:
    """It is cut where somebody says so, and a size that holds nothing is refused."""
    text = run(repo, "check", "--all", "--format", "markdown", "--max-bytes", "1000").stdout
    assert 0 < len(text.encode()) <= 1000
    assert run(repo, "check", "--max-bytes", "10").returncode == 2
