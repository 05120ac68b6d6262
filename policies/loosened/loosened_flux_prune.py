"""Flux begins, or ceases, to delete what is gone from git.

Switched off, everything that is removed from git from now on keeps running, and nobody looks after it.
Switched on, what was left behind until now is not touched, but a file that is moved or renamed is deleted,
volumes and namespaces included.

Fix:
Keep `prune: true`, and protect what must stay with the annotation
`kustomize.toolkit.fluxcd.io/prune: disabled`. Say in the pull request why it changes.

References:
https://fluxcd.io/flux/components/kustomize/kustomizations/#prune
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared


def _kustomization(prune: Any = None, **spec: Any) -> dict[str, Any]:
    said = {} if prune is None else {"prune": prune}
    return {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "apps"},
            "spec": {"interval": "1h", **said, **spec}}  # fmt: skip


EXAMPLES = (
    Example("as it was", "pass", base=_kustomization(prune=True), head=_kustomization(prune=True, wait=True)),
    Example("a new one", "pass", _kustomization(prune=False)),
    Example("switched off", "fail", base=_kustomization(prune=True), head=_kustomization(prune=False), path="spec.prune",
            message="apps leaves running what is gone from git"),
    Example("switched on", "fail", base=_kustomization(prune=False), head=_kustomization(prune=True),
            message="apps deletes what is gone from git"),
    Example("another policy of deletion", "fail", base=_kustomization(prune=True), head=_kustomization(prune=True, deletionPolicy="Delete"),
            message="deleting apps deletes all that it applied", path="spec.deletionPolicy"),
    Example("nothing is cleaned up", "fail", base=_kustomization(prune=True), head=_kustomization(prune=True, deletionPolicy="Orphan"),
            message="leaves behind"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["kustomize.toolkit.fluxcd.io/Kustomization"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_flux_prune(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield pruning that is another than at the base, and what a deletion does."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head, name = pair.base.view.spec, pair.head.view.spec, pair.head.id.name
    possible = is_patch(pair.head, pair.context)
    if base.prune.boolean() != head.prune.boolean():
        does = "deletes" if head.prune.boolean() else "leaves running"
        yield Problem(
            head.prune, f"{name} {does} what is gone from git from now on", possible=possible
        )
    was, now = (spec.deletionPolicy.string("MirrorPrune") for spec in (base, head))
    if was != now and now in {"Delete", "WaitForTermination", "Orphan"}:
        does = "leaves behind" if now == "Orphan" else "deletes"
        yield Problem(
            head.deletionPolicy, f"deleting {name} {does} all that it applied", possible=possible
        )
