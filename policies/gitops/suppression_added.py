"""Another tool is told to be silent.

A mark on the object switches off a check of some scanner. It is often the fastest way to a green build,
and from then on nobody sees what the check would say, about later changes included.

Fix:
Mend what the check found. Where that is impossible, say in the value of the mark why, and in the pull
request until when.

References:
https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html
https://docs.kubelinter.io/#/configuring-kubelinter
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.suppressions import Mark, marks
from policygate.policy import Example, Pair, Problem, policy


def _deployment(where: str = "object", **annotations: Any) -> dict[str, Any]:
    named = {key.replace("__", "/"): value for key, value in annotations.items()}
    metadata = {"name": "web", **({"annotations": named} if where == "object" else {})}
    inner = {"labels": {"app": "web"}, **({"annotations": named} if where == "pod" else {})}
    spec = {"containers": [{"name": "web", "image": "web:1"}]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {
        "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": inner, "spec": spec}}}  # fmt: skip


def _until(day: str) -> dict[str, Any]:
    return _deployment(**CONTROL, **{"kubescape.io__skip-expiry": day})


CONTROL = {"kubescape.io__skip-controls": "C-0041"}
_NEVER = "forever"
"""After every day, as texts are compared."""
SKIP = {"checkov.io__skip1": "CKV_K8S_20=see https://example.com/?id=1"}
EXAMPLES = (
    Example("it was there", "pass", base=_deployment(**SKIP), head=_deployment(**SKIP, team="web")),
    Example("moved to the pods", "pass", base=_deployment("object", **SKIP), head=_deployment("pod", **SKIP)),
    Example("gone", "pass", base=_deployment(**SKIP), head=_deployment()),
    Example("a new object", "pass", _deployment(**SKIP)),
    Example("with a reason", "fail", base=_deployment(), head=_deployment(**SKIP), path='metadata.annotations["checkov.io/skip1"]',
            message="web silences CKV_K8S_20 of checkov: see https://example.com/?id=1"),
    Example("without a reason", "fail", base=_deployment(), head=_deployment(**{"kube-score__ignore": "pod-probes"}),
            message="web silences pod-probes of kube-score and does not say why"),
    Example("one more", "fail", base=_deployment(**{"kube-score__ignore": "a"}), head=_deployment(**{"kube-score__ignore": "a,b"}), message="silences b"),
    Example("on the pods", "fail", base=_deployment(), head=_deployment("pod", **{"kube-score__ignore": "a"}), path='spec.template.metadata.annotations["kube-score/ignore"]'),
    Example("it ends earlier", "pass", base=_until("2026-12-01"), head=_until("2026-06-01")),
    Example("it ends later", "fail", base=_until("2025-12-01"), head=_until("2099-12-01"),
            message="silences C-0041 of kubescape until 2099-12-01 instead of until 2025-12-01 and does not say why"),
    Example("it does not end any more", "fail", base=_until("2025-12-01"), head=_deployment(**CONTROL), message="for good instead of until 2025-12-01"),
    Example("everything", "fail", base=_deployment(), head=_deployment(**{"polaris.fairwinds.com__exempt": "true"}),
            message="silences everything of polaris"),
)  # fmt: skip


@policy(level="warning", operations=["UPDATE"], examples=EXAMPLES)
def suppression_added(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the marks that the base does not have anywhere on the object, or not for so long."""
    found = list(marks(pair.head))
    before = list(marks(pair.base)) if found else []
    for mark in found:
        ends = [_end(each) for each in before if (each.tool, each.check) == (mark.tool, mark.check)]
        if ends and _end(mark) <= max(ends):
            continue
        what = f"{pair.head.id.name} silences {mark.check or 'everything'} of {mark.tool}"
        reason = f": {mark.reason}" if mark.reason else " and does not say why"
        until = f"until {mark.expires}" if mark.expires else "for good"
        longer = f" {until} instead of until {max(ends)}" if ends else ""
        yield Problem(mark.view, f"{what}{longer}{reason}", key=f"{mark.tool} {mark.check}")


def _end(mark: Mark) -> str:
    return mark.expires or _NEVER
