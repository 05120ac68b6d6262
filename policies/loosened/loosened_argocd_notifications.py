"""Nobody is told any more when an application fails.

The subscription was what told its owners that a sync failed or that something is unhealthy. Without it
the next failure is found by the customers.

Fix:
Restore the annotation, or subscribe the owners in the project or in `argocd-notifications-cm` first.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/subscriptions/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared

PREFIX = "notifications.argoproj.io/subscribe."


def _app(**annotations: str) -> dict[str, Any]:
    named = {PREFIX + key.replace("_", "-"): value for key, value in annotations.items()}
    metadata = {"name": "web", "annotations": {"team": "shop", **named}}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": metadata,
        "spec": {"project": "shop"},
    }


EXAMPLES = (
    Example("another channel", "pass", base=_app(on_sync_failed="a"), head=_app(on_sync_failed="b")),
    Example("good news only", "pass", base=_app(on_deployed="a"), head=_app()),
    Example("a new application", "pass", _app()),
    Example("removed", "fail", base=_app(on_sync_failed="a"), head=_app(), path="metadata.annotations",
            message="nobody is told of on-sync-failed of web"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["argoproj.io/Application", "argoproj.io/AppProject"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_notifications(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield subscriptions to failures that the base had and the head has not."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    head = pair.head.view.metadata.annotations
    kept = {
        key.removeprefix(PREFIX).partition(".")[0]
        for key, _ in head.items()
        if key.startswith(PREFIX)
    }
    for key, view in pair.base.view.metadata.annotations.items():
        trigger = key.removeprefix(PREFIX).partition(".")[0]
        bad = any(word in trigger for word in ("fail", "degraded", "unknown", "error"))
        if view and key.startswith(PREFIX) and bad and trigger not in kept:
            possible = is_patch(pair.head, pair.context)
            yield Problem(
                head,
                f"nobody is told of {trigger} of {pair.head.id.name} any more",
                key=trigger,
                possible=possible,
            )
