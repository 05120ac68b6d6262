"""Pod sets an unsafe kernel parameter.

A kernel parameter that is not kept apart for each pod changes the node for all of them; others open the
pod to attacks or starve its neighbours.

Fix:
Remove the parameter, or have it set on the nodes that need it by whoever runs them.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/

Standards:
PSS Baseline: Sysctls; CIS 5.7.3

Peers:
kube-linter:unsafe-sysctls, trivy:KSV-0026, kyverno:restrict-sysctls,
gatekeeper:K8sPSPForbiddenSysctls, terrascan:disallowedSysCalls, kubescape:C-0211, psa:sysctls
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import SAFE_SYSCTLS, allowed
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version


class Params(NamedTuple):
    """The version of the Pod Security Standards, and parameters allowed beside those it calls safe.

    An empty version is that of the namespace or the cluster.
    """

    version: str = ""
    also: tuple[str, ...] = ()


def _setting(name: str) -> dict[str, object]:
    return {
        "securityContext": {"sysctls": [{"name": name, "value": "1"}]},
        "containers": [{"name": "web", "image": "web:1"}],
    }


EXAMPLES = (
    Example("none", "pass", {"containers": [{"name": "web"}]}, binds="pod"),
    Example("a safe one", "pass", _setting("net.ipv4.tcp_syncookies"), binds="pod"),
    Example("a safe one, with slashes", "pass", _setting("net/ipv4/tcp_syncookies"), binds="pod"),
    Example("one that is allowed here", "pass", _setting("net.core.somaxconn"), binds="pod",
            params={"also": ["net.core.somaxconn"]}),
    Example("an unsafe one", "fail", _setting("kernel.msgmax"), binds="pod", path="sysctls[0].name",
            message="pod sets the kernel parameter kernel.msgmax"),
    Example("one that is safe only later", "fail", _setting("net.ipv4.tcp_rmem"), binds="pod",
            params={"version": "v1.31"}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="pod", params=Params, examples=EXAMPLES)
def unsafe_sysctls(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every parameter that is neither safe nor allowed."""
    safe = allowed(SAFE_SYSCTLS, pod_security_version(pair, params.version)) | {*params.also}
    for sysctl in pair.head.view.securityContext.sysctls:
        name = sysctl["name"].string().replace("/", ".")
        if name not in safe:
            yield Problem(sysctl["name"], f"pod sets the kernel parameter {name}", key=name)
