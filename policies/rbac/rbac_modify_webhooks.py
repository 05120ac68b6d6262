"""ClusterRole may change what admission does.

A webhook or an admission policy sees every object before it is stored, also secrets, and a mutating
one rewrites it. Whoever may write these configurations can read and change everything in the cluster,
or take out the rules that protect it.

Fix:
Let only the deployment of the webhook write its configuration. An operator that renews the certificate
in it needs `get`, `update` and `patch` for its own one: name it in `resourceNames`.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#control-admission-webhooks
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/

Standards: CIS 5.1.12

Peers:
checkov:CKV_K8S_155, trivy:KSV-0114, kubescape:C-0281,
kyverno:restrict-clusterrole-mutating-validating-admission-webhooks
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac_powers import ADMISSION, WRITE_WEBHOOKS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted


def _role(*verbs: str, kind: str = "ClusterRole", **more: list[str]) -> dict[str, Any]:
    hooks = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "operator"},
        "rules": [{"apiGroups": [ADMISSION], "resources": hooks, "verbs": [*verbs], **more}],
    }


EXAMPLES = (
    Example("to read them", "pass", _role("get", "list", "watch")),
    Example("its own one", "pass", _role("get", "patch", resourceNames=["operator"])),
    Example("a Role is about none of them", "pass", _role("patch", kind="Role")),
    Example("all of them", "fail", _role("get", "patch"), path="rules[0].resources[0]",
            message="may patch mutatingwebhookconfigurations, validatingwebhookconfigurations"),
    Example("admission policies", "fail", _role("delete", resources=["validatingadmissionpolicybindings"])),
    Example("every verb", "fail", _role("*"), message="use every verb on mutatingwebhookconfigurations"),
    Example("no longer only its own one", "fail", base=_role("patch", resourceNames=["a"]), head=_role("patch")),
)  # fmt: skip


@policy(
    level="error",
    kinds=["rbac.authorization.k8s.io/ClusterRole"],
    examples=EXAMPLES,
)
def rbac_modify_webhooks(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which any admission configuration may be written."""
    yield from granted(pair, WRITE_WEBHOOKS)
