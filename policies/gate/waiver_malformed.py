"""A waiver cannot be read.

What cannot be read, records what is not so, accepts a place where its policy finds nothing, or could be for any of
several resources excuses nothing, and somebody believes that it does.

Fix:
Mend the file as the message says; `policygate schema waiver` prints its form.

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
    Example("an unknown key", "fail", text=WAIVER + "until: 2026-01-21\n", at=FILE, beside=BESIDE, message="unknown key `until`"),
    Example("an unknown policy", "fail", text=WAIVER.replace("host-network", "host-netwrk"), at=FILE, beside=BESIDE, message="there is no policy `host-netwrk`"),
    Example("no such day", "fail", text=WAIVER.replace("01-20", "02-30"), at=FILE, beside=BESIDE, message="no day of the calendar"),
    Example("what it records is not so", "fail", text=WAIVER + "accepted: [{path: spec.template.spec.hostNetwork, was: null, now: false}]\n", at=FILE, beside=BESIDE,
            message="it accepts something else"),
    Example("it accepts what is no finding", "fail", text=WAIVER + "accepted: [{path: spec.replicas, was: null, now: null}]\n", at=FILE, beside=BESIDE,
            message="host-network finds nothing at spec.replicas"),
    Example("it begins tomorrow", "fail", text=WAIVER.replace("01-14", "01-16"), at=FILE, beside=BESIDE, message="begins only on"),
)  # fmt: skip


@policy(level="error", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_malformed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-malformed")
