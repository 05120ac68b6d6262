"""The action: its steps run as the runner runs them, in clones as actions/checkout makes them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from policygate.cli.check import command
from tests.action_runner import ACTION, BASH, Run, Runner, action, steps
from tests.cases import BASE, CASES, LOOSENED, Case, bad, privileged
from tests.project import ROOT, copy_of_project, require_index
from tests.repo import Repo, clean_env, github_env, pull_request, push
from tests.reporters.runner import commands


@dataclass
class Server:
    """A repository on the server, and how to open a pull request in it."""

    folder: Path
    installed: dict[str, str]

    def __post_init__(self) -> None:
        self.repo = Repo.init(self.folder / "server")
        self.repo.commit(BASE)
        self.repo.switch("feature", "main")
        self.repo.switch("main")

    def pull(self, files: dict[str, str | None], *, depth: int = 2, path: str = "") -> Runner:
        """Open a pull request that changes files, and check out its merge commit.

        Args:
            files: What it writes and deletes (None).
            depth: `fetch-depth` of actions/checkout.
            path: `path` of actions/checkout.
        """
        self.repo.switch("feature")
        head = self.repo.commit(files)
        self.repo.switch("main")
        base = self.repo.commit(
            {"apps/other.yaml": privileged("other")}, "main moves on, and loosens"
        )
        merge = self.repo.merge_pull(1, head="feature")
        workspace = self.folder / "work space"
        Repo.checkout(
            self.repo,
            workspace / path,
            "refs/pull/1/merge",
            depth=depth,
            remote_ref="refs/remotes/pull/1/merge",
        )
        event = pull_request(head, base)
        env = github_env(self.folder, "pull_request", event, sha=merge, base_ref="main")
        temp = self.folder / "runner temp"
        temp.mkdir()
        folder = self.folder / "runner temp" / "policygate"
        folder.mkdir()
        return Runner(workspace, env, temp, {**self.installed, "folder": str(folder)})


POISON = {
    f"{name}{suffix}": "import os; open('run-by-the-gate', 'w').close()\n"
    for name in ("json", "pip", "venv", "policygate", "sitecustomize", "usercustomize", "click")
    for suffix in (".py", "/__init__.py", "/__main__.py")
}


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """One run with its installation: in a workspace full of modules that nobody may import."""
    require_index()
    source = copy_of_project(tmp_path_factory.mktemp("actions") / "policy gate")
    server = Server(tmp_path_factory.mktemp("first"), {})
    poison: dict[str, str | None] = dict(POISON)
    runner = server.pull({**poison, ".python-version": "2.7.18\n", "apps/web.yaml": bad()})
    runner.installed, runner.source = None, source.path
    run = runner()
    assert source.git("status", "--porcelain", "--ignored") == "", "the action litters itself"
    return run, runner.workspace


@pytest.fixture
def server(first_run: tuple[Run, Path], tmp_path: Path) -> Server:
    """A server whose pull requests are judged by what the first run installed."""
    assert first_run[0].steps["install"], first_run[0].log
    return Server(tmp_path, first_run[0].steps["install"])


def clean(workspace: Path) -> bool:
    """Whether git sees nothing in the workspace that was not checked out."""
    return Repo(workspace).git("status", "--porcelain", "--ignored") == ""


# What the file says


def test_schema() -> None:
    """The file is an action by SchemaStore's word."""
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions"]
    done = subprocess.run([*check, str(ACTION)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor() -> None:
    """An auditor of actions and workflows has nothing to say."""
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    if zizmor is None:
        pytest.skip("zizmor is not installed beside this Python")
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--persona=pedantic", str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("step", steps(), ids=lambda step: step["id"])
def test_no_expression_in_a_script(step: dict[str, Any]) -> None:
    """Inputs reach a script as variables: its text is the same whatever they hold."""
    assert "${{" not in step["run"]
    done = subprocess.run([*BASH, "-n"], input=step["run"], text=True, check=False)
    assert done.returncode == 0


def test_every_input_and_output_is_wired() -> None:
    """Every input is read by a step, every output is written by the check."""
    said = " ".join(value for step in steps() for value in step["env"].values())
    assert set(re.findall(r"inputs\.([\w-]+)", said)) == set(action()["inputs"])
    for name, output in action()["outputs"].items():
        assert f"steps.check.outputs.{name} " in output["value"]
    for step in steps():
        for name in step["env"]:
            assert name == "FORCE_COLOR" or f"${name}" in step["run"]


# What a run does


def test_first_run(first_run: tuple[Run, Path]) -> None:
    """Installed from its own folder, it runs nothing of the workspace and leaves it clean."""
    run, workspace = first_run
    assert run.code == 1, run.log
    assert [finding["policy"] for finding in run.report["findings"]] == [LOOSENED]
    assert not list(workspace.rglob("run-by-the-gate"))
    assert clean(workspace)


def test_block(server: Server) -> None:
    """A loosened value blocks: annotation at its line, outputs, summary, the report in the log."""
    runner = server.pull(CASES["loosened"].files)
    run = runner()
    assert run.code == 1
    base = server.repo.rev("main")
    files = {name for name in run.outputs if name.endswith("-file")}
    assert files == {"json-file", "sarif-file"}
    for name in files:
        assert Path(run.outputs[name]).is_relative_to(runner.temp)
    sarif = json.loads(Path(run.outputs["sarif-file"]).read_bytes())
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == [LOOSENED]
    assert {name: run.outputs[name] for name in run.outputs if name not in files} == {
        "outcome": "block",
        "errors": "1",
        "warnings": "0",
        "loosened": "1",
        "base-sha": base,
    }
    assert run.report["base"]["rev"] == base
    (error,) = run.errors
    assert error.properties["file"] == "apps/web.yaml"
    assert error.properties["line"] == "14"
    assert run.summary.startswith("## ❌ policygate: blocked, 1 error\n\nNew since `")
    log = re.sub(r"\x1b\[[0-9;]*m", "", run.log)
    assert f"error[{LOOSENED}]" in log
    assert clean(runner.workspace)


def test_pass(server: Server) -> None:
    """A good change passes, and says so."""
    runner = server.pull(CASES["good"].files)
    run = runner()
    assert run.code == 0, run.log
    assert run.outputs["outcome"] == "pass"
    assert run.outputs["errors"] == run.outputs["loosened"] == "0"
    assert run.summary.startswith("## ✅ policygate: passed\n\nNothing new since `")
    assert not run.errors
    assert clean(runner.workspace)


def test_too_shallow(server: Server) -> None:
    """A clone without the base is an error, and everything that is shown names the remedy."""
    runner = server.pull(CASES["loosened"].files, depth=1)
    run = runner()
    assert run.code == 2
    assert run.outputs["outcome"] == "error"
    assert run.outputs["errors"] == run.outputs["base-sha"] == ""
    assert run.report["outcome"] == "error"
    (error,) = run.errors
    assert "fetch-depth: 2" in error.data
    assert "fetch-depth: 2" in run.summary
    assert run.summary.startswith("## ❌ policygate: could not judge")
    assert clean(runner.workspace)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_cases(server: Server, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The action says of a change what the list says, and `check --base` finds the very same."""
    run = server.pull(case.files)()
    assert (run.code, run.outputs["outcome"]) == (case.code, case.outcome), run.log

    clone = Repo.clone(server.repo, tmp_path / "clone", "-b", "feature")
    monkeypatch.chdir(clone.path)
    done = CliRunner(env=clean_env()).invoke(
        command, ["--base=origin/main", "--head=HEAD", "--format=json"], standalone_mode=False
    )
    report = json.loads(done.stdout)
    assert (done.return_value, report["outcome"]) == (case.code, case.outcome)
    assert report["findings"] == run.report["findings"]
    found = {each["policy"] for each in report["findings"] if each["status"] != "existing"}
    assert found == case.policies


# Inputs


HOSTILE = ["$(touch x)", "`touch x`", "a'; touch x; '", 'a"; touch x; "', "--help", "a\n::error::b"]


OPTIONS = ["base", "select", "ignore", "existing", "fail_on", "working_directory"]


def refused(run: Run) -> bool:
    """Whether the gate could not do its job, and said so once."""
    said = [error.properties["title"].split(" (")[0] for error in run.errors]
    told = said in (["policygate"], ["policygate could not judge"])
    return run.code == 2 and run.outputs["outcome"] == "error" and told


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_inputs(server: Server, value: str) -> None:
    """An input is a value whatever it holds: it runs nothing."""
    runner = server.pull(CASES["good"].files)
    run = runner(**dict.fromkeys(OPTIONS[:-1], value))
    assert refused(run), run.log
    assert refused(runner(working_directory=value))
    assert clean(runner.workspace)
    assert not list(server.folder.rglob("x"))


@pytest.mark.parametrize("name", OPTIONS)
def test_wrong_inputs(server: Server, name: str) -> None:
    """An input that makes no sense is an error, never a pass."""
    runner = server.pull(CASES["good"].files)
    run = runner(**{name: "no-such-thing"})
    assert refused(run), run.log
    assert "no-such-thing" in run.errors[0].data


@pytest.mark.parametrize("value", [*HOSTILE, "no-such-python", "eval", "/"])
def test_hostile_python(server: Server, value: str) -> None:
    """A Python that is none is an error with its remedy, and is not run as a command."""
    runner = server.pull(CASES["good"].files)
    runner.installed = None
    run = runner(python=value)
    assert run.code == 2
    assert run.outputs["outcome"] == "error"
    (error,) = run.errors
    assert "actions/setup-python" in error.data
    assert run.summary.startswith("## policygate: could not judge\n")
    assert clean(runner.workspace)


def test_no_python(server: Server) -> None:
    """A runner with an old Python alone is told what to do."""
    runner = server.pull(CASES["good"].files)
    old = server.folder / "bin"
    old.mkdir()
    for name in ("python3", "python"):
        (old / name).write_text("#!/bin/sh\nexit 1\n")
        (old / name).chmod(0o755)
    tools = {shutil.which(name) for name in ("bash", "mktemp")}
    for tool in filter(None, tools):
        (old / Path(tool).name).symlink_to(tool)
    runner.env["PATH"] = str(old)
    runner.installed = None
    run = runner()
    assert run.code == 2
    assert "No Python 3.11 or later" in run.errors[0].data


@pytest.mark.parametrize(
    "select",
    [LOOSENED, f"secrets, {LOOSENED}", f"secrets\r\n{LOOSENED}\r\n", f",\n {LOOSENED} \n\n"],
)
def test_lists(server: Server, select: str) -> None:
    """A list is one id a line or separated by commas; blanks and empty items do not count."""
    run = server.pull(CASES["loosened"].files)(select=select)
    assert run.code == 1, run.log
    assert [finding["policy"] for finding in run.report["findings"]] == [LOOSENED]


@pytest.mark.parametrize(
    ("change", "inputs", "outcome", "errors"),
    [
        ("loosened", {"ignore": LOOSENED}, "pass", "0"),
        ("loosened", {"fail_on": "never"}, "pass", "1"),
        ("warned", {"fail_on": "warning"}, "block", "0"),
        ("old debt", {"existing": "fail"}, "block", "1"),
    ],
)
def test_options(
    server: Server, change: str, inputs: dict[str, str], outcome: str, errors: str
) -> None:
    """Options of the command are inputs of the action, and outputs follow them."""
    run = server.pull(CASES[change].files)(**inputs)
    assert run.outputs["outcome"] == outcome, run.log
    assert run.outputs["errors"] == errors


def test_without_a_base(server: Server) -> None:
    """`base: none` judges everything alone, and then there is no commit compared with."""
    run = server.pull(CASES["good"].files)(base="none", select="run-as-user-root")
    assert run.code == 0, run.log
    assert run.outputs["base-sha"] == ""


def test_repository_in_a_folder(server: Server) -> None:
    """A repository that is checked out into a folder is found there, and nowhere else."""
    runner = server.pull(CASES["loosened"].files, path="gitops")
    run = runner(working_directory="gitops")
    assert run.code == 1
    assert [error.properties["file"] for error in run.errors] == ["gitops/apps/web.yaml"]
    assert runner().code == 2


def test_a_folder_of_the_repository(server: Server) -> None:
    """From a folder of a repository all of it is judged, and places are those of the workspace."""
    run = server.pull(CASES["loosened"].files)(working_directory="docs")
    assert run.code == 1
    assert [error.properties["file"] for error in run.errors] == ["apps/web.yaml"]


# Events, beside `pull_request`


def test_pull_request_target_holds_no_pull_request(server: Server) -> None:
    """What that event checks out is the base branch: it is no pass, and what to check out is said."""
    runner = server.pull(CASES["loosened"].files)
    checkout = Repo(runner.workspace)
    event = pull_request(checkout.rev("HEAD^2"), checkout.rev("HEAD^1"))
    tip = checkout.rev("HEAD^1")
    runner.env = github_env(server.folder, "pull_request_target", event, sha=tip, base_ref="main")
    checkout.git("checkout", "-q", tip)
    run = runner()
    assert refused(run), run.log
    assert "refs/pull/NUMBER/merge" in run.summary


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
def test_no_change_is_named(server: Server, event: str) -> None:
    """Without a pull request a branch is compared with the default branch, as in a terminal."""
    runner = server.pull(CASES["loosened"].files, depth=0)
    payload = {"repository": {"default_branch": "main"}}
    checkout = Repo(runner.workspace)
    checkout.git("checkout", "-q", "origin/feature")
    runner.env = github_env(server.folder, event, payload, sha=checkout.rev("HEAD"))
    run = runner()
    assert run.code == 1, run.log
    assert run.outputs["base-sha"] == checkout.git("merge-base", "origin/main", "HEAD")


@pytest.mark.parametrize("event", ["merge_group", "push"])
def test_the_event_names_the_base(server: Server, event: str) -> None:
    """A merge queue says what it was made on, a push what was there before: that is the base."""
    runner = server.pull(CASES["loosened"].files)
    checkout = Repo(runner.workspace)
    base, tip = checkout.rev("HEAD^1"), checkout.rev("HEAD")
    payload: dict[str, Any] = {"merge_group": {"base_sha": base, "head_sha": tip}}
    if event == "push":
        payload = push("main", base, tip)
    runner.env = github_env(server.folder, event, payload, sha=tip)
    run = runner()
    assert (run.code, run.outputs["outcome"]) == (1, "block"), run.log
    assert run.outputs["base-sha"] == base
    assert clean(runner.workspace)


def test_ten_of_a_level(server: Server) -> None:
    """GitHub keeps ten annotations of a level: no more are written, and the rest is counted."""
    run = server.pull({f"apps/{n}.yaml": privileged(f"new-{n}") for n in range(12)})()
    assert run.outputs["errors"] == "12"
    assert len(run.errors) == 10
    assert "2 more findings (2 errors)" in run.log


# What manifests may try


def test_manifest_commands_nobody(server: Server) -> None:
    """Names and paths that look like workflow commands command nothing, in no part of the log."""
    evil = '"web\\n::error::mine\\n##[error]mine\\n##vso[task.x]mine ```"'
    text = bad().replace("name: NAME", f"name: {evil}").replace("name: web", f"name: {evil}")
    name = "apps/\n::add-mask::mine\n##[group]mine.yaml"
    run = server.pull({"apps/web.yaml": text, name: bad("more") + "kind: [oops"})()
    assert run.code == 1, run.log
    allowed = {"error", "warning", "notice", "group", "endgroup"}
    assert {command.name for command in run.commands} <= allowed
    assert [c.data for c in run.commands if c.name == "group"] == ["Annotations"]
    # Commands are stopped around the report, and it would hold none if they were not.
    assert not [command for command in commands(run.log) if command.data.startswith("mine")]


# When the gate itself fails


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("exit 0", 2),
        ("exit 1", 2),
        ("echo ::error::mine; echo ::error::mine >&2; exit 1", 2),
        ("kill -9 $$", 137),
        ("exit 130", 130),
    ],
)
def test_no_report_is_no_verdict(server: Server, script: str, code: int) -> None:
    """A command that ends without a report has not judged, whatever its exit code says."""
    runner = server.pull(CASES["good"].files)
    python = server.folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    assert runner.installed is not None
    runner.installed["python"] = str(python)
    run = runner()
    assert run.code == code
    assert run.outputs["outcome"] == "error"
    assert [error.properties for error in run.errors] == [{"title": "policygate"}]
    assert not run.errors[0].data.startswith("mine")
    assert run.summary.startswith("## policygate: could not judge\n")
