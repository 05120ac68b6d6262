"""Rollout lets a new version out with fewer safeguards.

Steps, analyses and the wait before the switch are what stops a bad version while few see it. Without
them, or with a promotion by itself, it reaches everybody before anybody has looked.

Fix:
Restore the steps and the analysis. To skip them once, promote the one release with
`kubectl argo rollouts promote --full`.

References:
https://argo-rollouts.readthedocs.io/en/stable/features/canary/
https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/
https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View

CHECKS = (
    ("canary", "analysis", "the analysis beside the canary"),
    ("blueGreen", "prePromotionAnalysis", "the analysis before the switch"),
    ("blueGreen", "postPromotionAnalysis", "the analysis after the switch"),
)


def _rollout(**strategy: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "web"},
            "spec": {"revisionHistoryLimit": 3, "strategy": strategy}}  # fmt: skip


STEPS = [
    {"setWeight": 10},
    {"pause": {"duration": "10m"}},
    {"analysis": {"templates": [{"templateName": "errors"}]}},
]
TEMPLATES = {"templates": [{"templateName": "errors"}]}
EXAMPLES = (
    Example("another weight", "pass", base=_rollout(canary={"steps": STEPS}), head=_rollout(canary={"steps": [{"setWeight": 20}, *STEPS[1:]]})),
    Example("one more step", "pass", base=_rollout(canary={"steps": STEPS}), head=_rollout(canary={"steps": [*STEPS, {"setWeight": 50}]})),
    Example("a new Rollout", "pass", _rollout(canary={})),
    Example("another strategy", "pass", base=_rollout(canary={"steps": STEPS}), head=_rollout(blueGreen={"activeService": "web"})),
    Example("no steps", "fail", base=_rollout(canary={"steps": STEPS}), head=_rollout(canary={}), path="strategy.canary.steps",
            message="web goes out at once"),
    Example("a pause less", "fail", base=_rollout(canary={"steps": STEPS}), head=_rollout(canary={"steps": [STEPS[0], STEPS[2]]}),
            message="1 pause less"),
    Example("an analysis less", "fail", base=_rollout(canary={"steps": STEPS}), head=_rollout(canary={"steps": STEPS[:2]}), message="1 analysis less"),
    Example("no analysis beside it", "fail", base=_rollout(canary={"analysis": TEMPLATES}), head=_rollout(canary={}),
            path="canary.analysis", message="web loses the analysis beside the canary"),
    Example("no analysis before the switch", "fail", base=_rollout(blueGreen={"prePromotionAnalysis": TEMPLATES}), head=_rollout(blueGreen={"activeService": "a"}),
            path="blueGreen.prePromotionAnalysis"),
    Example("it switches by itself", "fail", base=_rollout(blueGreen={"autoPromotionEnabled": False}), head=_rollout(blueGreen={}),
            path="blueGreen.autoPromotionEnabled", message="web is promoted by itself"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["argoproj.io/Rollout"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_rollout_safeguards(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield safeguards that the base had and the head has not."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head, name = pair.base.view.spec.strategy, pair.head.view.spec.strategy, pair.head.id.name
    for problem in (*_of_steps(base, head, name), *_of_checks(base, head, name)):
        yield problem._replace(possible=is_patch(pair.head, pair.context))


def _of_steps(base: View, head: View, name: str) -> Iterator[Problem]:
    old, new = list(base.canary.steps), list(head.canary.steps)
    if not old or not isinstance(head.canary.raw, dict):
        return
    if not new:
        yield Problem(head.canary.steps, f"{name} goes out at once: it has no steps any more")
        return
    for kind, plural in (("pause", "pauses"), ("analysis", "analyses")):
        fewer = _count(old, kind) - _count(new, kind)
        if fewer > 0:
            said = f"{fewer} {kind if fewer == 1 else plural} less"
            yield Problem(head.canary.steps, f"{name} goes out with {said}", key=kind)


def _count(steps: list[View], kind: str) -> int:
    return sum(step[kind].exists for step in steps)


def _of_checks(base: View, head: View, name: str) -> Iterator[Problem]:
    for strategy, field, what in CHECKS:
        lost = base[strategy][field].raw and not head[strategy][field].raw
        if lost and isinstance(head[strategy].raw, dict):
            yield Problem(head[strategy][field], f"{name} loses {what}")
    waits = base.blueGreen.autoPromotionEnabled.raw is False
    now = head.blueGreen.autoPromotionEnabled
    if waits and isinstance(head.blueGreen.raw, dict) and now.raw is not False:
        yield Problem(now, f"{name} is promoted by itself, and waited for somebody before")
