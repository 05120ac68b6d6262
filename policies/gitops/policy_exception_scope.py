"""Exception reaches further than one thing.

An exception for every rule, every object or every check outlives its reason: what comes later is exempt,
too, and nobody finds out. One that names the rule and the object says by itself when it is not needed.

Fix:
Name one policy, its rules, and the objects by kind, namespace and name; with the marks of other tools,
name the check and say why.

References:
https://kyverno.io/docs/exceptions/
https://docs.kubelinter.io/#/configuring-kubelinter?id=ignoring-violations-for-specific-cases
https://polaris.docs.fairwinds.com/customization/exemptions/

Peers:
kyverno:policy-for-exceptions
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.suppressions import marks
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


def _exception(rules: list[str], names: list[str] | None, *policies: str) -> dict[str, Any]:
    resources: dict[str, Any] = {"kinds": ["Pod"], "namespaces": ["shop"]}
    resources.update({"names": names} if names else {})
    exempt = [{"policyName": each, "ruleNames": rules} for each in policies or ("host-path",)]
    return {"apiVersion": "kyverno.io/v2", "kind": "PolicyException", "metadata": {"name": "web"},
            "spec": {"exceptions": exempt, "match": {"any": [{"resources": resources}]}}}  # fmt: skip


def _pod(**annotations: str) -> dict[str, Any]:
    named = {key.replace("__", "/").replace("_", "."): value for key, value in annotations.items()}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "annotations": named},
            "spec": {"containers": [{"name": "web", "image": "web:1"}]}}  # fmt: skip


EXAMPLES = (
    Example("one rule, one object", "pass", _exception(["check"], ["web-*"])),
    Example("one check", "pass", _pod(**{"ignore-check.kube-linter.io__run-as-non-root": "the image is not ours"})),
    Example("objects that have a label", "pass", {**_exception([], []), "spec": {"match": {"any": [
        {"resources": {"kinds": ["Pod"], "selector": {"matchLabels": {"app": "web"}}}}]}}}),
    Example("every rule", "fail", _exception(["*"], ["web"]), path="exceptions[0].ruleNames[0]",
            message="every rule of host-path"),
    Example("several policies", "fail", _exception(["check"], ["web"], "host-path", "run-as-non-root"),
            message="exempts from 2 policies at once", path="spec.exceptions"),
    Example("every object of its kinds", "fail", _exception(["check"], ["*"]), path="resources.names[0]",
            message="names no object"),
    Example("no names", "fail", _exception(["check"], None), path="resources"),
    Example("every check of a tool", "fail", _pod(**{"kube-linter.io__ignore-all": "legacy"}), message="silences every check of kube-linter"),
)  # fmt: skip


@policy(level="warning", examples=EXAMPLES)
def policy_exception_scope(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield wide exceptions of Kyverno, and marks that silence a whole tool."""
    head = pair.head
    if head.id.group == "kyverno.io" and head.id.kind == "PolicyException":
        yield from _of_kyverno(head)
    for mark in marks(head):
        if not mark.check and mark.tool != "terrascan":
            yield Problem(
                mark.view, f"{head.id.kind} {head.id.name} silences every check of {mark.tool}"
            )


def _of_kyverno(head: Resource) -> Iterator[Problem]:
    spec, name = head.view.spec, head.id.name
    exceptions = list(spec.exceptions)
    if len(exceptions) > 1:
        yield Problem(spec.exceptions, f"{name} exempts from {len(exceptions)} policies at once")
    for each in exceptions:
        for rule in each.ruleNames:
            if rule.raw == "*":
                yield Problem(rule, f"{name} exempts from every rule of {each.policyName.string()}")
    for where in ("any", "all"):
        for block in spec.match[where]:
            yield from _of_match(block.resources, name)


def _of_match(resources: View, name: str) -> Iterator[Problem]:
    names = list(resources["names"])
    if resources.selector or resources["name"]:
        return
    if not names:
        yield Problem(resources, f"{name} names no object: it exempts all of their kinds")
    for each in names:
        if each.raw == "*":
            yield Problem(each, f"{name} names no object: it exempts all of their kinds")
