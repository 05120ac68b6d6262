"""Hook runs or deletes something with every sync.

A hook runs before or after what it belongs to: a migration, a clean-up. Going back in git does not undo
what it did, and a policy of deletion takes its object away before anybody can read why it failed.

Fix:
Keep what cannot be undone out of hooks, or say in the pull request how to go back; keep failed hooks with
`hook-delete-policy: before-hook-creation,hook-succeeded`.

References:
https://helm.sh/docs/topics/charts_hooks/
https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

HOOKS = ("helm.sh/hook", "argocd.argoproj.io/hook")
POLICIES = ("helm.sh/hook-delete-policy", "argocd.argoproj.io/hook-delete-policy")
CHANGING = frozenset({"pre-upgrade", "post-upgrade", "pre-delete", "post-delete", "pre-rollback", "post-rollback",
                      "presync", "sync", "postsync", "syncfail", "postdelete"})  # fmt: skip
FAILED = frozenset({"hook-failed", "hookfailed"})


def _job(**annotations: str) -> dict[str, Any]:
    names = {"helm": HOOKS[0], "argo": HOOKS[1], "delete": POLICIES[0], "argo_delete": POLICIES[1]}
    pod = {"restartPolicy": "Never", "containers": [{"name": "migrate", "image": "web:1"}]}
    metadata = {
        "name": "migrate",
        "annotations": {names[key]: value for key, value in annotations.items()},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {"template": {"spec": pod}},
    }


EXAMPLES = (
    Example("no hook", "pass", _job()),
    Example("a test", "pass", _job(helm="test")),
    Example("with every upgrade", "fail", _job(helm="pre-install,pre-upgrade"), path='metadata.annotations["helm.sh/hook"]',
            message="Job migrate runs with every pre-upgrade"),
    Example("with every sync", "fail", _job(argo="PreSync"), message="runs with every PreSync"),
    Example("deleted when it fails", "fail", _job(helm="test", delete="hook-failed"), message="Job migrate is deleted when it fails"),
)  # fmt: skip


@policy(level="warning", enabled=False, examples=EXAMPLES)
def helm_hook_in_manifest(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield hooks that run with a change, and those whose failures vanish."""
    annotations = pair.head.view.metadata.annotations
    what = f"{pair.head.id.kind} {pair.head.id.name}"
    for name in HOOKS:
        when = [each.strip() for each in annotations[name].string().split(",")]
        changing = [each for each in when if each.lower() in CHANGING]
        if changing:
            yield Problem(
                annotations[name],
                f"{what} runs with every {changing[0]}: going back does not undo it",
            )
    for name in POLICIES:
        if FAILED & {each.strip().lower() for each in annotations[name].string().split(",")}:
            yield Problem(annotations[name], f"{what} is deleted when it fails, with the reason")
