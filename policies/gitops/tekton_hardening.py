"""Pipeline of Tekton runs what nobody pinned, or with more rights than it needs.

A task that is taken from the cluster or the net may be another one tomorrow, and a step may do what its
image allows, also as root. Pipelines hold the keys by which software is released.

Fix:
Take tasks by resolver from a bundle with a digest, and give each step a `securityContext` with
`runAsNonRoot: true` and `allowPrivilegeEscalation: false`.

References:
https://tekton.dev/docs/pipelines/bundle-resolver/
https://tekton.dev/docs/pipelines/tasks/

Peers:
kyverno:tekton/require-tekton-bundle, kyverno:tekton/require-tekton-securitycontext, kyverno:tekton/block-tekton-task-runs
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


def _run(kind: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "tekton.dev/v1",
        "kind": kind,
        "metadata": {"name": "build"},
        "spec": spec,
    }


STEP = {"name": "make", "image": "make:1"}
BUNDLE = {
    "resolver": "bundles",
    "params": [{"name": "bundle", "value": "example.com/tasks@sha256:" + "a" * 64}],
}
SAFE = {"securityContext": {"runAsNonRoot": True}}
EXAMPLES = (
    Example("a bundle with a digest", "pass", _run("PipelineRun", pipelineRef=BUNDLE)),
    Example("steps that say what they may", "pass", _run("Task", steps=[{**STEP, **SAFE}])),
    Example("for all steps", "pass", _run("Task", stepTemplate=SAFE, steps=[STEP])),
    Example("from the cluster", "fail", _run("PipelineRun", pipelineRef={"name": "build"}), path="spec.pipelineRef",
            message="build runs what the cluster holds under a name"),
    Example("a bundle by tag", "fail", _run("TaskRun", taskRef={**BUNDLE, "params": [{"name": "bundle", "value": "example.com/tasks:1"}]}),
            path="taskRef.params[bundle].value", message="a bundle without a digest"),
    Example("a step without limits", "fail", _run("Task", steps=[STEP]), path="steps[make].securityContext", message="step make of build"),
    Example("steps of a run", "fail", _run("TaskRun", taskSpec={"steps": [STEP]}), path="taskSpec.steps[make].securityContext"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["tekton.dev/PipelineRun", "tekton.dev/TaskRun", "tekton.dev/Task"],
    enabled=False,
    examples=EXAMPLES,
)
def tekton_hardening(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield references that are not pinned, and steps without a security context."""
    spec, name = pair.head.view.spec, pair.head.id.name
    for ref in (spec.pipelineRef, spec.taskRef):
        if ref["name"].string() and not ref.resolver:
            yield Problem(ref, f"{name} runs what the cluster holds under a name")
        for param in ref.params if ref.resolver.raw == "bundles" else ():
            if param["name"].raw == "bundle" and "@sha256:" not in param.value.string("@sha256:"):
                yield Problem(param.value, f"{name} runs a bundle without a digest")
    for task in (spec, spec.taskSpec):
        yield from _of_steps(task, name)


def _of_steps(task: View, name: str) -> Iterator[Problem]:
    for step in task.steps:
        if not step.securityContext and not task.stepTemplate.securityContext:
            yield Problem(
                step.securityContext,
                f"step {step['name'].string()} of {name} has no securityContext",
            )
