"""Container may run as root.

Where nothing says `runAsNonRoot: true`, the image decides who the program is, and most images decide on
root: a hole in the runtime is then a hole in the node.

Fix:
Set `runAsNonRoot: true` in the security context of the pod, and a numeric `runAsUser` where the image
names its user in letters.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
https://cwe.mitre.org/data/definitions/250.html

Standards:
PSS Restricted: Running as Non-root; CIS 5.2.7; NSA; CWE-250

Peers:
kube-linter:run-as-non-root, polaris:runAsRootAllowed, checkov:CKV_K8S_23, trivy:KSV-0012,
kubescape:C-0013, kubescape:C-0198, kubescape:C-0218, kyverno:require-run-as-nonroot,
kyverno:istio/service-mesh-require-run-as-nonroot, kubesec:RunAsNonRoot,
datree:CONTAINERS_INCORRECT_RUNASNONROOT_VALUE, gatekeeper:K8sPSPAllowedUsers,
kubeaudit:RunAsNonRootCSCFalse, kubeaudit:RunAsNonRootPSCNilCSCNil,
kubeaudit:RunAsNonRootPSCFalseCSCNil, semgrep:run-as-non-root,
semgrep:run-as-non-root-container-level,
semgrep:run-as-non-root-container-level-missing-security-context,
semgrep:run-as-non-root-security-context-pod-level, semgrep:run-as-non-root-unsafe-value,
terrascan:runAsNonRootCheck, popeye:POP-302, popeye:POP-306, psa:runAsNonRoot
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import called, in_user_namespace, setters
from policygate.kube.workloads import containers
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version


class Params(NamedTuple):
    """The version of the Pod Security Standards; empty for that of the namespace or the cluster."""

    version: str = ""


YES, NO = {"runAsNonRoot": True}, {"runAsNonRoot": False}
EXAMPLES = (
    Example("said by the pod", "pass", {"securityContext": YES, "containers": [{"name": "web"}]}, binds="pod"),
    Example("said by each container", "pass", {"name": "web", "securityContext": YES}, binds="container"),
    Example("in a user namespace, where root is nobody", "pass", {"hostUsers": False, "containers": [{"name": "web"}]}, binds="pod"),
    Example("said by nobody", "fail", {"name": "web"}, binds="container", path="securityContext.runAsNonRoot",
            message="container web may run as root: nothing says runAsNonRoot: true"),
    Example("a user is not the word", "fail", {"name": "web", "securityContext": {"runAsUser": 1000}}, binds="container"),
    Example("the container takes it back", "fail", binds="pod", message="container web may run as root: runAsNonRoot is false",
            head={"securityContext": YES, "containers": [{"name": "web", "securityContext": NO}]}),
    Example("an init container has none", "fail", binds="pod", path="initContainers[setup].securityContext.runAsNonRoot", head={
        "containers": [{"name": "web", "securityContext": YES}], "initContainers": [{"name": "setup"}]}),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", params=Params, examples=EXAMPLES)
def run_as_non_root(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield everybody who says false, and every container for which nobody says true."""
    pod = pair.head
    if in_user_namespace(pod, pod_security_version(pair, params.version)):
        return
    for who, said in setters(pod, "runAsNonRoot"):
        if said.raw is not True:
            yield Problem(said, f"{who} may run as root: runAsNonRoot is false")
    if pod.view.securityContext.runAsNonRoot:
        return
    for container in containers(pod):
        said = container.view.securityContext.runAsNonRoot
        if not said:
            message = f"{called(container)} may run as root: nothing says runAsNonRoot: true"
            yield Problem(said, message)
