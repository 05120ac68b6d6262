"""What a waiver excuses has become worse.

A waiver is for one value: the one that was looked at and accepted. What goes beyond it needs a reason of its own.

Fix:
Go back to what was accepted, or record the new value with `policygate waive` and its reason.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#policy-instantiation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.gate import DEPLOYMENT, FILE, WAIVER, objections

LIMITED = DEPLOYMENT.replace('image: "web:1"', 'image: "web:1", resources: {limits: {memory: 4Gi}}')
LIMIT = (
    WAIVER.replace("host-network", "loosened-limits")
    + "accepted: [{path: 'spec.template.spec.containers[web].resources.limits.memory', was: 512Mi, now: 4Gi}]\n"
)
EXAMPLES = (
    Example("as accepted", "pass", text=LIMIT, at=FILE, beside={"prod/web.yaml": LIMITED}),
    Example("less than accepted", "pass", base_text=LIMIT, text=LIMIT, at=FILE, beside={"prod/web.yaml": LIMITED.replace("4Gi", "2Gi")}),
    Example("more than accepted", "fail", base_text=LIMIT, text=LIMIT, at=FILE, beside={"prod/web.yaml": LIMITED.replace("4Gi", "8Gi")},
            message="beyond what the waiver of loosened-limits accepts"),
)  # fmt: skip


@policy(level="error", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_exceeded(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-exceeded")
