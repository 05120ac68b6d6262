"""Container runs without seccomp.

Seccomp keeps a container from the system calls that no program needs and most breakouts do.
`Unconfined` is often set to debug something and then stays.

Fix:
Set `seccompProfile.type: RuntimeDefault`, or `Localhost` with a profile that allows what the program
needs.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/tutorials/security/seccomp/

Standards:
PSS Baseline: Seccomp; CWE-284

Peers:
trivy:KSV-0104, kyverno:restrict-seccomp, kubesec:SeccompUnconfined, kubeaudit:SeccompDisabledPod,
kubeaudit:SeccompDisabledContainer, semgrep:seccomp-confinement-disabled, gatekeeper:K8sPSPSeccomp,
gatekeeper:K8sPSPSeccompV2, psa:seccompProfile_baseline
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.pod_security import setters
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.policy.versions import pod_security_version

CONFINED = frozenset({"RuntimeDefault", "Localhost"})
BY_FIELD = (1, 19)
"""Before, annotations said it."""
ANNOTATIONS = "seccomp.security.alpha.kubernetes.io/"
UNCONFINED = {"seccompProfile": {"type": "Unconfined"}}


class Params(NamedTuple):
    """The version of the Pod Security Standards; empty for that of the namespace or the cluster."""

    version: str = ""


def _annotated(value: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "web",
            "annotations": {"container.seccomp.security.alpha.kubernetes.io/web": value},
        },
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
    }


EXAMPLES = (
    Example("unset", "pass", {"name": "web"}, binds="container"),
    Example("the runtime's default", "pass", binds="container",
            head={"name": "web", "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}),
    Example("an annotation, which nobody reads any more", "pass", _annotated("unconfined")),
    Example("an annotation when it still counted, with a profile", "pass", _annotated("runtime/default"), params={"version": "v1.18"}),
    Example("unconfined", "fail", binds="container", message="container web may make every system call",
            head={"name": "web", "securityContext": UNCONFINED}, path="securityContext.seccompProfile.type"),
    Example("at the pod, though its container says otherwise", "fail", binds="pod", path="spec.securityContext.seccompProfile.type", head={
        "securityContext": UNCONFINED,
        "containers": [{"name": "web", "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}]}),
    Example("an annotation when it still counted", "fail", _annotated("unconfined"), params={"version": "v1.18"}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="pod", params=Params, examples=EXAMPLES)
def seccomp_unconfined(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield everybody who asks for no profile; who sets none is left to `seccomp-runtime-default`."""
    for who, profile in setters(pair.head, "seccompProfile"):
        if profile.type and profile.type.string() not in CONFINED:
            default = Edit("set", profile.path, {"type": "RuntimeDefault"})
            yield Problem(profile.type, f"{who} may make every system call", edit=default)
    if pod_security_version(pair, params.version) < BY_FIELD:
        for key, view in pair.head.annotations.items():
            if ANNOTATIONS in key and view.raw == "unconfined":
                yield Problem(view, "an annotation lets the pod make every system call")
