"""Role grants a wildcard.

A `*` grants what exists today and everything that will be installed tomorrow: new resources, new
subresources, new verbs such as `escalate`, `bind` and `impersonate`.

It is an error where it holds every resource, or one that leads to the rights, data or pods of others.
Otherwise it is a warning: operators own what they define.

Fix:
List the verbs, resources and API groups that are needed.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
https://cwe.mitre.org/data/definitions/269.html

Standards:
CIS 5.1.3; NSA; CWE-269

Peers:
kube-linter:wildcard-in-rules, checkov:CKV_K8S_49, trivy:KSV-0044, trivy:KSV-0045, trivy:KSV-0046,
trivy:KSV-0112, kubescape:C-0187, kubescape:C-0035, kyverno:restrict-wildcard-verbs,
kyverno:restrict-wildcard-resources, datree:CIS_INVALID_WILDCARD_ROLE,
semgrep:legacy-api-clusterrole-excessive-permissions, polaris:clusterrolebindingClusterAdmin,
polaris:rolebindingClusterAdminClusterRole, polaris:rolebindingClusterAdminRole
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from policygate.kube.rbac import rule_of
from policygate.kube.rbac_powers import leads_further
from policygate.model import Level
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

FIELDS = ("apiGroups", "resources", "verbs", "nonResourceURLs")


def _role(*rules: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "ci"},
        "rules": list(rules),
    }


READ = {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"]}
EXAMPLES = (
    Example("everything is listed", "pass", _role(READ)),
    Example("an aggregated role has no rules of its own", "pass", {
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "all"},
        "aggregationRule": {"clusterRoleSelectors": []}}),
    Example("every verb, in the second rule", "fail", _role(READ, {**READ, "verbs": ["*"]}),
            path="rules[1].verbs[0]", message="every verb on deployments"),
    Example("a wildcard for one object is now one for all", "fail", path="rules[0].verbs[0]",
            base=_role({**READ, "verbs": ["*"], "resourceNames": ["web"]}, {**READ, "resources": ["pods"], "verbs": ["*"]}),
            head=_role({**READ, "verbs": ["*"]}, {**READ, "resources": ["pods"], "verbs": ["*"]})),
    Example("every resource", "fail", _role({**READ, "resources": ["*"]}), message="every resource"),
    Example("a wildcard subresource", "fail", _role({**READ, "resources": ["*/scale"]})),
    Example("all seven verbs are as good as a star", "fail", _role({**READ, "verbs": [
        "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]})),
)  # fmt: skip


@policy(
    level="error",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    examples=EXAMPLES,
)
def rbac_wildcard_rule(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every wildcard of every rule; a rule that a wildcard rule of the base covers is known."""
    before: dict[_Grant, None] = {}
    if pair.base is not None:
        before = {_grant(rule): None for rule in pair.base.view.rules if _wildcards(rule)}
    for rule in pair.head.view.rules:
        wildcards = _wildcards(rule)
        known = _is_covered(_grant(rule), before) if wildcards and pair.base is not None else None
        level: Level = "error" if wildcards and _is_strong(rule) else "warning"
        for at, what in wildcards:
            message = f"{pair.head.id.kind} {pair.head.id.name} grants {what}"
            yield Problem(at, message, known=known, level=level)


_Grant: TypeAlias = tuple[frozenset[str], tuple[frozenset[str], ...]]
"""The names of single resources, and what stands in each of `FIELDS`."""
ALL_VERBS = frozenset({"get", "list", "watch", "create", "update", "patch", "delete"})


def _is_strong(rule: View) -> bool:
    everything = any(item.raw == "*" for item in rule.nonResourceURLs)
    return everything or any(map(_is_everything, rule.resources)) or leads_further(rule_of(rule))


def _is_everything(resource: View) -> bool:
    return resource.string().startswith("*")


def _wildcards(rule: View) -> list[tuple[View, str]]:
    names = [item.string() for item in rule.resources]
    more = f" and {len(names) - 3} more" if len(names) > 4 else ""
    resources = ", ".join(names[:3] if more else names) + more or "these URLs"
    resources = "every resource" if "*" in names else resources
    found = [(item, f"every verb on {resources}") for item in rule.verbs if item.raw == "*"]
    if not found and {item.string() for item in rule.verbs} >= ALL_VERBS:
        found.append((rule.verbs, f"every verb on {resources}"))
    found += [
        (
            item,
            "every resource"
            if item.raw == "*"
            else f"the subresource of every resource ({item.raw})",
        )
        for item in rule.resources
        if _is_everything(item)
    ]
    found += [
        (item, f"{resources} of every API group") for item in rule.apiGroups if item.raw == "*"
    ]
    found += [(item, "every URL") for item in rule.nonResourceURLs if item.raw == "*"]
    return found


def _grant(rule: View) -> _Grant:
    names = frozenset(item.string() for item in rule.resourceNames)
    return names, tuple(frozenset(item.string() for item in rule[field]) for field in FIELDS)


def _is_covered(new: _Grant, before: Collection[_Grant]) -> bool:
    """Whether one rule of the base grants everything that a rule of the head grants."""
    return new in before or any(_covers(old, new) for old in before)


def _covers(old: _Grant, new: _Grant) -> bool:
    (old_names, had), (new_names, wanted) = old, new
    if old_names and not (new_names and new_names <= old_names):
        return False
    return all("*" in ours or theirs <= ours for ours, theirs in zip(had, wanted, strict=True))
