"""Admission webhook stops the cluster, or lets things pass.

A webhook that must answer (`failurePolicy: Fail`, the default) and is asked about everything stops the
cluster when it is down, and may be asked about the very pods it needs to come back. One that need no
longer answer (`Ignore`) lets pass what it was made to stop.

Fix:
Let a `namespaceSelector` leave out kube-system and the namespace of the webhook itself, and list the
resources that it is about. Keep `Fail` for what must not pass.

References:
https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy

Standards: MITRE ATT&CK

Peers:
kubescape:C-0036, kubescape:C-0039
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

PODS = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
EVERYTHING = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*/*"]}


def _hooks(**hook: Any) -> dict[str, Any]:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "guard"},
        "webhooks": [{"name": "guard.example.com", "rules": [PODS], **hook}],
    }


SOME = {
    "matchExpressions": [
        {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]}
    ]
}
EXAMPLES = (
    Example("not every namespace", "pass", _hooks(namespaceSelector=SOME)),
    Example("not every object", "pass", _hooks(objectSelector={"matchLabels": {"guard": "on"}})),
    Example("not every request", "pass", _hooks(matchConditions=[{"name": "a", "expression": "true"}])),
    Example("its own resource", "pass", _hooks(rules=[{**PODS, "apiGroups": ["example.com"], "resources": ["guards"]}])),
    Example("deletions alone", "pass", _hooks(rules=[{**PODS, "operations": ["DELETE"]}])),
    Example("it need not answer", "pass", _hooks(failurePolicy="Ignore")),
    Example("every pod of the cluster", "fail", _hooks(), path="failurePolicy",
            message="guard.example.com must answer for every namespace"),
    Example("everything", "fail", _hooks(rules=[EVERYTHING], namespaceSelector={}, failurePolicy="Fail"),
            path="failurePolicy"),
    Example("it need no longer answer", "fail", base=_hooks(namespaceSelector=SOME),
            head=_hooks(namespaceSelector=SOME, failurePolicy="Ignore"), path="failurePolicy",
            message="guard.example.com need no longer answer"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=[
        "admissionregistration.k8s.io/MutatingWebhookConfiguration",
        "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    ],
    enabled=False,
    examples=EXAMPLES,
)
def webhook_configuration_review(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield webhooks that hold up everything, and those that hold up nothing any more."""
    before = {}
    if pair.base is not None:
        before = {hook.name.string(): _must_answer(hook) for hook in pair.base.view.webhooks}
    for hook in pair.head.view.webhooks:
        name, policy_ = hook.name.string(), hook.failurePolicy
        if _must_answer(hook) and _is_wide(hook):
            yield Problem(policy_, f"{name} must answer for every namespace", key=f"wide {name}")
        elif not _must_answer(hook) and before.get(name):
            yield Problem(policy_, f"{name} need no longer answer", known=False)


def _must_answer(hook: View) -> bool:
    return hook.failurePolicy.string("Fail") == "Fail"


def _is_wide(hook: View) -> bool:
    """Whether it is asked about pods, or about everything, when they are created anywhere."""
    if hook.namespaceSelector.raw or hook.objectSelector.raw or hook.matchConditions.raw:
        return False
    for rule in hook.rules:
        operations, groups, resources = (
            {item.string() for item in rule[key]}
            for key in ("operations", "apiGroups", "resources")
        )
        wide = groups & {"", "*"} and resources & {"pods", "*", "*/*"}
        if wide and operations & {"CREATE", "*"}:
            return True
    return False
