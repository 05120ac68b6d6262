"""Admission policy of the cluster keeps less out than before.

What a ValidatingAdmissionPolicy denies, nobody gets past. It is set to warn while somebody finds out why a rollout
fails, loses a validation or an object that it is for, or is deleted, and nothing tells that it is gone.

Fix:
Restore what the policy denied, and add a condition for the one object that needs more.

References:
https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.admission import ADMISSION_POLICY
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up


def _policy(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "guard"},
        "spec": {"validations": [{"expression": "a"}, {"expression": "b"}], **spec},
    }


def _binding(*actions: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": "guard"},
        "spec": {"policyName": "guard", "validationActions": [*actions], **spec},
    }


EXAMPLES = (
    Example("in another order", "pass", base=_policy(), head=_policy(validations=[{"expression": "b"}, {"expression": "a"}])),
    Example("it denies as well", "pass", base=_binding("Warn"), head=_binding("Warn", "Deny")),
    Example("failures are ignored", "fail", base=_policy(), head=_policy(failurePolicy="Ignore"), message="lets through what it cannot judge"),
    Example("a validation is gone", "fail", base=_policy(), head=_policy(validations=[{"expression": "a"}]), message="a validation is gone"),
    Example("another validation", "fail", base=_policy(), head=_policy(validations=[{"expression": "a"}, {"expression": "c"}]), message="a validation is another one"),
    Example("on a condition", "fail", base=_policy(), head=_policy(matchConditions=[{"name": "few", "expression": "false"}]), message="its condition few"),
    Example("only a warning", "fail", base=_binding("Deny"), head=_binding("Warn"), path="spec.validationActions", message="no longer denies"),
    Example("for others", "fail", base=_binding("Deny", matchResources={"a": 1}), head=_binding("Deny", matchResources={"a": 2}), message="its matchResources is another one"),
    Example("gone", "fail", base=_binding("Deny"), message="ValidatingAdmissionPolicyBinding guard is gone"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=[
        "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
        "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
    ],
    operations=["UPDATE", "DELETE"],
    examples=EXAMPLES,
)
def loosened_admission_policy(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, ADMISSION_POLICY)
