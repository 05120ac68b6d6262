"""Security setting stands where the Kubernetes API does not know it.

`readOnlyRootFilesystem` in the security context of the pod, `runAsNonRoot` beside the image,
`securitycontext` with a small letter: it reads as if it protected something, and does nothing.

Fix:
Move the setting to where the API knows it. In the security context of a container only: `privileged`,
`allowPrivilegeEscalation`, `readOnlyRootFilesystem`, `capabilities`, `procMount`. In that of the pod
only: `fsGroup`, `supplementalGroups`, `sysctls`.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.schema import unknown_fields
from policygate.policy import Example, Pair, Problem, policy

SENSITIVE = frozenset(["securityContext", "privileged", "allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities", "procMount", "runAsNonRoot", "runAsUser", "runAsGroup", "seccompProfile", "appArmorProfile", "seLinuxOptions", "hostNetwork", "hostPID", "hostIPC", "hostUsers", "automountServiceAccountToken", "fsGroup", "supplementalGroups", "sysctls", "readOnly", "resources", "limits", "requests", "podSelector", "policyTypes", "ingress", "egress", "ipBlock", "namespaceSelector", "except", "verbs", "resourceNames", "roleRef", "tls", "loadBalancerSourceRanges", "failurePolicy", "enableServiceLinks"])  # fmt: skip
"""Fields on which security rests: one of these in the wrong place, or misspelt, is an error."""


def _pod(container: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "web", "image": "web:1", **(container or {})}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}


EXAMPLES = (
    Example("where it belongs", "pass", _pod({"securityContext": {"readOnlyRootFilesystem": True}})),
    Example("no security setting", "pass", _pod(colour="red")),
    Example("of a container, in that of the pod", "fail", _pod(securityContext={"readOnlyRootFilesystem": True}),
            path="spec.securityContext.readOnlyRootFilesystem",
            message="`readOnlyRootFilesystem` is no field of PodSecurityContext"),
    Example("of the pod, in that of a container", "fail", _pod({"securityContext": {"fsGroup": 1000}})),
    Example("beside the security context", "fail", _pod({"runAsNonRoot": True}),
            path="spec.containers[web].runAsNonRoot"),
    Example("misspelt", "fail", _pod({"securitycontext": {"runAsNonRoot": True}}),
            message="did you mean `securityContext`?"),
    Example("of a network policy", "fail", {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "deny"},
        "spec": {"podSelector": {}, "policyType": ["Ingress"]}}, message="did you mean `policyTypes`?"),
)  # fmt: skip


@policy(level="error", refines=["unknown-field"], examples=EXAMPLES)
def unknown_field_security_sensitive(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every unknown field that is, or is nearly, the name of a security setting."""
    for path, message, meant in unknown_fields(
        pair.head.body, pair.context.kubernetes, pair.context.custom_check
    ):
        if path[-1] in SENSITIVE or meant in SENSITIVE:
            yield Problem(path, message)
