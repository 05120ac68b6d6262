"""A waiver is not needed any more.

What it excused is as good as before the emergency, or better. A waiver that stays would excuse the next loosening,
which nobody has given a reason for.

Fix:
Remove the waiver.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#policy-instantiation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.gate import BESIDE, DEPLOYMENT, FILE, WAIVER, objections

ACCEPTED = "accepted: [{path: spec.template.spec.hostNetwork, was: null, now: true}]\n"
EXAMPLES = (
    Example("still looser", "pass", text=WAIVER + ACCEPTED, at=FILE, beside=BESIDE),
    Example("restored", "fail", base_text=WAIVER + ACCEPTED, text=WAIVER + ACCEPTED, at=FILE, beside={"prod/web.yaml": DEPLOYMENT.replace("hostNetwork: true", "hostNetwork: false")},
            message="prod/Deployment/web is as good as before: remove this waiver of host-network"),
    Example("taken out", "fail", base_text=WAIVER + ACCEPTED, text=WAIVER + ACCEPTED, at=FILE, beside={"prod/web.yaml": DEPLOYMENT.replace("      hostNetwork: true\n", "")}),
)  # fmt: skip


@policy(level="warning", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_settled(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-settled")
