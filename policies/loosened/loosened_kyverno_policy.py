"""Kyverno policy keeps less out than before.

A policy that only audits keeps nothing out. It is set to `Audit` while somebody debugs, loses a rule, or passes over
a namespace, and stays so. What patterns and expressions mean is not compared: another one is only possibly laxer.

Fix:
Restore the rule or its action, and write a PolicyException for the one object that needs more.

References:
https://kyverno.io/docs/policy-types/cluster-policy/validate/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.admission import KYVERNO_POLICY
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up

MATCH = {"any": [{"resources": {"kinds": ["Pod"]}}]}
RULE = {"name": "signed", "match": MATCH, "validate": {"pattern": {"a": "b"}}}


def _policy(rule: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "kyverno.io/v1",
        "kind": "ClusterPolicy",
        "metadata": {"name": "guard"},
        "spec": {"validationFailureAction": "Enforce", "rules": [{**RULE, **(rule or {})}], **spec},
    }


NEW = {
    "apiVersion": "policies.kyverno.io/v1",
    "kind": "ValidatingPolicy",
    "metadata": {"name": "guard"},
    "spec": {"validationActions": ["Deny"]},
}

EXAMPLES = (
    Example("enforced by the rule", "pass", base=_policy(), head=_policy({"validate": {"failureAction": "Enforce", "pattern": {"a": "b"}}}, validationFailureAction="Audit")),
    Example("another message", "pass", base=_policy(), head=_policy({"validate": {"message": "no", "pattern": {"a": "b"}}})),
    Example("only audited", "fail", base=_policy(), head=_policy(validationFailureAction="Audit"), path="spec.validationFailureAction", message="only reports what it kept out"),
    Example("by default", "fail", base=_policy(), head=_policy(validationFailureAction=None)),
    Example("a rule is gone", "fail", base=_policy(), head=_policy(rules=[]), message="the rule signed is gone"),
    Example("it passes over some", "fail", base=_policy(), head=_policy({"exclude": MATCH}), message="passes over some of what it kept out"),
    Example("for others", "fail", base=_policy(), head=_policy({"match": {"any": [{"resources": {"kinds": ["Job"]}}]}}), message="is for other resources now"),
    Example("asks for something else", "fail", base=_policy(), head=_policy({"validate": {"pattern": {"a": "*"}}}), message="asks for something else"),
    Example("asks for nothing", "fail", base=_policy(), head=_policy({"validate": None}), message="no longer has its validate"),
    Example("not at admission", "fail", base=_policy(), head=_policy(admission=False), message="no longer looks at what is admitted"),
    Example("not in the background", "fail", base=_policy(), head=_policy(background=False)),
    Example("one namespace", "fail", base=_policy(), message="only reports what it kept out of shop",
            head=_policy(validationFailureActionOverrides=[{"action": "Audit", "namespaces": ["shop"]}])),
    Example("when it does not answer", "fail", base=_policy(), head=_policy(failurePolicy="Ignore")),
    Example("the new kind only warns", "fail", base=NEW, head={**NEW, "spec": {"validationActions": ["Warn"]}}, message="no longer denies"),
    Example("gone", "fail", base=_policy(), message="ClusterPolicy guard is gone"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["kyverno.io/ClusterPolicy", "kyverno.io/Policy", "policies.kyverno.io/*"],
    operations=["UPDATE", "DELETE"],
    examples=EXAMPLES,
)
def loosened_kyverno_policy(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, KYVERNO_POLICY)
