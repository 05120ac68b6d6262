"""A waiver has expired.

An exception that outlives its end is how an emergency becomes the new normal. The gate keeps saying so, in every
pull request, until what was excused is mended or somebody gives a new reason for a new end.

Fix:
Restore what the waiver excuses and remove it; or extend it, within `waivers.max_days` of its first day, with
`policygate waive` and a new reason. What is meant to stay needs a setting (an override for this resource), and no waiver.

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
    Example("on its last day", "pass", text=WAIVER.replace("01-20", "01-15"), at=FILE, beside=BESIDE),
    Example("a day later", "fail", text=WAIVER.replace("01-20", "01-14"), at=FILE, beside=BESIDE,
            message="the waiver of host-network expired on 2026-01-14, 1 day ago"),
)  # fmt: skip


@policy(level="error", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_expired(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-expired")
