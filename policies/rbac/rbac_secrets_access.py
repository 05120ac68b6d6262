"""Role may read secrets.

Whoever can read the secrets of a namespace has the passwords, keys and tokens of everything that runs
in it. `list` and `watch` show their contents, not only their names, and the answer to an `update` or
a `patch` is the whole secret. A ClusterRole that is bound for the whole cluster reads all of them.

Fix:
Name the secrets that are needed in `resourceNames` and keep only `get`, or mount them into the pod and
drop the rule. Roles whose job is secrets go into the parameter `roles`.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
https://kubernetes.io/docs/concepts/security/secrets-good-practices/

Standards: CIS 5.1.2

Peers:
kube-linter:access-to-secrets, checkov:CKV2_K8S_5, trivy:KSV-0041, trivy:KSV-0113, kubescape:C-0015,
kubescape:C-0186, kyverno:restrict-secret-role-verbs, datree:CIS_INVALID_VERB_SECRETS
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.globs import matches_any
from policygate.kube.rbac_powers import READ_SECRETS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted


class Params(NamedTuple):
    """The names of roles whose job is to read secrets, as globs."""

    roles: tuple[str, ...] = (
        "*cert-manager*", "*external-secrets*", "*sealed-secrets*", "secrets-unsealer",
        "*onepassword*", "*vault-secrets-operator*", "*reflector*", "*reloader*",
    )  # fmt: skip


def _role(
    *rules: dict[str, list[str]], kind: str = "ClusterRole", name: str = "ci"
) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        "rules": list(rules),
    }


PODS = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}
GET = {"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": ["get"]}
EXAMPLES = (
    Example("one secret by name", "pass", _role({**GET, "resourceNames": ["registry"]})),
    Example("secrets of another API group", "pass", _role({**GET, "apiGroups": ["example.com"]})),
    Example("only to create new ones", "pass", _role({**GET, "verbs": ["create"]})),
    Example("a role whose job it is", "pass", _role(GET, name="cert-manager-controller-issuers")),
    Example("every resource is another policy's business", "pass", _role({**GET, "resources": ["*"]})),
    Example("a role that is aggregated has no rules of its own", "pass",
            {**_role(GET), "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}),
    Example("in the second rule", "fail", _role(PODS, GET), path="rules[1].resources[1]",
            message="ClusterRole ci may get secrets"),
    Example("in one namespace", "fail", _role(GET, kind="Role"), message="Role ci may get secrets"),
    Example("every verb", "fail", _role({**GET, "verbs": ["*"]}), message="use every verb on secrets"),
    Example("whatever the API group", "fail", _role({**GET, "apiGroups": ["*"]})),
    Example("a patch answers with the secret", "fail", _role({**GET, "verbs": ["patch"]})),
    Example("now every secret, and no more the one", "fail", base=_role({**GET, "resourceNames": ["a"]}),
            head=_role(GET)),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    params=Params,
    examples=EXAMPLES,
)
def rbac_secrets_access(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield each rule by which secrets can be read, unless it names them."""
    role = pair.head
    if matches_any(params.roles, role.id.name):
        return
    yield from granted(pair, READ_SECRETS)
