"""Argo CD no longer sees differences that it saw.

What `ignoreDifferences` names may be changed in the cluster for good: nobody is told, and with
`RespectIgnoreDifferences=true` git is not even applied there. In a security context, a role or an image
that is a door that stays open.

Fix:
Name the one object and the one field that a controller writes, and never security fields.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application
from policygate.place import canonical
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View

GUARDED = re.compile(
    r"securitycontext|/rules|\.rules|roleref|subjects|image|hostnetwork|hostpid|privileged|capabilities"
    r"|policytypes|ingress\b|egress|/spec/?$|^\.spec$|serviceaccount"
)
"""Fields, in small letters, behind which a change by hand is dangerous."""
RBAC_KINDS = frozenset(
    {"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "NetworkPolicy"}
)
WHERE = ("group", "kind", "name", "namespace")


def _app(*ignored: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "web"},
            "spec": {"project": "shop", "ignoreDifferences": list(ignored), **spec}}  # fmt: skip


REPLICAS = {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}
EXAMPLES = (
    Example("as it was", "pass", base=_app(REPLICAS), head=_app(REPLICAS, project="web")),
    Example("for one object only", "pass", base=_app(REPLICAS), head=_app({**REPLICAS, "name": "web"})),
    Example("a new application", "pass", _app(REPLICAS)),
    Example("what an autoscaler writes", "fail", base=_app(), head=_app(REPLICAS), path="spec.ignoreDifferences[0]",
            message="no longer sees changes of /spec/replicas in Deployment"),
    Example("one more field", "fail", base=_app(REPLICAS),
            head=_app({**REPLICAS, "jsonPointers": ["/spec/replicas", "/spec/template/spec/containers/0/image"]}), message="containers/0/image"),
    Example("a security field", "fail", base=_app(), head=_app({"kind": "Deployment", "group": "apps",
            "jqPathExpressions": [".spec.template.spec.securityContext"]}), message="anybody may change it unseen"),
    Example("everything that somebody else sets", "fail", base=_app(), head=_app({"kind": "*", "group": "*",
            "managedFieldsManagers": ["kubectl-edit"]}), message="what kubectl-edit sets"),
    Example("git is not applied there any more", "fail", base=_app(REPLICAS),
            head=_app(REPLICAS, syncPolicy={"syncOptions": ["RespectIgnoreDifferences=true"]}), message="not applied there"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_ignored_differences(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield fields that are ignored at the head and were not at the base."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head = application(pair.base), application(pair.head)
    before = list(base.ignoreDifferences)
    name = pair.head.id.name
    for entry in head.ignoreDifferences:
        fields = [each for each in _fields(entry) if not _was_ignored(entry, each, before)]
        if fields:
            kind = entry.kind.string("*")
            kind = "every kind" if kind == "*" else kind
            guarded = kind in RBAC_KINDS or any(GUARDED.search(each.lower()) for each in fields)
            more = ": anybody may change it unseen" if guarded or kind == "every kind" else ""
            yield Problem(
                entry,
                f"{name} no longer sees changes of {', '.join(fields[:3])} in {kind}{more}",
                level="error" if more else None,
            )
    yield from _not_applied(base, head, name)


def _fields(entry: View) -> Iterator[str]:
    for field in ("jsonPointers", "jqPathExpressions"):
        for item in entry[field]:
            yield item.string()
    for item in entry.managedFieldsManagers:
        yield f"what {item.string()} sets"


def _was_ignored(entry: View, field: str, before: list[View]) -> bool:
    return any(
        field in _fields(old)
        and all(
            not old[key]
            or old[key].raw == "*"
            or canonical(old[key].raw) == canonical(entry[key].raw)
            for key in WHERE
        )
        for old in before
    )


def _not_applied(base: View, head: View, name: str) -> Iterator[Problem]:
    option = "RespectIgnoreDifferences=true"
    had = any(item.raw == option for item in base.syncPolicy.syncOptions)
    for item in head.syncPolicy.syncOptions:
        if item.raw == option and not had and head.ignoreDifferences.raw:
            yield Problem(item, f"what {name} ignores is not applied there any more")
