"""SELinux options are not those of containers.

SELinux keeps a container from files and processes of the node and of its neighbours by their labels.
A type, user or role of one's own can lift that, up to `spc_t`, which is not confined at all.

Fix:
Remove `seLinuxOptions`, or keep to its `level` and to the types `container_t`, `container_init_t`,
`container_kvm_t` and `container_engine_t`.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#assign-selinux-labels-to-a-container

Standards:
PSS Baseline: SELinux; CIS 5.7.3

Peers:
trivy:KSV-0025, kyverno:disallow-selinux, datree:EKS_INVALID_SELINUXOPTIONS_TYPE_VALUE,
datree:EKS_INVALID_SELINUXOPTIONS_USER_VALUE, datree:EKS_INVALID_SELINUXOPTIONS_ROLE_VALUE,
gatekeeper:K8sPSPSELinuxV2, kubescape:C-0211, psa:seLinuxOptions
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import SELINUX_TYPES, allowed, setters
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version


class Params(NamedTuple):
    """The version of the Pod Security Standards; empty for that of the namespace or the cluster."""

    version: str = ""


def _with(**options: str) -> dict[str, object]:
    return {"name": "web", "securityContext": {"seLinuxOptions": options}}


EXAMPLES = (
    Example("unset", "pass", {"name": "web"}, binds="container"),
    Example("only a level", "pass", _with(level="s0:c123,c456"), binds="container"),
    Example("a type of containers", "pass", _with(type="container_engine_t"), binds="container"),
    Example("a type that is not confined", "fail", _with(type="spc_t"), binds="container",
            message="container web runs with the SELinux type spc_t", path="securityContext.seLinuxOptions.type"),
    Example("a type that is allowed only later", "fail", _with(type="container_engine_t"), binds="container",
            params={"version": "v1.30"}),
    Example("a user", "fail", _with(user="system_u"), binds="container", path="seLinuxOptions.user"),
    Example("a role, at the pod", "fail", binds="pod", path="seLinuxOptions.role",
            head={"securityContext": {"seLinuxOptions": {"role": "system_r"}}, "containers": [{"name": "web"}]}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="pod", params=Params, examples=EXAMPLES)
def selinux_custom(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every type that is not for containers, and every user and role."""
    types = allowed(SELINUX_TYPES, pod_security_version(pair, params.version))
    for who, options in setters(pair.head, "seLinuxOptions"):
        if options.type and options.type.string() not in types:
            yield Problem(options.type, f"{who} runs with the SELinux type {options.type.string()}")
        for part in (options.user, options.role):
            if part and part.raw != "":
                yield Problem(part, f"{who} runs with the SELinux {part.path[-1]} {part.string()}")
