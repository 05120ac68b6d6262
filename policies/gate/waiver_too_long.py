"""A waiver lasts longer than is allowed.

The setting `waivers.max_days` bounds how long an exception may stand, by the level of its policy. A waiver beyond it
excuses nothing. What counts is the time from its beginning, extensions included.

Fix:
Give it an earlier end and mend what it excuses by then. What is meant to stay needs a setting (an override for
this resource), which those who own the gate review.

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
    Example("as long as is allowed", "pass", text=WAIVER.replace("01-20", "01-28"), at=FILE, beside=BESIDE),
    Example("longer", "fail", text=WAIVER.replace("01-20", "01-29"), at=FILE, beside=BESIDE,
            message="lasts 15 days from 2026-01-14; 14 are allowed for the level error"),
    Example("an extension begins when the waiver began", "fail", base_text=WAIVER.replace("01-14", "01-02"),
            text=WAIVER.replace("the CNI", "another CNI"), at=FILE, beside=BESIDE, message="from 2026-01-02"),
)  # fmt: skip


@policy(level="error", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_too_long(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-too-long")
