"""The page on CI: its tables say what the files say, and its examples run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from policygate.cli.check import command
from policygate.yamldoc import parse
from tests.action_runner import action
from tests.cases import CASES, LOOSENED
from tests.project import ROOT
from tests.repo import Repo, clean_env
from tests.test_action import Server

PAGE = ROOT / "policygate" / "manual" / "ci.md"
BIN = Path(sys.executable).parent


def chapter(name: str) -> str:
    """What stands below a heading."""
    return PAGE.read_text(encoding="utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]


def example(name: str) -> str:
    """The example of a chapter."""
    (text,) = re.findall(r"```(?:yaml|groovy)\n(.*?)```", chapter(name), re.DOTALL)
    return str(text)


def data(text: str) -> Any:
    """What a YAML text holds."""
    (document,) = parse(text.encode(), "ci.md").documents
    return document.value


def inputs() -> Iterator[str]:
    """The table of inputs as action.yml has them."""
    for name, each in action()["inputs"].items():
        default = f"`{each['default']}`" if each["default"] else ""
        yield f"| `{name}` | {default} | {each['description']} |"


def outputs() -> Iterator[str]:
    """The table of outputs as action.yml has them."""
    for name, each in action()["outputs"].items():
        yield f"| `{name}` | {each['description']} |"


def stages() -> str:
    """The stages of the hook."""
    (hook,) = data((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    *first, last = (f"`{each}`" for each in hook["stages"])
    return f"{', '.join(first)} and {last}"


def test_tables() -> None:
    """The page names every input, output and stage there is, in the words of their files."""
    rows = [row for row in chapter("GitHub Actions").splitlines() if row.startswith("| `")]
    assert rows == [*inputs(), *outputs()]
    assert stages() in chapter("pre-commit")


# What each system checks out, and what it sets. A script is what stands in its example.


def _gitlab(server: Repo, path: Path) -> Repo:
    clone = Repo.init(path)
    clone.git("remote", "add", "origin", server.url)
    clone.git(
        "fetch", "-q", "origin", "+refs/pull/1/head:refs/remotes/origin/merge-requests/1/head"
    )
    clone.git("checkout", "-q", "refs/remotes/origin/merge-requests/1/head")
    start = clone.git("rev-parse", "HEAD~1")
    clone.env |= {"GITLAB_CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    clone.env["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = start
    return clone


def _azure(server: Repo, path: Path) -> Repo:
    clone = Repo.checkout(
        server, path, "refs/pull/1/merge", depth=0, remote_ref="refs/remotes/pull/1/merge"
    )
    clone.env |= {"TF_BUILD": "True", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"}
    return clone


def _jenkins(server: Repo, path: Path) -> Repo:
    clone = Repo.clone(server, path, "--single-branch", "-b", "feature")
    temp = path.with_name(f"{path.name}@tmp")
    (temp / "policygate").mkdir(parents=True)
    (temp / "policygate" / "bin").symlink_to(BIN)
    clone.env |= {"JENKINS_URL": "https://ci.example.org/", "CHANGE_ID": "1"}
    clone.env |= {"CHANGE_TARGET": "main", "WORKSPACE_TMP": str(temp)}
    return clone


def _bitbucket(server: Repo, path: Path) -> Repo:
    clone = Repo.clone(server, path, "--single-branch", "-b", "feature")
    clone.git("fetch", "-q", "origin", "main")
    clone.git("merge", "-q", "--no-edit", "FETCH_HEAD")
    clone.env |= {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_PR_DESTINATION_BRANCH": "main"}
    return clone


def _script(system: str) -> list[str]:
    """The lines that the system gives to a shell, but for those that install."""
    text = example(system)
    if system == "Jenkins":
        lines = text.split("'''")[1].split("\n")
    elif system == "GitLab CI":
        lines = data(text)["policygate"]["script"]
    elif system == "Azure Pipelines":
        lines = [each["script"] for each in data(text)["steps"] if "script" in each]
    else:
        lines = data(text)["pipelines"]["pull-requests"]["**"][0]["step"]["script"]
    return [line for line in lines if " install " not in line and " -m venv " not in line]


SYSTEMS: dict[str, Callable[[Repo, Path], Repo]] = {
    "GitLab CI": _gitlab,
    "Azure Pipelines": _azure,
    "Jenkins": _jenkins,
    "Bitbucket Pipelines": _bitbucket,
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_examples(tmp_path: Path, system: str) -> None:
    """Where the system checks out, its script blocks what was loosened, blames nobody for what main did, and reports it."""
    server = Server(tmp_path, {})
    server.pull(CASES["loosened"].files)
    clone = SYSTEMS[system](server.repo, tmp_path / "build")
    clone.env["PATH"] = f"{BIN}{os.pathsep}{clone.env['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(_script(system))],
        cwd=clone.path,
        env=clone.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert LOOSENED in done.stdout
    assert "1 error" in done.stdout
    named = set(re.findall(r"--format \w+=(\S+)", example(system)))
    assert named
    for file in named:
        text = (clone.path / file).read_text(encoding="utf-8")
        assert LOOSENED in text
        assert "other.yaml" not in text


@pytest.mark.parametrize("system", SYSTEMS)
def test_without_the_target_branch(
    tmp_path: Path, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A target branch that is not in the clone is an error that says what to fetch, and never a pass."""
    server = Server(tmp_path, {})
    server.pull(CASES["good"].files)
    clone = SYSTEMS[system](server.repo, tmp_path / "build")
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    monkeypatch.chdir(clone.path)
    own = {key: value for key, value in clone.env.items() if key not in clean_env()}
    done = CliRunner(env=own).invoke(command, ["--head=HEAD"], standalone_mode=False)
    assert done.exception is not None
    assert "origin/main is not in this clone" in str(done.exception)
    assert "git fetch origin" in str(getattr(done.exception, "hint", ""))
    strangers = dict.fromkeys(("GITLAB_CI", "TF_BUILD", "JENKINS_URL"), "")
    strangers["BITBUCKET_BUILD_NUMBER"] = ""
    done = CliRunner(env={**own, **strangers}).invoke(
        command, ["--head=HEAD", "--format=json"], standalone_mode=False
    )
    assert done.exception is None, "a variable of that name is no system's"
