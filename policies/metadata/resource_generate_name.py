"""Object has a new name with every sync.

With `generateName` the cluster makes up a name. Flux and kustomize refuse it; Argo CD creates one more
object with every sync, and what it has created is never changed and never pruned.

Fix:
Give the object a name. Make a Job that must run with every sync a hook: then Argo CD cleans up after it.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/
https://kubernetes.io/docs/reference/using-api/api-concepts/#generated-values
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.lifetime import is_hook
from policygate.kube.openapi import fields_of
from policygate.policy import Example, Pair, Problem, policy


def _job(**metadata: Any) -> dict[str, Any]:
    pod = {"restartPolicy": "Never", "containers": [{"name": "web", "image": "web:1"}]}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {"template": {"spec": pod}},
    }


EXAMPLES = (
    Example("a name", "pass", _job(name="web", generateName="web-")),
    Example("a hook", "pass", _job(generateName="web-", annotations={"argocd.argoproj.io/hook": "Sync"})),
    Example("what a pipeline creates", "pass", {
        "apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "metadata": {"generateName": "web-"}, "spec": {}}),
    Example("made up", "fail", _job(generateName="web-"), path="metadata.generateName", message="Job web-* has a new name with every sync"),
)  # fmt: skip


@policy(level="warning", examples=EXAMPLES)
def resource_generate_name(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield prefixes of names, of kinds of Kubernetes that are no hooks."""
    head = pair.head
    prefix = head.view.metadata.generateName
    if not prefix.string() or head.view.metadata["name"].string() or is_hook(head):
        return
    if fields_of(f"{head.id.group or 'core'}/{head.id.kind}"):
        yield Problem(prefix, f"{head.id.kind} {head.id.name} has a new name with every sync")
