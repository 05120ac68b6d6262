"""What the policies on single rights of a role have in common: the check, and the body of an example.

Not for which rights they are (`kube.rbac_powers`, and the policies).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policygate.kube.rbac import GROUP, Access, named_grants
from policygate.policy.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.policy.types import Pair


def granted(pair: Pair, *accesses: Access) -> Iterator[Problem]:
    """Yield each rule of a role by which it grants one of some accesses by name."""
    role = pair.head
    for grant in named_grants(role, pair.base, *accesses):
        words = f"{role.id.kind} {role.id.name} may {grant.text}"
        yield Problem(grant.at, words, known=grant.known)


def role_body(
    resource: str, *verbs: str, group: str = "", kind: str = "Role", **more: list[str]
) -> dict[str, Any]:
    """A role with one rule, for an example."""
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": kind,
        "metadata": {"name": "ci"},
        "rules": [{"apiGroups": [group], "resources": [resource], "verbs": [*verbs], **more}],
    }
