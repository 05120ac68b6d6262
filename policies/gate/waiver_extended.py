"""A waiver is extended.

The end was a promise. Moving it is allowed within `waivers.max_days`, with a new reason, and is always said: the
third extension of an emergency is not one any more. With the old reason it is an error.

Fix:
Mend what the waiver excuses, or give the new reason that reviewers should weigh.

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
    Example("moved with the same words", "pass", base_text=WAIVER, text=WAIVER, at=FILE, beside=BESIDE),
    Example("shortened", "pass", base_text=WAIVER, text=WAIVER.replace("01-20", "01-18"), at=FILE, beside=BESIDE),
    Example("with a new reason", "fail", base_text=WAIVER, text=WAIVER.replace("01-20", "01-22").replace("the CNI", "it with the vendor"), at=FILE, beside=BESIDE,
            message="extended from 2026-01-20 to 2026-01-22: debug it with the vendor"),
    Example("with the old reason", "fail", base_text=WAIVER, text=WAIVER.replace("01-20", "01-22"), at=FILE, beside=BESIDE, message="with the same reason"),
)  # fmt: skip


@policy(level="warning", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_extended(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-extended")
