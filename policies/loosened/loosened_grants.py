"""Somebody may do more in the cluster than before.

Everything that the bindings of the folder give to a user, a group or a service account is taken together, at the
base and at the head, so that rights which move to another binding or role are no change, and one binding in place of
another is judged by what it gives. Groups hold their members. Rights in the whole cluster are more than the same
rights in one namespace. One more subject in a namespace is daily business, and a note; of somebody whose rights grow
it depends on the right. A role that is not in the folder is known by its name only.

Fix:
Take the right back, or say in the pull request who needs it and for what.

References:
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.subjects import subjects_of, wider
from policygate.order.rights import called, gained, grants_of, held_in
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import as_problem


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


ROLES = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: writer, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}, {apiGroups: [""], resources: [secrets], verbs: [create]}]
---
"""


def _bound(name: str, role: str, *accounts: str) -> str:
    subjects = ", ".join(f"{{kind: ServiceAccount, name: {account}}}" for account in accounts)
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: {name}, namespace: shop}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {role}}}
subjects: [{subjects}]
---
"""


EXAMPLES = (
    Example("a group for the accounts in it", "fail", base=_binding("view", "ci"), head=_binding(
        "view", "ci", "system:serviceaccounts:shop"), path="subjects[1].name",
            message="Group system:serviceaccounts:shop has ClusterRole view now in shop"),
    Example("the same role by another binding", "pass", base_text=ROLES + _bound("a", "reader", "ci") + _bound("b", "reader", "cd"),
            text=ROLES + _bound("a", "reader", "ci", "cd")),
    Example("a new binding, for who has it", "pass", base_text=ROLES + _bound("a", "reader", "ci"), text=ROLES + _bound("a", "reader", "ci") + _bound("b", "reader", "ci")),
    Example("a new binding, for somebody new", "pass", base_text=ROLES, text=ROLES + _bound("a", "writer", "ci")),
    Example("a new binding that gives more", "fail", base_text=ROLES + _bound("a", "reader", "ci"), text=ROLES + _bound("a", "reader", "ci") + _bound("b", "writer", "ci"),
            message="ServiceAccount ci in shop may now create secrets in shop"),
    Example("an account for the group that it is in", "pass", base=_binding("view", "system:serviceaccounts:shop"),
            head=_binding("view", "ci")),
    Example("one more account, in the whole cluster", "fail", base=_binding("edit", "ci", kind="ClusterRoleBinding"),
            head=_binding("edit", "ci", "cd", kind="ClusterRoleBinding"), message="ServiceAccount cd in shop has ClusterRole edit now in every namespace"),
    Example("one more cluster-admin", "fail", base=_binding("cluster-admin", "ci"),
            head=_binding("cluster-admin", "ci", "cd"), message="has ClusterRole cluster-admin now"),
    Example("a weaker role of the cluster", "pass", base=_binding("admin", "ci"), head=_binding("edit", "ci")),
    Example("a stronger role of the cluster", "fail", base=_binding("view", "ci"), head=_binding("edit", "ci"),
            path="roleRef.name", message="has ClusterRole edit now in shop, and had ClusterRole view"),
    Example("another role, which is not here", "fail", base=_binding("a", "ci"), head=_binding("b", "ci")),
    Example("a weaker role of the folder", "pass", base_text=_together("reader"), text=_together("getter")),
    Example("a stronger role of the folder", "fail", base_text=_together("getter"), text=_together("reader"),
            message="ServiceAccount ci may now list pods"),
    Example("for all who are bound", "fail", base_text=ROLES + _bound("a", "reader", "a", "b"), text=ROLES + _bound("a", "writer", "a", "b"),
            message="ServiceAccount a in shop (and 1 more) may now create secrets in shop"),
    Example("a Role for a ClusterRole of that name", "fail", base=_binding("a", "ci", of="Role"),
            head=_binding("a", "ci"), message="has ClusterRole a now in shop, and had Role a"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"],
    refines=["rbac-admin-edit-binding"],
    examples=EXAMPLES,
)
def loosened_grants(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare what everybody named here may do, by all bindings in view."""
    if pair.change is None or pair.change.head is None or pair.context.of_base is pair.context:
        return
    binding = pair.head
    base = held_in(binding.id.scope, pair.context.of_base)
    named = {subject for _, subject in subjects_of(pair.base)} if pair.base else set()
    found: dict[tuple[Any, ...], list[Problem]] = {}
    for grant in grants_of(binding, pair.context):
        # Whoever is new is judged by what a binding may give at all, as everything new is.
        had = [each for holder in wider(grant.subject) for each in base.get(holder, ())]
        gain = gained(grant, had) if pair.base or grant.subject in base else None
        if gain is not None:
            if grant.subject in named:
                ref = binding.view.roleRef
                same = pair.base.view.roleRef.name.raw == ref.name.raw
                gain = gain._replace(at=ref["kind"] if same else ref.name)
            what = gain.text.removeprefix(called(grant.subject))
            place = gain.at.path if grant.subject in named else ()
            found.setdefault((what, place), []).append(as_problem(gain))
    for (what, _), (first, *more) in found.items():
        who = first.message.removesuffix(what) + (f" (and {len(more)} more)" if more else "")
        yield first._replace(message=who + what)
