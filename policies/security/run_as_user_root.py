"""Container runs as user 0.

A process that is root in its container is root to the kernel: a hole in the runtime, a writable host
path or a mounted socket is then a hole in the node. `runAsUser: 0` overrides a careful image; with
`runAsNonRoot: true` beside it the container does not even start. In a user namespace (`hostUsers: false`)
that root is nobody to the node.

Fix:
Remove `runAsUser: 0`, or set the user the image was made for.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
https://cwe.mitre.org/data/definitions/250.html

Standards:
PSS Restricted: Running as Non-root user; CIS 5.2.7

Peers:
kube-linter:run-as-non-root, polaris:runAsRootAllowed, trivy:KSV-0105,
kyverno:require-run-as-non-root-user, kyverno:only-trustworthy-registries-set-root,
kubeaudit:RunAsUserCSCRoot, kubeaudit:RunAsUserPSCRoot, gatekeeper:K8sPSPAllowedUsers, psa:runAsUser
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.effective import effective
from policygate.kube.pod_security import in_user_namespace
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version


class Params(NamedTuple):
    """The version of the Pod Security Standards to judge by; empty is that of the namespace or the cluster."""

    version: str = ""


IMAGE = "nginx:1.27"
EXAMPLES = (
    Example("a user of its own", "pass", {"name": "web", "securityContext": {"runAsUser": 101}}, binds="container"),
    Example("unset is the image's business", "pass", {"name": "web", "image": IMAGE}, binds="container"),
    Example("root", "fail", {"name": "web", "securityContext": {"runAsUser": 0}}, binds="container",
            message="container web runs as user 0", path="securityContext.runAsUser"),
    Example("inherited from the pod", "fail", binds="pod", path="securityContext.runAsUser", head={
        "securityContext": {"runAsUser": 0}, "containers": [{"name": "web", "image": IMAGE}]}),
    Example("in a user namespace, where root is nobody", "pass", binds="pod", head={
        "hostUsers": False, "containers": [{"name": "web", "securityContext": {"runAsUser": 0}}]}),
    Example("a version that does not count user namespaces", "fail", binds="pod", params={"version": "1.34"}, head={
        "hostUsers": False, "containers": [{"name": "web", "securityContext": {"runAsUser": 0}}]}),
    Example("the container overrides the pod", "pass", binds="pod", head={
        "securityContext": {"runAsUser": 0},
        "containers": [{"name": "web", "image": IMAGE, "securityContext": {"runAsUser": 101}}]}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def run_as_user_root(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield the place where the effective user of the container is set to 0."""
    user = effective(pair.head, "runAsUser")
    if in_user_namespace(pair.head.pod, pod_security_version(pair, params.version)):
        return
    if user.origin != "unset" and user.value == 0 and not isinstance(user.value, bool):
        yield Problem(user.view, f"container {pair.head.name} runs as user 0 (root)", key="user")
