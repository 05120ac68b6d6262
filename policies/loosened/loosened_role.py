"""Role grants more than before.

The rules of the base and of the head are compared as the API server compares them, so that another order, another
spelling or a rule that is split in two is no change. How bad it is depends on the right: what leads to other
people's secrets, pods or rights blocks, other writing is a warning, and reading a note. The rules of an aggregated
role are those of the roles that it takes in: which ones it takes in is compared, and into which ones it goes.

Fix:
Take the right back, or say in the pull request who needs it and for what; a new role for the one who
needs it is often better than more rights for all who have the old one.

References:
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.subjects import RoleRef
from policygate.order.rights import (
    called,
    grants_in,
    labels_gained,
    roles_taken_in,
    rules_gained,
)
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import as_problem


def _role(*rules: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "ci", **more.pop("metadata", {})},
        "rules": [
            {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split(), **more}
            for group, resources, verbs in rules
        ],
    }


BOUND = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ci}
subjects: [{kind: ServiceAccount, name: ci}, {kind: User, name: ann}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: ci, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [%s]}]
"""
PODS = ("", "pods services", "get list")
AGGREGATED = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "all"},
}


def _aggregated(**labels: str) -> dict[str, Any]:
    return {
        **AGGREGATED,
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": labels} if labels else {}]},
    }


EXAMPLES = (
    Example("another order, and split in two", "pass", base=_role(PODS),
            head=_role(("", "services", "list get"), ("", "pods", "list get"))),
    Example("less", "pass", base=_role(PODS), head=_role(("", "pods", "get"))),
    Example("a wildcard of the base covers it", "pass", base=_role(("*", "*", "get list")), head=_role(PODS)),
    Example("every verb", "fail", base=_role(PODS), head=_role(("", "pods", "*")), message="may now do anything with pods"),
    Example("tokens of service accounts", "fail", base=_role(PODS), head=_role(PODS, ("", "serviceaccounts/token", "create")),
            message="may now create serviceaccounts/token", path="rules[1].resources[0]"),
    Example("now by names", "pass", base=_role(PODS), head=_role(PODS, resourceNames=["a"])),
    Example("for whoever is bound to it", "fail", base_text=BOUND % "get", text=BOUND % "get, list",
            message="Role ci may now list pods, and with it ServiceAccount ci in shop and 1 more"),
    Example("one more verb", "fail", base=_role(PODS), head=_role(("", "pods services", "get list delete")),
            path="rules[0].verbs[2]", message="ClusterRole ci may now delete pods, services"),
    Example("one more resource", "fail", base=_role(PODS), head=_role(("", "pods services events", "get list")),
            path="rules[0].resources[2]", message="may now get, list events"),
    Example("one more rule", "fail", base=_role(PODS), head=_role(PODS, ("apps", "deployments", "get patch")),
            path="rules[1]", message="may now get, patch deployments"),
    Example("secrets beside pods", "fail", base=_role(("", "pods", "get list")),
            head=_role(("", "pods secrets", "get list")), path="rules[0].resources[1]",
            message="ClusterRole ci may now get, list secrets"),
    Example("one more verb, and one more resource with a policy of its own", "fail", base=_role(("", "pods", "get")),
            head=_role(("", "pods nodes/proxy", "get delete")), path="rules[0].verbs[1]", message="delete pods"),
    Example("no longer by names", "fail", base=_role(PODS, resourceNames=["a"]), head=_role(PODS), path="rules[0]"),
    Example("one more name", "fail", base=_role(PODS, resourceNames=["a"]), head=_role(PODS, resourceNames=["a", "b"]),
            path="rules[0].resourceNames[1]"),
    Example("one more API group", "fail", base=_role(("apps", "deployments", "get")), head={
        **AGGREGATED, "metadata": {"name": "ci"}, "rules": [
            {"apiGroups": ["apps", "extensions"], "resources": ["deployments"], "verbs": ["get"]}]},
            path="rules[0].apiGroups[1]"),
    Example("one more URL", "fail", base={**AGGREGATED, "rules": [{"nonResourceURLs": ["/livez"], "verbs": ["get"]}]},
            head={**AGGREGATED, "rules": [{"nonResourceURLs": ["/livez", "/debug/*"], "verbs": ["get"]}]},
            path="rules[0].nonResourceURLs[1]", message="may now get /debug/*"),
    Example("its rules go into the role edit", "fail", base=_role(PODS), head=_role(PODS, metadata={
        "labels": {"rbac.authorization.k8s.io/aggregate-to-edit": "true"}}), message="go into the role edit now"),
    Example("an aggregated role takes in less", "pass", base=_aggregated(a="b"), head=_aggregated(a="b", c="d")),
    Example("an aggregated role takes in more", "fail", base=_aggregated(a="b"), head=_aggregated(a="c"),
            path="aggregationRule.clusterRoleSelectors[0]", message="takes in other roles"),
    Example("an aggregated role takes in all", "fail", base=_aggregated(a="b"), head=_aggregated(),
            message="takes in every ClusterRole"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    operations=["UPDATE"],
    refines=[
        "rbac-approve-csr", "rbac-create-persistent-volume", "rbac-create-pods", "rbac-create-service-account-token",
        "rbac-delete-events-or-logs", "rbac-delete-rights", "rbac-edit-endpoints", "rbac-escalate-bind",
        "rbac-impersonate", "rbac-manage-aws-auth", "rbac-manage-configmaps", "rbac-manage-networking",
        "rbac-modify-webhooks", "rbac-node-proxy", "rbac-pod-exec-attach", "rbac-pod-portforward",
        "rbac-secrets-access", "rbac-services-status", "rbac-wildcard-rule", "scc-privileged",
    ],
    examples=EXAMPLES,
)  # fmt: skip
def loosened_role(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare what is granted at the base and at the head."""
    if pair.head.view.aggregationRule:
        yield from map(as_problem, roles_taken_in(pair.base, pair.head))
        return
    who = _bound(pair)
    for gain in rules_gained(pair.base, pair.head):
        yield as_problem(gain._replace(text=gain.text + who))
    yield from map(as_problem, labels_gained(pair.base, pair.head))


def _bound(pair: Pair) -> str:
    """Whom the bindings of the folder give the role, in words."""
    role = pair.head.id
    ref = RoleRef(role.kind, role.name, role.namespace if role.kind == "Role" else "")
    grants = grants_in(role.scope, pair.context)
    names = list(dict.fromkeys(called(each.subject) for each in grants if each.ref == ref))
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f", and with it {names[0]}{more}" if names else ""
