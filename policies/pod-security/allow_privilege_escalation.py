"""Container may gain privileges.

Unless `allowPrivilegeEscalation` is false, a program in the container may become root through a setuid
binary, whatever user it was started as.

Fix:
Set `allowPrivilegeEscalation: false`; few programs notice. Those that need setuid (`sudo`, `ping` of
old) do.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import WINDOWS_EXEMPT, called
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version

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
        yield Problem(allowed, message)
