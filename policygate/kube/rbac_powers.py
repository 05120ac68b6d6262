"""Rights by which somebody gets more than they say: what each is, as an `Access`.

Not for reading rules (`rbac`), nor for how bad a right is where (the policies).
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from policygate.kube.rbac import GROUP, READ, WRITE, Access, Rule, touches

ADMISSION: Final = "admissionregistration.k8s.io"
CERTIFICATES: Final = "certificates.k8s.io"
WORKLOADS: Final = (
    Access(("",), ("pods", "replicationcontrollers"), ("create", "update", "patch")),
    Access(
        ("apps", "extensions"),
        ("deployments", "daemonsets", "statefulsets", "replicasets"),
        ("create", "update", "patch"),
    ),
    Access(("batch",), ("jobs", "cronjobs"), ("create", "update", "patch")),
)
"""Whoever starts a pod has the rights of every service account of its namespace."""

READ_SECRETS: Final = Access(("",), ("secrets",), ("get", "list", "watch", "update", "patch"))
"""The answer to an update or a patch is the whole object."""
RUN_IN_PODS: Final = (
    Access(("",), ("pods/exec", "pods/attach"), ("create", "get")),
    Access(("",), ("pods/ephemeralcontainers",), ("update", "patch")),
)
"""`get` is enough where a client comes by websocket."""
NODE_PROXY: Final = Access(("",), ("nodes/proxy",), cluster=True, narrowed=False)
ESCALATE: Final = Access((GROUP,), ("roles", "clusterroles"), ("escalate",), narrowed=False)
BIND: Final = Access((GROUP,), ("roles", "clusterroles"), ("bind",))
"""A RoleBinding may bind a ClusterRole: a Role is enough for that."""
WRITE_BINDINGS: Final = (
    Access((GROUP,), ("rolebindings",), ("create", "update", "patch")),
    Access((GROUP,), ("clusterrolebindings",), ("create", "update", "patch"), cluster=True),
)
IMPERSONATE: Final = (
    Access(("",), ("users", "groups"), ("impersonate",), cluster=True),
    Access(("",), ("serviceaccounts",), ("impersonate",)),
)
"""Nobody may impersonate a UID or extra fields without a user."""
WRITE_WEBHOOKS: Final = Access(
    (ADMISSION,),
    (
        "mutatingwebhookconfigurations", "validatingwebhookconfigurations",
        "mutatingadmissionpolicies", "mutatingadmissionpolicybindings",
        "validatingadmissionpolicies", "validatingadmissionpolicybindings",
    ),
    WRITE,
    cluster=True,
)  # fmt: skip
APPROVE_REQUESTS: Final = Access(
    (CERTIFICATES,), ("certificatesigningrequests/approval",), ("update", "patch"), cluster=True
)
APPROVE_SIGNERS: Final = Access(
    (CERTIFICATES,), ("signers",), ("approve",), cluster=True, narrowed=False
)
CREATE_TOKENS: Final = Access(("",), ("serviceaccounts/token",), ("create",))

TAKEOVER: Final = (
    NODE_PROXY, ESCALATE, BIND, *IMPERSONATE, WRITE_WEBHOOKS, APPROVE_SIGNERS, CREATE_TOKENS,
)  # fmt: skip
"""A way to rights that nobody gave."""
OTHERS: Final = (READ_SECRETS, *RUN_IN_PODS, *WRITE_BINDINGS)
"""A way to the data, the containers or the rights of others."""


def leads_further(rule: Rule) -> bool:
    """Whether a rule is a way to rights, data or containers of others."""
    return any(touches(rule, access) for access in (*TAKEOVER, *OTHERS, *WORKLOADS))


Strength: TypeAlias = Literal["takeover", "others", "writes", "reads"]


def strength(rule: Rule) -> Strength:
    """Say what the strongest right is that a rule grants."""
    if any(touches(rule, access) for access in TAKEOVER):
        return "takeover"
    if any(touches(rule, access) for access in OTHERS):
        return "others"
    return "reads" if rule.verbs <= {*READ, "describe"} else "writes"  # no verb, but often written
