"""Nobody names an AppArmor profile for the container.

AppArmor limits the files and capabilities that a program reaches even when it is root. Where nodes have
it, the runtime applies its default; a profile that is named makes sure that it is there, or the pod does not start.
Nodes with SELinux have no AppArmor: leave this policy off for them.

Fix:
Set `appArmorProfile: {type: RuntimeDefault}` in the security context of the pod.

References:
https://kubernetes.io/docs/tutorials/security/apparmor/

Standards:
NSA

Peers:
kubesec:ApparmorAny, kubeaudit:AppArmorAnnotationMissing, terrascan:appArmorProfile,
polaris:linuxHardening, kubescape:C-0055
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.effective import effective
from policygate.kube.pod_security import called
from policygate.policy import Edit, Example, Pair, Problem, policy

DEFAULT = {"appArmorProfile": {"type": "RuntimeDefault"}}
ANNOTATION = "container.apparmor.security.beta.kubernetes.io/web"
EXAMPLES = (
    Example("named by the pod", "pass", {"securityContext": DEFAULT, "containers": [{"name": "web"}]}, binds="pod"),
    Example("named by the container", "pass", {"name": "web", "securityContext": DEFAULT}, binds="container"),
    Example("named by the annotation of old", "pass", {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "annotations": {ANNOTATION: "localhost/web"}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]}}),
    Example("on Windows", "pass", {"os": {"name": "windows"}, "containers": [{"name": "web"}]}, binds="pod"),
    Example("by nobody", "fail", {"name": "web"}, binds="container", path="securityContext.appArmorProfile",
            message="container web has no AppArmor profile"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", enabled=False, examples=EXAMPLES)
def apparmor_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a container for which neither itself, its pod nor an annotation names a profile."""
    profile = effective(pair.head, "appArmorProfile")
    if profile.origin == "unset" and not pair.head.pod.windows:
        shared = pair.head.pod.view.securityContext.appArmorProfile
        edit = Edit("set", shared.path, {"type": "RuntimeDefault"})
        yield Problem(profile.view, f"{called(pair.head)} has no AppArmor profile", edit=edit)
