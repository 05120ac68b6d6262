"""ApplicationSet may do more to its applications than before.

With a looser policy, or without `preserveResourcesOnDeletion`, a generator that finds less, a wrong
selector or a deleted set takes applications with it, and with them what they run.

Fix:
Restore the setting. `create-update` together with `preserveResourcesOnDeletion: true` never deletes what
runs.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Controlling-Resource-Modification/
https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Application-Deletion/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared

MAY = {
    "create-only": frozenset[str](),
    "create-update": frozenset({"update"}),
    "create-delete": frozenset({"delete"}),
    "sync": frozenset({"update", "delete"}),
    "": frozenset({"update", "delete"}),
}


def _set(policy_: str = "", *, preserve: bool | None = None) -> dict[str, Any]:
    sync: dict[str, Any] = {"applicationsSync": policy_} if policy_ else {}
    sync.update({} if preserve is None else {"preserveResourcesOnDeletion": preserve})
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "ApplicationSet", "metadata": {"name": "apps"},
            "spec": {"goTemplate": True, "syncPolicy": sync}}  # fmt: skip


EXAMPLES = (
    Example("stricter", "pass", base=_set(), head=_set("create-only", preserve=True)),
    Example("sync is what unset means", "pass", base=_set(), head=_set("sync")),
    Example("a new set", "pass", _set()),
    Example("it may delete", "fail", base=_set("create-update"), head=_set(), path="syncPolicy.applicationsSync",
            message="apps may now delete its applications"),
    Example("it may update and delete", "fail", base=_set("create-only"), head=_set("sync"), message="delete and update"),
    Example("what runs goes with it", "fail", base=_set(preserve=True), head=_set(), path="syncPolicy.preserveResourcesOnDeletion",
            message="no longer keeps what its applications run"),
)  # fmt: skip


@policy(
    level="error",
    class_="recovery",
    kinds=["argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_applicationset(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a policy that allows more, and a protection that is gone."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head, name = (
        pair.base.view.spec.syncPolicy,
        pair.head.view.spec.syncPolicy,
        pair.head.id.name,
    )
    was, now = base.applicationsSync.string(), head.applicationsSync.string()
    more = MAY.get(now, frozenset()) - MAY.get(was, MAY["sync"])
    if more:
        yield Problem(
            head.applicationsSync, f"{name} may now {' and '.join(sorted(more))} its applications"
        )
    kept = head.preserveResourcesOnDeletion
    if base.preserveResourcesOnDeletion.raw is True and kept.raw is not True:
        yield Problem(
            kept, f"{name} no longer keeps what its applications run when they are deleted"
        )
