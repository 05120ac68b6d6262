"""Argo CD may delete everything when git yields nothing.

Argo CD refuses to prune an application down to nothing. With `allowEmpty: true` it does: a wrong path, a
generator that finds no files or an empty overlay deletes all that the application runs.

Fix:
Remove `allowEmpty`. To take an application away, delete the Application.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-pruning-with-allow-empty-v18
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application
from policygate.policy import Edit, Example, Pair, Problem, policy


def _app(**automated: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "web"},
            "spec": {"syncPolicy": {"automated": automated}}}  # fmt: skip


EXAMPLES = (
    Example("unset", "pass", _app(prune=True)),
    Example("without pruning nothing is deleted", "pass", _app(allowEmpty=True)),
    Example("allowed", "fail", _app(prune=True, allowEmpty=True), path="spec.syncPolicy.automated.allowEmpty",
            message="web may be pruned down to nothing"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    examples=EXAMPLES,
)
def argocd_allow_empty(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield `allowEmpty` where things are pruned."""
    automated = application(pair.head).syncPolicy.automated
    if automated.allowEmpty.raw is True and automated.prune.raw is True:
        at = automated.allowEmpty
        yield Problem(
            at,
            f"{pair.head.id.name} may be pruned down to nothing",
            edit=Edit("remove", at.path),
        )
