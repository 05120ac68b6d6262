"""Role or binding grants more than before.

The rights at the base and at the head are compared as the API server compares them, so that another
order, another spelling or a rule that is split in two is no change. How bad it is depends on the right:
what leads to other people's secrets, pods or rights blocks, other writing is a warning, and reading
or one more subject in a namespace is a note. Wildcards and rights that have a policy of their own are
left to that one.

Fix:
Take the right back, or say in the pull request who needs it and for what; a new role for the one who
needs it is often better than more rights for all who have the old one.

References:
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from policygate.kube.aggregation import aggregates_to, selects_no_more
from policygate.kube.rbac import ALL, Rights, Rule, rules_of, touches, uncovered
from policygate.kube.rbac_powers import (
    BIND,
    CREATE_TOKENS,
    ESCALATE,
    IMPERSONATE,
    NODE_PROXY,
    OTHERS,
    WRITE_WEBHOOKS,
    strength,
)
from policygate.kube.subjects import (
    USER_FACING,
    RoleRef,
    role_ref,
    rules_behind,
    subjects_of,
    wider,
)
from policygate.model import Level
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

ELSEWHERE = (NODE_PROXY, ESCALATE, BIND, *IMPERSONATE, WRITE_WEBHOOKS, CREATE_TOKENS)
"""Rights that have a policy which blocks."""
ALL_VERBS = frozenset({"get", "list", "watch", "create", "update", "patch", "delete"})
LEVELS: dict[str, Level] = {
    "takeover": "error",
    "others": "error",
    "writes": "warning",
    "reads": "note",
}


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


def _binding(
    role: str, *accounts: str, kind: str = "RoleBinding", of: str = "ClusterRole"
) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "ci", "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": of, "name": role},
        "subjects": [
            {"kind": "Group" if ":" in name else "ServiceAccount", "name": name}
            for name in accounts
        ],
    }


def _together(role: str) -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: reader}}
rules: [{{apiGroups: [""], resources: [pods], verbs: [get, list]}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {{name: getter}}
rules: [{{apiGroups: [""], resources: [pods], verbs: [get]}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: ci}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {role}}}
subjects: [{{kind: ServiceAccount, name: ci}}]
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
    Example("a wildcard is another policy's business", "pass", base=_role(PODS), head=_role(("", "pods", "*"))),
    Example("so are tokens of service accounts", "pass", base=_role(PODS),
            head=_role(PODS, ("", "serviceaccounts/token", "create"))),
    Example("now by names", "pass", base=_role(PODS), head=_role(PODS, resourceNames=["a"])),
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
    Example("a group for the accounts in it", "fail", base=_binding("view", "ci"), head=_binding(
        "view", "ci", "system:serviceaccounts:shop"), path="subjects[1].name",
            message="RoleBinding ci now gives ClusterRole view to Group system:serviceaccounts:shop"),
    Example("an account for the group that it is in", "pass", base=_binding("view", "system:serviceaccounts:shop"),
            head=_binding("view", "ci")),
    Example("one more account, in the whole cluster", "fail", base=_binding("edit", "ci", kind="ClusterRoleBinding"),
            head=_binding("edit", "ci", "cd", kind="ClusterRoleBinding"), message="ServiceAccount shop/cd"),
    Example("one more cluster-admin", "fail", base=_binding("cluster-admin", "ci"),
            head=_binding("cluster-admin", "ci", "cd"), message="gives ClusterRole cluster-admin to"),
    Example("a weaker role of the cluster", "pass", base=_binding("admin", "ci"), head=_binding("edit", "ci")),
    Example("a stronger role of the cluster", "fail", base=_binding("view", "ci"), head=_binding("edit", "ci"),
            path="roleRef.name", message="ClusterRole edit in place of ClusterRole view"),
    Example("another role, which is not here", "fail", base=_binding("a", "ci"), head=_binding("b", "ci")),
    Example("a weaker role of the folder", "pass", base_text=_together("reader"), text=_together("getter")),
    Example("a stronger role of the folder", "fail", base_text=_together("getter"), text=_together("reader"),
            message="and may now list pods"),
    Example("a Role for a ClusterRole of that name", "fail", base=_binding("a", "ci", of="Role"),
            head=_binding("a", "ci"), path="roleRef.kind"),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        "rbac.authorization.k8s.io/Role",
        "rbac.authorization.k8s.io/ClusterRole",
        "rbac.authorization.k8s.io/RoleBinding",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
    ],
    operations=["UPDATE"],
    refines=["rbac-secrets-access", "rbac-pod-exec-attach", "rbac-escalate-bind"],
    examples=EXAMPLES,
)
def rbac_permission_widened(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare what is granted, and to whom, at the base and at the head."""
    if pair.head.id.kind.endswith("Binding"):
        yield from _other_role(pair)
        yield from _more_subjects(pair)
    elif pair.head.view.aggregationRule:
        yield from _more_roles(pair)
    else:
        yield from _more_rules(pair)
        yield from _more_labels(pair)


# Roles


