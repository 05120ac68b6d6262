"""A waiver is for something that is not there.

Nothing is excused by it today; it lies in wait for whatever gets that name next.

Fix:
Remove the file, or name what was meant: `namespace/Kind/name`.

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
    Example("a wrong name", "fail", text=WAIVER.replace("prod/Deployment/web", "prod/Deployment/wbe"), at=FILE, beside=BESIDE,
            message="prod/Deployment/wbe is not there any more: remove this waiver of host-network"),
)  # fmt: skip


@policy(level="error", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_orphaned(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-orphaned")
