"""A waiver for what cannot be waived.

Some policies guard the gate itself, or what a team has decided never to excuse (`waivers.not_waivable`); some people may
own no waiver (`waivers.owners`). The limits are those of the base.

Fix:
Mend the finding instead, or change the limits in a pull request of their own.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#policy-instantiation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.gate import BESIDE, FILE, WAIVER, objections

EXAMPLES = (
    Example("in force", "pass", text=WAIVER, at=FILE, beside=BESIDE),
    Example("of the gate itself", "fail", text=WAIVER.replace("host-network", "gate-weakened"), at=FILE, beside=BESIDE,
            message="gate-weakened may not be waived"),
)  # fmt: skip


@policy(level="error", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_not_allowed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-not-allowed")