def _more_rules(pair: Pair) -> Iterator[Problem]:
    role, base = pair.head, pair.base
    rights = Rights(rule for _, rule in rules_of(base.view))
    unseen = bool(base.view.aggregationRule) or base.partial != role.partial
    for view, rule in rules_of(role.view):
        # Whatever a wildcard adds, rbac-wildcard-rule has found.
        if ALL in rule.verbs | rule.groups | rule.resources or rule.verbs >= ALL_VERBS:
            continue
        more = [part for part in rights.lacks((rule,)) if not _is_elsewhere(part)]
        for at, parts in _places(view, rule, more):
            level = LEVELS[min((strength(part) for part in parts), key=list(LEVELS).index)]
            message = f"{role.id.kind} {role.id.name} may now {_in_words(parts)}"
            yield Problem(at, message, level=level, possible=unseen)


def _is_elsewhere(part: Rule) -> bool:
    """Whether another policy has found what is granted."""
    wild = any(each.startswith(ALL) for each in part.resources) or ALL in part.urls
    return wild or any(touches(part, access) for access in ELSEWHERE)


def _places(view: View, rule: Rule, more: list[Rule]) -> Iterator[tuple[View, list[Rule]]]:
    """Yield where a rule grants more, and what; each strong right at its own resource."""
    strong: dict[str, list[Rule]] = {}
    rest, urls = [], []
    for part in more:
        if part.urls:
            urls.append(part)
        elif any(touches(part, access) for access in OTHERS):
            for resource in part.resources:
                strong.setdefault(resource, []).append(part)
        else:
            rest.append(part)
    for item in view.resources:
        if item.string() in strong:
            yield item, strong.pop(item.string())
    if urls:
        yield _first(view, rule, urls, (("nonResourceURLs", 4),)), urls
    if rest:
        fields = (("verbs", 2), ("apiGroups", 0), ("resources", 1), ("resourceNames", 3))
        yield _first(view, rule, rest, fields), rest


def _first(view: View, rule: Rule, parts: list[Rule], fields: Iterable[tuple[str, int]]) -> View:
    """The first verb, group, resource or name that is new; the rule where it is all of them."""
    for field, index in fields:
        new = frozenset().union(*(part[index] for part in parts))
        if new < rule[index]:
            return next((item for item in view[field] if item.string() in new), view)
    return view


def _in_words(parts: Iterable[Rule]) -> str:
    whole = [sorted(frozenset().union(*column)) for column in zip(*parts, strict=True)]
    _, resources, verbs, names, urls = whole
    objects = f" named {_some(names)}" if names else ""
    return f"{', '.join(verbs)} {_some(resources + urls)}{objects}"


def _some(words: Collection[str]) -> str:
    first = list(words)[:3]
    return ", ".join(first) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


def _more_labels(pair: Pair) -> Iterator[Problem]:
    role = pair.head
    before = {name for _, name in aggregates_to(pair.base.view)}
    found = {strength(rule) for _, rule in rules_of(role.view)}
    for at, name in aggregates_to(role.view):
        if name not in before and found and role.id.kind == "ClusterRole":
            message = f"the rules of {role.id.kind} {role.id.name} go into the role {name} now"
            yield Problem(at, message, level=LEVELS[min(found, key=list(LEVELS).index)])


def _more_roles(pair: Pair) -> Iterator[Problem]:
    role = pair.head
    before = list(pair.base.view.aggregationRule.clusterRoleSelectors)
    for selector in role.view.aggregationRule.clusterRoleSelectors:
        if any(selects_no_more(selector, old) for old in before):
            continue
        every = selector.raw in ({}, None)
        roles = "every ClusterRole" if every else "other roles"
        message = f"{role.id.kind} {role.id.name} takes in {roles} now"
        yield Problem(selector, message, possible=not every)


# Bindings


def _other_role(pair: Pair) -> Iterator[Problem]:
    binding, was, now = pair.head, role_ref(pair.base), role_ref(pair.head)
    weaker = 0 < now.rank <= was.rank or was.rank == len(USER_FACING)
    # rbac-cluster-admin-binding has found who becomes cluster-admin.
    if was == now or weaker or now.rank == len(USER_FACING):
        return
    old = rules_behind(was, pair.base.id.scope, pair.context.of_base)
    new = rules_behind(now, binding.id.scope, pair.context)
    what, possible = "", not (was.rank and now.rank)
    if old is not None and new is not None:
        more = list(uncovered(old, new))
        if not more:
            return
        what, possible = f", and may now {_in_words(more)}", False
    ref = binding.view.roleRef
    at = ref["kind"] if was.name == now.name else ref.name
    who = f"{binding.id.kind} {binding.id.name}"
    message = f"{who} gives {now.kind} {now.name} in place of {was.kind} {was.name}{what}"
    yield Problem(at, message, possible=possible)


def _more_subjects(pair: Pair) -> Iterator[Problem]:
    binding, ref = pair.head, role_ref(pair.head)
    before = {subject for _, subject in subjects_of(pair.base)}
    level: Level | None = None
    for at, subject in subjects_of(binding):
        if before.isdisjoint(wider(subject)):
            level = level or _level(pair, ref)
            who = f"{binding.id.kind} {binding.id.name}"
            message = f"{who} now gives {ref.kind} {ref.name} to {subject}"
            yield Problem(at, message, level=level)


def _level(pair: Pair, ref: RoleRef) -> Level:
    """How bad it is that one more has a role: in a namespace it is daily business."""
    if ref.rank == len(USER_FACING):
        return "error"
    if pair.head.id.kind == "RoleBinding":
        return "note"
    rules = rules_behind(ref, pair.head.id.scope, pair.context) or ()
    strong = any(strength(rule) in {"takeover", "others"} for rule in rules)
    return "error" if strong or ref.rank > 1 else "warning"
