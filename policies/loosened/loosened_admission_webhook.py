"""Webhook keeps less out of the cluster than before.

A webhook that ignores failures lets everything through as soon as it does not answer, which whoever wants to get past
it can bring about. One that sees fewer requests, or is gone, is not asked at all.

Fix:
Restore what the webhook sees, and `failurePolicy: Fail`; exempt its own namespace instead.

References:
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.admission import WEBHOOK
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up


def _hooks(version: str = "v1", **hook: Any) -> dict[str, Any]:
    rule = {"apiGroups": [""], "resources": ["pods"], "operations": ["CREATE", "UPDATE"]}
    return {
        "apiVersion": f"admissionregistration.k8s.io/{version}",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "guard"},
        "webhooks": [{"name": "pods.guard", "rules": [rule], **hook}],
    }


def _rule(groups: str, resources: str, operations: str) -> list[dict[str, Any]]:
    return [
        {
            "apiGroups": groups.split(","),
            "resources": resources.split(),
            "operations": operations.split(),
        }
    ]


EXAMPLES = (
    Example("the default is written", "pass", base=_hooks(), head=_hooks(failurePolicy="Fail", matchPolicy="Equivalent")),
    Example("it sees more", "pass", base=_hooks(), head=_hooks(rules=_rule("*", "*/*", "CREATE UPDATE DELETE"))),
    Example("a wider selector", "pass", base=_hooks(namespaceSelector={"matchLabels": {"a": "b"}}), head=_hooks(namespaceSelector={})),
    Example("failures are ignored", "fail", base=_hooks(), head=_hooks(failurePolicy="Ignore"), path="webhooks[0].failurePolicy",
            message="lets everything through when it does not answer"),
    Example("an older version, which ignores them", "fail", base=_hooks(), head=_hooks("v1beta1")),
    Example("it sees less", "fail", base=_hooks(), head=_hooks(rules=_rule(",apps", "pods", "CREATE")), message="no longer sees UPDATE of pods"),
    Example("not below", "fail", base=_hooks(rules=_rule("", "*/*", "*")), head=_hooks(rules=_rule("", "*", "*"))),
    Example("only below", "fail", base=_hooks(rules=_rule("", "pods pods/exec", "*")), head=_hooks(rules=_rule("", "*/exec pods/*", "*")), message="of pods"),
    Example("some namespaces", "fail", base=_hooks(), head=_hooks(namespaceSelector={"matchLabels": {"a": "b"}}), message="its namespaceSelector is narrower"),
    Example("on a condition", "fail", base=_hooks(), head=_hooks(matchConditions=[{"name": "few", "expression": "false"}]), message="its condition few"),
    Example("not other versions", "fail", base=_hooks(), head=_hooks(matchPolicy="Exact"), message="other versions of the same resources"),
    Example("one is gone", "fail", base=_hooks(), head=_hooks(name="more"), message="the webhook pods.guard is gone"),
    Example("all are gone", "fail", base=_hooks(), message="ValidatingWebhookConfiguration guard is gone"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=[
        "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
        "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    ],
    operations=["UPDATE", "DELETE"],
    refines=["webhook-configuration-review"],
    examples=EXAMPLES,
)
def loosened_admission_webhook(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, WEBHOOK)
