"""Exception lifts more than before.

An exception is written for one object in an emergency, and grows: one more rule, one more namespace, and at last it is
the rule.

Fix:
Write another exception for the other object, with a reason and an end of its own.

References:
https://kyverno.io/docs/exceptions/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.admission import POLICY_EXCEPTION
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _exception(*rules: str, kind: str = "Pod") -> dict[str, Any]:
    return {
        "apiVersion": "kyverno.io/v2",
        "kind": "PolicyException",
        "metadata": {"name": "web"},
        "spec": {
            "exceptions": [{"policyName": "guard", "ruleNames": [*rules]}],
            "match": {"any": [{"resources": {"kinds": [kind]}}]},
        },
    }


EXAMPLES = (
    Example("fewer rules", "pass", base=_exception("a", "b"), head=_exception("b")),
    Example("one more", "fail", base=_exception("a"), head=_exception("a", "b"), message="lifts the rule b of guard now"),
    Example("for others", "fail", base=_exception("a"), head=_exception("a", kind="Job"), message="is for other resources now"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["kyverno.io/PolicyException", "policies.kyverno.io/PolicyException"],
    operations=["UPDATE"],
    refines=["policy-exception-scope"],
    examples=EXAMPLES,
)
def loosened_policy_exception(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, POLICY_EXCEPTION)
