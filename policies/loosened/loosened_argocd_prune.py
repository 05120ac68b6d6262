"""Argo CD begins to delete what is gone from git, or stops doing so.

With automatic pruning, a file that is moved, a path that is renamed or a generator that finds nothing deletes what
runs: an outage that no rollback of the manifest undoes, because volumes and load balancers go with it. Without it,
what was taken out of git goes on running, and nobody knows about it any more. Neither is stricter than the other, so
that every change of it is said.

Fix:
Protect what must not go with the annotation `argocd.argoproj.io/sync-options: Prune=false`, and say in the pull
request what a mistake would delete.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-pruning
https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared


def _app(automated: Any, kind: str = "Application") -> dict[str, Any]:
    spec: dict[str, Any] = {"project": "shop", "syncPolicy": {"automated": automated}}
    spec = {"template": {"spec": spec}} if kind == "ApplicationSet" else spec
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("pruned before", "pass", base=_app({"prune": True}), head=_app({"prune": True, "selfHeal": True})),
    Example("the default is written", "pass", base=_app({}), head=_app({"prune": False})),
    Example("it is not synced at all any more", "pass", base=_app({"prune": True}), head=_app(None)),
    Example("it is synced again", "pass", base=_app(None), head=_app({"prune": True})),
    Example("switched on", "fail", base=_app({}), head=_app({"prune": True}), path="spec.syncPolicy.automated.prune",
            message="web deletes what is gone from git from now on"),
    Example("switched off", "fail", base=_app({"prune": True}), head=_app({}), message="web leaves running what is gone from git"),
    Example("in the template of a set", "fail", base=_app({}, "ApplicationSet"), head=_app({"prune": True}, "ApplicationSet"),
            path="spec.template.spec.syncPolicy.automated.prune"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_prune(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield pruning that is another than at the base."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    was, now = (application(side).syncPolicy.automated for side in (pair.base, pair.head))
    before, after = was.prune.raw is True, now.prune.raw is True
    if before != after and was and now:  # without automatic sync, nothing is pruned by itself
        does = "deletes" if after else "leaves running"
        text = f"{pair.head.id.name} {does} what is gone from git from now on"
        yield Problem(now.prune, text, was=was.prune.raw, now=now.prune.raw)
