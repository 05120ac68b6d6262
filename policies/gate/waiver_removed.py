"""A waiver is removed, or says less than before, and what it excused is still there.

Its words were the only thing that remembered the emergency. Without them the loosened value is old debt, which blocks
nobody: the exception has become the new normal, and nobody has decided that.

Fix:
Restore what it excused, in the same change, or put back what the waiver said of it. What is meant to stay is a
decision of those who own the gate: a setting (an override for this resource), merged before.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#policy-instantiation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.gate import BESIDE, DEPLOYMENT, FILE, WAIVER, objections

ACCEPTED = "accepted: [{path: spec.template.spec.hostNetwork, was: null, now: true}]\n"
RESTORED = {"prod/web.yaml": DEPLOYMENT.replace("hostNetwork: true", "hostNetwork: false")}
EXAMPLES = (
    Example("with what it excused", "pass", base_text=WAIVER + ACCEPTED, at=FILE, beside=RESTORED),
    Example("before what it excused", "fail", base_text=WAIVER + ACCEPTED, at=FILE, beside=BESIDE,
            message="the waiver of host-network is removed, and what it excused in prod/Deployment/web is still there"),
    Example("one that has expired", "fail", base_text=WAIVER.replace("01-20", "01-14") + ACCEPTED, at=FILE, beside=BESIDE),
    Example("pointed at something else", "fail", base_text=WAIVER + ACCEPTED, text=WAIVER + ACCEPTED.replace("hostNetwork", "hostPID"), at=FILE, beside=BESIDE,
            message="the waiver of host-network says less than before"),
    Example("renamed", "pass", base_text=WAIVER, at=FILE, beside={**BESIDE, ".policygate/waivers/new.yaml": WAIVER}),
)  # fmt: skip


@policy(level="error", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_removed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-removed")
