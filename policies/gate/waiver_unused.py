"""A waiver excuses nothing.

Its policy finds nothing where it points: what it excused is mended, or never was. It would excuse the next mistake.

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

EXAMPLES = (
    Example("in force", "pass", text=WAIVER, at=FILE, beside=BESIDE),
    Example("mended", "fail", text=WAIVER, at=FILE, beside={"prod/web.yaml": DEPLOYMENT.replace("hostNetwork: true", "hostNetwork: false")},
            message="host-network finds nothing in prod/Deployment/web: remove this waiver"),
)  # fmt: skip


@policy(level="warning", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_unused(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-unused")
