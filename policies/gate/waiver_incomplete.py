"""A waiver lacks a reason, an owner or an end.

Who reads it later must learn why it is there, whom to ask, and until when it holds. What a waiver has to say is set in
`waivers.require`; one that does not say it excuses nothing.

Fix:
Add what is missing; `policygate waive` asks for all of it.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#policy-instantiation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.gate import BESIDE, DEPLOYMENT, FILE, WAIVER, objections

EXAMPLES = (
    Example("in force", "pass", text=WAIVER, at=FILE, beside=BESIDE),
    Example("without a reason", "fail", text=WAIVER.replace("reason: debug the CNI\n", ""), at=FILE, beside=BESIDE,
            message="the waiver of host-network has no reason"),
    Example("without an end", "fail", text=WAIVER.replace("expires: 2026-01-20\n", ""), at=FILE, beside=BESIDE, message="has no end"),
    Example("an annotation without an owner", "fail", at="prod/web.yaml", message="has no owner",
            text=DEPLOYMENT.replace("namespace: prod", "namespace: prod, annotations: {policygate.dev/ignore.host-network: debug until=2026-01-20}")),
)  # fmt: skip


@policy(level="error", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_incomplete(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-incomplete")
