"""Container may gain privileges.

Unless `allowPrivilegeEscalation` is false, a program in the container may become root through a setuid
binary, whatever user it was started as.

Fix:
Set `allowPrivilegeEscalation: false`; few programs notice. Those that need setuid (`sudo`, `ping` of
old) do.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

Standards:
PSS Restricted: Privilege Escalation; CIS 5.2.6; NSA; CWE-732

Peers:
kube-linter:privilege-escalation-container, polaris:privilegeEscalationAllowed, checkov:CKV_K8S_20,
trivy:KSV-0001, kubescape:C-0016, kubescape:C-0197, kubescape:C-0217,
kyverno:disallow-privilege-escalation, kubesec:AllowPrivilegeEscalation,
datree:CONTAINERS_MISSING_KEY_ALLOWPRIVILEGEESCALATION,
gatekeeper:K8sPSPAllowPrivilegeEscalationContainer, kubeaudit:AllowPrivilegeEscalationNil,
kubeaudit:AllowPrivilegeEscalationTrue, semgrep:allow-privilege-escalation,
semgrep:allow-privilege-escalation-no-securitycontext, semgrep:allow-privilege-escalation-true,
terrascan:privilegeEscalationCheck, psa:allowPrivilegeEscalation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import WINDOWS_EXEMPT, called
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version
from policygate.view import View

SINCE = (1, 8)


class Params(NamedTuple):
    """The version of the Pod Security Standards; empty for that of the namespace or the cluster."""

    version: str = ""


EXAMPLES = (
    Example("switched off", "pass", {"name": "web", "securityContext": {"allowPrivilegeEscalation": False}}, binds="container"),
    Example("on Windows, which has no such thing", "pass", binds="pod",
            head={"os": {"name": "windows"}, "containers": [{"name": "web"}]}),
    Example("a version without the rule", "pass", {"name": "web"}, binds="container", params={"version": "v1.7"}),
    Example("unset is allowed", "fail", {"name": "web"}, binds="container", path="securityContext.allowPrivilegeEscalation",
            message="container web may gain privileges: allowPrivilegeEscalation is not false"),
    Example("allowed", "fail", {"name": "web", "securityContext": {"allowPrivilegeEscalation": True}}, binds="container"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def allow_privilege_escalation(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield what is not switched off."""
    version = pod_security_version(pair, params.version)
    if version < SINCE or (pair.head.pod.windows and version >= WINDOWS_EXEMPT):
        return
    allowed = pair.head.view.securityContext.allowPrivilegeEscalation
    if allowed.raw is not False:
        message = f"{called(pair.head)} may gain privileges: allowPrivilegeEscalation is not false"
        edit = None if _needs_it(pair.head.view) else Edit("set", allowed.path, value=False)
        yield Problem(allowed, message, edit=edit)


def _needs_it(container: View) -> bool:
    """Whether the API server refuses false: for what is privileged, or may administer the system."""
    context = container.securityContext
    added = {item.string() for item in context.capabilities.add}
    return context.privileged.boolean() or not added.isdisjoint({"SYS_ADMIN", "CAP_SYS_ADMIN"})
