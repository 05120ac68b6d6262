"""Who a RoleBinding or ClusterRoleBinding is about, and what role it gives.

A group holds its members: `system:authenticated` everybody but the anonymous, and the groups of
service accounts these. Not for what a role grants (`rbac`).
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.rbac import GROUP, Rule, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.policy.types import Context
    from policygate.view import View

BINDINGS: Final = ("RoleBinding", "ClusterRoleBinding")
USER_FACING: Final = ("view", "edit", "admin", "cluster-admin")
"""Roles that every cluster has; each grants what those before it grant."""
EVERYBODY: Final = "system:authenticated"
ANONYMOUS: Final = "system:unauthenticated"
ALL_ACCOUNTS: Final = "system:serviceaccounts"
_ACCOUNT: Final = "system:serviceaccount:"


class Subject(NamedTuple):
    """A user, a group or a service account; of a service account also the namespace."""

    kind: str
    name: str
    namespace: str = ""

    def __str__(self) -> str:
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {name}"


def subjects_of(binding: Resource) -> Iterator[tuple[View, Subject]]:
    """Yield the subjects of a binding and where their names stand.

    A service account may also be written as the user that it is, and the anonymous group as its
    only user. An account without a namespace is one of the binding's namespace.
    """
    for item in binding.view.subjects:
        kind, name = item["kind"].string(), item.name.string()
        namespace = item.namespace.string() or binding.id.namespace
        if kind == "User" and name.startswith(_ACCOUNT) and name.count(":") == 3:
            _, _, namespace, name = name.split(":")
            kind = "ServiceAccount"
        if (kind, name) == ("User", "system:anonymous"):
            kind, name = "Group", ANONYMOUS
        if kind in {"User", "Group", "ServiceAccount"} and name:
            where = namespace if kind == "ServiceAccount" else ""
            yield item.name, Subject(kind, name, where)


def wider(subject: Subject) -> Iterator[Subject]:
    """Yield a subject and the groups of Kubernetes that it is in."""
    yield subject
    account = subject.kind == "ServiceAccount"
    of_namespace = subject.kind == "Group" and subject.name.startswith(f"{ALL_ACCOUNTS}:")
    if account:
        yield Subject("Group", f"{ALL_ACCOUNTS}:{subject.namespace}")
    if account or of_namespace:
        yield Subject("Group", ALL_ACCOUNTS)
    if subject != Subject("Group", ANONYMOUS):
        yield Subject("Group", EVERYBODY)


class RoleRef(NamedTuple):
    """The role that a binding gives; the namespace is that of a Role."""

    kind: str
    name: str
    namespace: str = ""

    @property
    def rank(self) -> int:
        """The place in `USER_FACING`, counted from 1; 0 for any other role."""
        if self.kind != "ClusterRole" or self.name not in USER_FACING:
            return 0
        return 1 + USER_FACING.index(self.name)


def role_ref(binding: Resource) -> RoleRef:
    """Return the role that a binding gives."""
    ref = binding.view.roleRef
    kind = ref["kind"].string()
    namespace = binding.id.namespace if kind == "Role" else ""
    return RoleRef(kind, ref.name.string(), namespace)


def rules_behind(ref: RoleRef, scope: str, context: Context) -> tuple[Rule, ...] | None:
    """Return the rules of a role that stands in a folder.

    Returns:
        The rules; None where the role is not there whole, or the cluster fills it in.
    """
    found = context.head_resources(scope, ref.kind, name=ref.name)
    roles = [
        each for each in found if each.id.group == GROUP and each.id.namespace == ref.namespace
    ]
    if not roles or any(each.partial or each.view.aggregationRule for each in roles):
        return None
    return tuple(rule for role in roles for _, rule in rules_of(role.view))
