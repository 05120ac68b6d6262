"""`policygate init`, in real repositories: what it writes works, and it never writes twice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from policygate import check
from policygate.settings import Settings, read_settings
from tests.cli.runner import run
from tests.repo import Repo

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {hostNetwork: %s, containers: [{name: web, image: 'web:1'}]}\n"
FILES = (
    ".policygate/config.yaml", ".policygate/config.schema.json", ".github/workflows/policygate.yaml", ".pre-commit-config.yaml", ".github/CODEOWNERS",
)  # fmt: skip


def _tool(name: str) -> str | None:
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with one Pod that is wrong."""
    repo = Repo.init(tmp_path / "repo")
    (repo.path / "a.yaml").write_text(POD % ("a", "true"))
    return repo


def _init(repo: Repo, *options: str) -> str:
    done = run(repo, "init", *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_repository_is_set_up_once(repo: Repo) -> None:
    """Settings, workflow, hook and owners; the second time nothing is written."""
    said = _init(repo, "--owner", "@example/platform")
    assert [line.split() for line in said.splitlines()] == [["wrote", name] for name in FILES]
    written = {name: (repo.path / name).read_bytes() for name in FILES}
    again = _init(repo, "--owner", "@example/other")
    assert [line.split() for line in again.splitlines()] == [["kept", name] for name in FILES]
    assert {name: (repo.path / name).read_bytes() for name in FILES} == written


def test_what_is_written_passes_the_gate_and_its_linters(repo: Repo) -> None:
    """Its own check, the schema of workflows, `zizmor --offline`, pre-commit, and actionlint where it is."""
    _init(repo, "--owner", "@example/platform")
    assert not check(repo.path, paths=[".policygate", ".github", FILES[3]], env=repo.env).findings
    settings = read_settings((repo.path / FILES[0]).read_bytes())
    assert settings._replace(positions=None) == Settings()
    workflow = str(repo.path / FILES[2])
    commands: list[list[str | None]] = [
        [_tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", workflow],
        [_tool("zizmor"), "--offline", "--pedantic", workflow],
        [sys.executable, "-m", "pre_commit", "validate-config", str(repo.path / FILES[3])],
        [_tool("actionlint"), workflow] if _tool("actionlint") else [],
    ]
    for command in filter(None, commands):
        done = subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            check=False,
            cwd=repo.path,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("before", "extended"),
    [
        ("repos:\n- repo: local\n  hooks: []\n", True),
        ("repos:\n    - repo: local\n      hooks: []\n# an end\n", True),
        ("fail_fast: true\nrepos:\n  - repo: local\n    hooks: []", True),
        ("repos: []\n", False),
        ("repos:\n  - repo: local\n    hooks: []\nfail_fast: true\n", False),
        ("[broken\n", False),
    ],
)
def test_a_hook_is_added_to_what_is_there(repo: Repo, before: str, extended: bool) -> None:  # noqa: FBT001
    """Where it can be by adding lines, and said where it cannot; nothing that is there is changed."""
    path = repo.path / ".pre-commit-config.yaml"
    path.write_text(before)
    said = _init(repo)
    after = path.read_text()
    assert after.startswith(before.rstrip())
    assert ("id: policygate" in after) == extended
    assert ("Add this to the `repos` of .pre-commit-config.yaml" in said) == (not extended)


def test_owners_are_added_at_the_end(repo: Repo) -> None:
    """The last match of CODEOWNERS counts; without an owner nothing is written, and that is said."""
    assert "--owner" in _init(repo)
    path = repo.path / "CODEOWNERS"
    path.write_text("* @example/all")
    _init(repo, "--owner", "@example/platform", "--owner", "@example/sre")
    assert path.read_text().splitlines() == [
        "* @example/all",
        "/.policygate/ @example/platform @example/sre",
        "/.github/workflows/policygate.yaml @example/platform @example/sre",
    ]


def test_old_debt_is_adopted_and_only_shrinks(repo: Repo) -> None:
    """Without a history what is found today blocks nobody; what is new does, and is never adopted."""
    assert check(repo.path, everything=True, env=repo.env).outcome == "block"
    _init(repo, "--adopt")
    adopted = repo.path / ".policygate/adopted.json"
    before = json.loads(adopted.read_text())["adopted"]
    report = check(repo.path, everything=True, env=repo.env)
    assert report.outcome == "pass"
    assert {f.status for f in report.findings} == {"existing"}
    (repo.path / "b.yaml").write_text(POD % ("b", "true"))
    said = _init(repo, "--adopt")
    assert "new, not adopted" in said
    assert json.loads(adopted.read_text())["adopted"] == before
    blocked = check(repo.path, everything=True, env=repo.env)
    assert {f.location.file for f in blocked.findings if f.blocks} == {"b.yaml"}
    (repo.path / "a.yaml").write_text(POD % ("a", "false"))
    _init(repo, "--adopt")
    assert set(json.loads(adopted.read_text())["adopted"]) < set(before)


def test_with_a_base_the_base_says_what_is_old(repo: Repo) -> None:
    """What was adopted, mended and comes back is new."""
    _init(repo, "--adopt")
    (repo.path / "a.yaml").write_text(POD % ("a", "false"))
    repo.git("add", ".")
    repo.git("commit", "-qm", "mended, and the record not shrunk")
    (repo.path / "a.yaml").write_text(POD % ("a", "true"))
    report = check(repo.path, base="main", env=repo.env)
    assert "host-network" in {f.policy for f in report.findings if f.blocks}


@pytest.mark.parametrize("text", ["[]", "{}", "{", '{"adopted": [1]}', '{"adopted": "a"}'])
def test_a_broken_record_is_no_pass(repo: Repo, text: str) -> None:
    """It is said what is wrong with it, and how to mend it."""
    (repo.path / ".policygate").mkdir()
    (repo.path / ".policygate/adopted.json").write_text(text)
    done = run(repo, "check", "--all")
    assert done.returncode == 2
    assert ".policygate/adopted.json:1:1" in done.stderr
    assert "init --adopt" in done.stderr
