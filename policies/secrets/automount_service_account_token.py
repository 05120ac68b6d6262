"""Pod gets a token for the Kubernetes API without asking for it.

Neither the pod nor its ServiceAccount says `automountServiceAccountToken`, so the token is mounted into
every container. Whoever breaks into one of them can talk to the API server as that account.

Fix:
Set `automountServiceAccountToken: false` in the pod, or in its ServiceAccount; a pod that talks to the
API says `true`, and everybody can see that it means it.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting

Standards:
CIS 5.1.6; NSA

Peers:
polaris:automountServiceAccountToken, checkov:CKV_K8S_38, trivy:KSV-0036, kubescape:C-0034,
kubescape:C-0190, kubescape:C-0261, kyverno:restrict-automount-sa-token,
kubesec:AutomountServiceAccountToken, datree:SRVACC_INCORRECT_AUTOMOUNTSERVICEACCOUNTTOKEN_VALUE,
gatekeeper:K8sPSPAutomountServiceAccountTokenPod, kubeaudit:AutomountServiceAccountTokenTrueAndDefaultSA,
terrascan:autoMountTokenEnabled, popeye:POP-301
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
%s
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers: [{name: web, image: "web:1"}]
"""
EXAMPLES = (
    Example("the pod does not want it", "pass", {"automountServiceAccountToken": False, "containers": [{"name": "web"}]}, binds="pod"),
    Example("the pod wants it, and says so", "pass", {"automountServiceAccountToken": True, "containers": [{"name": "web"}]}, binds="pod"),
    Example("its account decides", "pass", text=ACCOUNT % "automountServiceAccountToken: false"),
    Example("its account stands elsewhere", "pass", {"serviceAccountName": "web", "containers": [{"name": "web"}]}, binds="pod"),
    Example("by its old name", "pass", {"serviceAccount": "web", "containers": [{"name": "web"}]}, binds="pod"),
    Example("nobody decides", "fail", {"containers": [{"name": "web"}]}, binds="pod",
            path="spec.automountServiceAccountToken", message="mounts the token of the ServiceAccount default"),
    Example("its account says nothing", "fail", text=ACCOUNT % "secrets: []",
            message="mounts the token of the ServiceAccount web"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", examples=EXAMPLES)
def automount_service_account_token(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a pod for which nobody decides; an account that is not in the folder may decide."""
    pod = pair.head
    said = pod.view.automountServiceAccountToken
    if said:
        return
    name = pod.account
    ident = pod.resource.id
    accounts = pair.context.head_resources(
        ident.scope, "ServiceAccount", namespace=ident.namespace, name=name
    )
    if (name != "default" and not accounts) or any(
        account.view.automountServiceAccountToken for account in accounts
    ):
        return
    yield Problem(
        said, f"the pod mounts the token of the ServiceAccount {name}, and nobody said so"
    )
