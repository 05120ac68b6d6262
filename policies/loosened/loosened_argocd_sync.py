"""Argo CD no longer keeps an application as git says.

Automatic sync, or its self-healing, was switched off. It is what one does while an outage lasts, and
when nobody switches it on again the cluster drifts: what is merged does not arrive, what is changed by
hand stays.

Fix:
Restore `syncPolicy.automated` with `selfHeal: true`. Where it must be off for a while, write down until
when and who brings it back.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/#automatic-self-healing
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application
from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View


def _app(automated: Any, kind: str = "Application") -> dict[str, Any]:
    spec: dict[str, Any] = {
        "project": "shop",
        "syncPolicy": {"automated": automated, "retry": {"limit": 1}},
    }
    spec = {"template": {"spec": spec}} if kind == "ApplicationSet" else spec
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("switched on", "pass", base=_app(None), head=_app({"selfHeal": True})),
    Example("it never healed", "pass", base=_app({}), head=_app({"prune": True})),
    Example("as it was", "pass", base=_app({"selfHeal": True}), head=_app({"selfHeal": True, "prune": True})),
    Example("a new application", "pass", _app(None)),
    Example("no self-healing", "fail", base=_app({"selfHeal": True}), head=_app({"selfHeal": False}),
            message="web is no longer healed", path="syncPolicy.automated.selfHeal"),
    Example("no sync at all", "fail", base=_app({"prune": True}), head=_app(None), path="spec.syncPolicy.automated",
            message="web is no longer synced by itself"),
    Example("switched off, but kept", "fail", base=_app({}), head=_app({"enabled": False}), path="automated.enabled"),
    Example("all that a set makes", "fail", base=_app({"selfHeal": True}, "ApplicationSet"), head=_app({}, "ApplicationSet"),
            path="spec.template.spec.syncPolicy.automated.selfHeal"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_sync(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield automatic sync, or self-healing, that the base had and the head has not."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head = (application(side).syncPolicy.automated for side in (pair.base, pair.head))
    name = pair.head.id.name
    if _is_on(base) and not _is_on(head):
        at = head.enabled if head else head
        message = f"{name} is no longer synced by itself: what is merged does not arrive"
    elif (
        _is_on(base)
        and base.selfHeal.raw is True
        and head.selfHeal.raw is not True
        and not head.selfHeal.string()
    ):
        at = head.selfHeal
        message = f"{name} is no longer healed: what is changed by hand stays"
    else:
        return
    yield Problem(at, message, possible=is_patch(pair.head, pair.context))


def _is_on(automated: View) -> bool:
    return isinstance(automated.raw, dict) and automated.enabled.raw is not False
