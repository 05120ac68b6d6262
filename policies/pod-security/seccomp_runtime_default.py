"""Container has no seccomp profile.

Seccomp keeps a container from the system calls that no program needs and most breakouts do. Where nothing is
said, most clusters apply no profile at all.

Fix:
Set `seccompProfile: {type: RuntimeDefault}` in the security context of the pod.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
https://kubernetes.io/docs/tutorials/security/seccomp/

Standards:
PSS Restricted: Seccomp; CIS 5.7.2

Peers:
kube-score:container-seccomp-profile, checkov:CKV_K8S_31, trivy:KSV-0030, kubescape:C-0210,
kyverno:restrict-seccomp-strict, kyverno:podsecurity-subrule-restricted-seccomp, kubesec:SeccompAny,
datree:CONTAINERS_INCORRECT_SECCOMP_PROFILE, datree:CIS_INVALID_VALUE_SECCOMP_PROFILE,
kubeaudit:SeccompProfileMissing, terrascan:secCompProfile, gatekeeper:K8sPSPSeccompV2,
polaris:linuxHardening, psa:seccompProfile_restricted
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import WINDOWS_EXEMPT, called
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version

SINCE = (1, 19)


class Params(NamedTuple):
    """The version of the Pod Security Standards; empty for that of the namespace or the cluster."""

    version: str = ""


DEFAULT = {"seccompProfile": {"type": "RuntimeDefault"}}
EXAMPLES = (
    Example("said by the pod", "pass", {"securityContext": DEFAULT, "containers": [{"name": "web"}]}, binds="pod"),
    Example("said by the container", "pass", {"name": "web", "securityContext": DEFAULT}, binds="container"),
    Example("on Windows, which has none", "pass", binds="pod",
            head={"os": {"name": "windows"}, "containers": [{"name": "web"}]}),
    Example("a version without the rule", "pass", {"name": "web"}, binds="container", params={"version": "v1.18"}),
    Example("unset", "fail", {"name": "web"}, binds="container", path="securityContext.seccompProfile.type",
            message="container web has no seccomp profile"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def seccomp_runtime_default(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield a container for which neither itself nor its pod names a profile."""
    version = pod_security_version(pair, params.version)
    if version < SINCE or (pair.head.pod.windows and version >= WINDOWS_EXEMPT):
        return
    own = pair.head.view.securityContext.seccompProfile.type
    shared = pair.head.pod.view.securityContext.seccompProfile.type
    if not own and not shared:
        edit = None if pair.head.pod.windows else Edit("set", shared.path, "RuntimeDefault")
        yield Problem(own, f"{called(pair.head)} has no seccomp profile", edit=edit)
