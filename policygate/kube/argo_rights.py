"""Who may do what in Argo CD: its lines of policy, and what a project allows.

https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/ and
https://argo-cd.readthedocs.io/en/stable/user-guide/projects/. Not for judging it.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.model import Resource
    from policygate.view import View

ADMIN: Final = "role:admin"


class Right(NamedTuple):
    """A line `p, subject, resource, action, object, effect`, and where it is written."""

    subject: str
    resource: str
    action: str
    object: str
    effect: str
    view: View


class Membership(NamedTuple):
    """A line `g, who, role`, and where it is written."""

    who: str
    role: str
    view: View


def default_role(resource: Resource) -> View:
    """What everybody may do who is logged in: of the ConfigMap, or of the operator's ArgoCD."""
    if resource.id.kind == "ArgoCD":
        return resource.view.spec.rbac.defaultPolicy
    return resource.view.data["policy.default"]


def lines(resource: Resource) -> Iterator[Right | Membership]:
    """Yield the lines of policy of the ConfigMap `argocd-rbac-cm`, an ArgoCD or an AppProject."""
    for text in _texts(resource):
        for line in text.string().splitlines():
            parts = [part.strip() for part in line.split(",")]
            if parts[0] == "p" and len(parts) >= 6:
                _, who, what, verb, which, effect, *_ = parts
                yield Right(who, what, verb, which, effect.lower(), text)
            elif parts[0] == "g" and len(parts) >= 3:
                yield Membership(parts[1], parts[2], text)


def _texts(resource: Resource) -> Iterator[View]:
    if resource.id.kind == "AppProject":
        for role in resource.view.spec.roles:
            yield from role.policies
    elif resource.id.kind == "ArgoCD":
        yield resource.view.spec.rbac.policy
    else:
        for key, view in resource.view.data.items():
            if key.startswith("policy.") and key.endswith(".csv"):
                yield view


def covered(pattern: str, by: Sequence[str]) -> bool:
    """Whether what a pattern allows is allowed by other patterns already; `!x` takes x out."""
    return any(
        not each.startswith("!") and (each == pattern or fnmatchcase(pattern, _literal(each)))
        for each in by
    )


def _literal(pattern: str) -> str:
    """A glob of Argo CD for Python: `[` is no special character in most names."""
    return pattern.replace("[", "[[]")
