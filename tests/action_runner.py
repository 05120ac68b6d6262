"""The small part of GitHub's runner that a composite action needs.

It knows the expressions used in action.yml and refuses any other, so that the action cannot
outgrow it unseen. Sources: actions/runner src/Runner.Worker (Handlers/ScriptHandler.cs,
FileCommandManager.cs, ActionCommandManager.cs). Not for finding commands in a line: that is
`tests.reporters.runner`.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from policygate.yamldoc import parse
from tests.project import ROOT
from tests.reporters.runner import REGISTERED, Command
from tests.reporters.runner import parse as parse_command

ACTION = ROOT / "action.yml"
BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@cache
def action() -> dict[str, Any]:
    """What action.yml holds."""
    (document,) = parse(ACTION.read_bytes(), "action.yml").documents
    assert isinstance(document.value, dict)
    return document.value


def steps() -> list[dict[str, Any]]:
    """The steps of the action."""
    found: list[dict[str, Any]] = action()["runs"]["steps"]
    return found


@dataclass
class Run:
    """What a run of the action did."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def commands(self) -> list[Command]:
        """The commands that the runner would obey."""
        return obeyed(self.log)

    @property
    def errors(self) -> list[Command]:
        """The annotations of level error."""
        return [command for command in self.commands if command.name == "error"]

    @property
    def report(self) -> Any:
        """The JSON report."""
        return json.loads(Path(self.outputs["json-file"]).read_text(encoding="utf-8"))


@dataclass
class Runner:
    """Runs the action in a workspace.

    Attributes:
        workspace: What actions/checkout made.
        env: What the runner sets for the event.
        temp: RUNNER_TEMP.
        installed: Outputs of the first step from a run before; None runs it.
        source: The action's own checkout.
    """

    workspace: Path
    env: dict[str, str]
    temp: Path
    installed: dict[str, str] | None = None
    source: Path = ROOT

    def __call__(self, **given: str) -> Run:
        """Run with inputs (`_` stands for `-`), as `uses:` with `with:` does."""
        inputs = {name: value["default"] for name, value in action()["inputs"].items()}
        for name, value in given.items():
            assert name.replace("_", "-") in inputs
            inputs[name.replace("_", "-")] = value
        run = Run()
        for step in steps():
            if step["id"] == "install" and self.installed is not None:
                run.steps["install"] = self.installed
                continue
            self._step(step, inputs, run)
            if run.code:
                break
        for name, output in action()["outputs"].items():
            run.outputs[name] = evaluate(output["value"], inputs, run.steps)
        return run

    def _step(self, step: dict[str, Any], inputs: dict[str, str], run: Run) -> None:
        assert set(step) <= {"name", "id", "shell", "env", "run"}
        assert step["shell"] == "bash"
        folder = self.temp / "_runner_file_commands"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        files = {name: folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        script = folder / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        variables = {
            name: evaluate(value, inputs, run.steps) for name, value in step["env"].items()
        }
        done = subprocess.run(
            [*BASH, str(script)],
            cwd=self.workspace,
            env={
                **self.env,
                "GITHUB_WORKSPACE": str(self.workspace),
                "GITHUB_ACTION_PATH": str(self.source),
                "RUNNER_TEMP": str(self.temp),
                **{name: str(file) for name, file in files.items()},
                **variables,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        run.code = done.returncode
        # The runner reads both pipes at once: any order of their lines is possible.
        run.log += done.stderr.decode() + done.stdout.decode()
        run.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        run.steps[step["id"]] = read_outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))


def evaluate(text: str, inputs: dict[str, str], outputs: dict[str, dict[str, str]]) -> str:
    """Replace the expressions of a value; any that is not known here fails."""

    def value(match: re.Match[str]) -> str:
        wanted, _, default = match[1].partition(" || ")
        assert default == "" or re.fullmatch(r"'\w+'", default), match[0]
        kind, *names = wanted.split(".")
        if kind == "inputs" and len(names) == 1:
            found = inputs[names[0]]
        elif kind == "steps" and names[1:2] == ["outputs"] and len(names) == 3:
            found = outputs.get(names[0], {}).get(names[2], "")
        else:
            raise AssertionError(f"an expression that this runner does not know: {match[0]}")
        return found or default.strip("'")

    return EXPRESSION.sub(value, text)


def read_outputs(text: str) -> dict[str, str]:
    """Read GITHUB_OUTPUT: `NAME=VALUE`, or `NAME<<END`, lines and `END`."""
    outputs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, heredoc, end = line.partition("<<")
        if "=" in name:
            name, _, outputs_value = line.partition("=")
            outputs[name] = outputs_value
            continue
        assert name and heredoc and end, f"the runner fails at: {line}"
        value = []
        while (inner := next(lines)) != end:
            value.append(inner)
        outputs[name] = "\n".join(value)
    return outputs


def obeyed(log: str) -> list[Command]:
    """The commands of a log that the runner obeys: none while they are stopped."""
    found: list[Command] = []
    resume = None
    for line in re.split(r"\r\n|\r|\n", log):
        registered = REGISTERED | {resume} if resume else REGISTERED
        command = parse_command(line, frozenset(registered))
        if command is None:
            continue
        if resume is not None:
            resume = None if command.name == resume else resume
        elif command.name == "stop-commands":
            resume = command.data
            assert len(resume) == 32
        else:
            found.append(command)
    assert resume is None, "commands stay stopped for the rest of the job"
    return found
