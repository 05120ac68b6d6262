"""Role may make tokens of any service account.

A token from `serviceaccounts/token` is the service account, with all its rights: whoever may make them
picks the strongest account of the namespace, and with a ClusterRole that of the cluster.

Fix:
Name the service accounts in `resourceNames`. A pod gets its own token without any right, by a projected
volume.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#token-request
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/

Standards: CIS 5.1.13

Peers:
kubescape:C-0282
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac_powers import CREATE_TOKENS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted


def _role(resource: str, verb: str = "create", **more: list[str]) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "ci"},
        "rules": [{"apiGroups": [""], "resources": [resource], "verbs": [verb], **more}],
    }


EXAMPLES = (
    Example("of one account", "pass", _role("serviceaccounts/token", resourceNames=["deployer"])),
    Example("accounts, not tokens", "pass", _role("serviceaccounts")),
    Example("a verb that means nothing here", "pass", _role("serviceaccounts/token", "get")),
    Example("of any account", "fail", _role("serviceaccounts/token"), path="rules[0].resources[0]",
            message="Role ci may create serviceaccounts/token"),
    Example("token of every resource", "fail", _role("*/token")),
    Example("every verb", "fail", _role("serviceaccounts/token", "*")),
    Example("no longer of one account", "fail", base=_role("serviceaccounts/token", resourceNames=["a"]),
            head=_role("serviceaccounts/token")),
)  # fmt: skip


@policy(
    level="error",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    examples=EXAMPLES,
)
def rbac_create_service_account_token(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which tokens of any account may be made."""
    yield from granted(pair, CREATE_TOKENS)
