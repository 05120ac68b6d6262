"""AppProject syncs at times that were closed.

A window of the kind `deny` keeps deployments out of busy hours or of a freeze. Without it, or with
`manualSync: true` in it, they go through again, for every application of the project.

Fix:
Restore the window, or say in the pull request that the freeze is over.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View

FIELDS = ("schedule", "duration", "timeZone", "andOperator")
WHOM = ("applications", "namespaces", "clusters")


def _project(*windows: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject", "metadata": {"name": "shop"},
            "spec": {"description": "the shop", "syncWindows": list(windows)}}  # fmt: skip


NIGHT = {"kind": "deny", "schedule": "0 22 * * *", "duration": "8h", "applications": ["*"]}
EXAMPLES = (
    Example("as it was", "pass", base=_project(NIGHT), head=_project({**NIGHT, "description": "nights"})),
    Example("one more", "pass", base=_project(NIGHT), head=_project(NIGHT, {**NIGHT, "schedule": "0 0 * * 6"})),
    Example("for more applications", "pass", base=_project({**NIGHT, "applications": ["web"]}), head=_project(NIGHT)),
    Example("an allowing window went: the rest is closed", "pass", base=_project(NIGHT, {**NIGHT, "kind": "allow"}), head=_project(NIGHT)),
    Example("gone", "fail", base=_project(NIGHT), head=_project(), path="spec.syncWindows",
            message="no longer closes 0 22 * * * (8h)"),
    Example("for fewer applications", "fail", base=_project(NIGHT), head=_project({**NIGHT, "applications": ["web"]})),
    Example("open for whoever syncs by hand", "fail", base=_project(NIGHT), head=_project({**NIGHT, "manualSync": True}),
            message="can be synced by hand in 0 22 * * *", path="manualSync"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["argoproj.io/AppProject"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_sync_windows(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield denying windows that are gone, cover less, or can be passed by hand."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    head, who = pair.head.view.spec.syncWindows, f"AppProject {pair.head.id.name}"
    for old in pair.base.view.spec.syncWindows:
        if old.kind.raw != "deny":
            continue
        same = [new for new in head if _times(new) == _times(old) and _covers(new, old)]
        if not same:
            times = f"{old.schedule.string()} ({old.duration.string()})"
            yield Problem(head, f"{who} no longer closes {times}", key=times)
        elif old.manualSync.raw is not True and all(new.manualSync.raw is True for new in same):
            yield Problem(
                same[0].manualSync,
                f"{who} can be synced by hand in {old.schedule.string()}, which was closed",
            )


def _times(window: View) -> tuple[Any, ...]:
    return (window.kind.raw, *(window[field].raw for field in FIELDS))


def _covers(new: View, old: View) -> bool:
    """Whether a window closes at least what another one closed."""
    for field in WHOM:
        before, now = ([item.raw for item in window[field]] for window in (old, new))
        if "*" not in now and any(item not in now for item in before):
            return False
    return True
