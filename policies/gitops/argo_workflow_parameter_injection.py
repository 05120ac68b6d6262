"""Workflow writes a parameter into a script.

Argo Workflows replaces `{{inputs.parameters.x}}` in the text before a shell reads it. Whoever chooses the
value, be it by a webhook, a pull request or another team, ends the line and runs commands of his own with
the rights of the pod.

Fix:
Hand the parameter over as an environment variable (`env: [{name: X, value: "{{inputs.parameters.x}}"}]`)
and write `"$X"` in the script.

References:
https://argo-workflows.readthedocs.io/en/latest/walk-through/parameters/
https://cwe.mitre.org/data/definitions/78.html

Standards:
CWE-78; CWE-94

Peers:
semgrep:argo-workflow-parameter-command-injection
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

PARAMETER = re.compile(r"\{\{=?[^{}]{0,200}?\b((?:inputs|workflow)\.parameters[\w.\[\]'\"-]*)")
SHELLS = frozenset(
    {"sh", "bash", "ash", "dash", "zsh", "ksh", "python", "python3", "node", "perl", "ruby"}
)


def _workflow(kind: str = "WorkflowTemplate", **template: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"templates": [{"name": "main", **template}]}
    spec = {"workflowSpec": spec} if kind == "CronWorkflow" else spec
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


SCRIPT = {"image": "alpine:3", "command": ["sh"], "source": "echo {{inputs.parameters.who}}"}
EXAMPLES = (
    Example("as a variable", "pass", _workflow(script={
        "image": "alpine:3", "env": [{"name": "WHO", "value": "{{inputs.parameters.who}}"}], "source": 'echo "$WHO"'})),
    Example("what a step has put out", "pass", _workflow(script={**SCRIPT, "source": "echo {{workflow.name}} {{pod.name}}"})),
    Example("an argument of a program", "pass", _workflow(container={"command": ["cowsay"], "args": ["{{inputs.parameters.who}}"]})),
    Example("an argument after the script is text to the shell", "pass", _workflow(
        container={"command": ["sh", "-c"], "args": ['echo "$0"', "{{inputs.parameters.who}}"]})),
    Example("a script of its own", "pass", _workflow(container={"command": ["sh", "/run.sh"], "args": ["{{inputs.parameters.who}}"]})),
    Example("in a script", "fail", _workflow(script=SCRIPT), path="spec.templates[main].script.source",
            message="inputs.parameters.who is written into a script"),
    Example("in an expression", "fail", _workflow(script={**SCRIPT, "source": "echo {{=upper(workflow.parameters.who)}}"})),
    Example("in what a shell runs", "fail", _workflow(container={"command": ["/bin/bash", "-ec"], "args": ["echo {{inputs.parameters.who}}"]}),
            path="container.args[0]"),
    Example("shell and script in one list", "fail", _workflow(container={"args": ["sh", "-c", "echo {{inputs.parameters.who}}"]}),
            path="container.args[2]"),
    Example("on a schedule", "fail", _workflow("CronWorkflow", script=SCRIPT), path="spec.workflowSpec.templates[main].script.source"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=[
        "argoproj.io/Workflow",
        "argoproj.io/WorkflowTemplate",
        "argoproj.io/ClusterWorkflowTemplate",
        "argoproj.io/CronWorkflow",
    ],
    examples=EXAMPLES,
)
def argo_workflow_parameter_injection(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield parameters in scripts, and in the one argument that a shell runs."""
    spec = pair.head.view.spec
    spec = spec.workflowSpec if pair.head.id.kind == "CronWorkflow" else spec
    for template in spec.templates:
        yield from _problems(template.script.source)
        holders = [template.container, *template.containerSet.containers]
        for container in (*holders, *template.initContainers, *template.sidecars):
            yield from _problems(_run_by_shell(container))


def _problems(text: View | None) -> Iterator[Problem]:
    found = PARAMETER.search(text.string()) if text is not None else None
    if found and text is not None:
        yield Problem(text, f"{found[1]} is written into a script: its value can run commands")


def _run_by_shell(container: View) -> View | None:
    """The argument that a shell reads as a script: the one after `-c`."""
    words: list[View] = [*container.command, *container.args]
    texts = [word.string() for word in words]
    if not texts or texts[0].rpartition("/")[2] not in SHELLS:
        return None
    for number, text in enumerate(texts[1:-1], 1):
        if re.fullmatch(r"-[a-z]*c|-e", text):
            return words[number + 1]
    return None
