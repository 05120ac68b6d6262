"""Nothing confines the container.

No seccomp or AppArmor profile, no SELinux label, and every capability of the runtime: whoever breaks into
the program meets the whole kernel. Stricter policies ask for each of them; this one is content with one.

Fix:
Set `seccompProfile: {type: RuntimeDefault}` in the security context of the pod, which few programs notice.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/

Standards:
NSA

Peers:
polaris:linuxHardening, kubescape:C-0055
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.effective import effective
from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy

FIELDS = ("seccompProfile", "appArmorProfile")
SECCOMP = {"seccompProfile": {"type": "RuntimeDefault"}}


def _with(**context: Any) -> dict[str, Any]:
    return {"name": "web", "securityContext": context}


EXAMPLES = (
    Example("seccomp", "pass", {"securityContext": SECCOMP, "containers": [{"name": "web"}]}, binds="pod"),
    Example("AppArmor", "pass", _with(appArmorProfile={"type": "RuntimeDefault"}), binds="container"),
    Example("SELinux", "pass", _with(seLinuxOptions={"level": "s0:c1,c2"}), binds="container"),
    Example("fewer capabilities", "pass", _with(capabilities={"drop": ["NET_RAW"]}), binds="container"),
    Example("on Windows", "pass", {"os": {"name": "windows"}, "containers": [{"name": "web"}]}, binds="pod"),
    Example("nothing", "fail", {"name": "web"}, binds="container", path="securityContext",
            message="container web has no seccomp or AppArmor profile, no SELinux label, and drops no capability"),
    Example("switched off is none", "fail", _with(seccompProfile={"type": "Unconfined"}), binds="container"),
    Example("an empty list", "fail", _with(capabilities={"drop": []}), binds="container"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", enabled=False, examples=EXAMPLES)
def linux_hardening_none(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a container that nothing confines."""
    container = pair.head
    if container.pod.windows or any(_confines(container, field) for field in FIELDS):
        return
    context = container.view.securityContext
    if not effective(container, "seLinuxOptions").value and not any(context.capabilities.drop):
        words = "has no seccomp or AppArmor profile, no SELinux label, and drops no capability"
        yield Problem(context, f"{called(container)} {words}")


def _confines(container: Any, field: str) -> bool:
    profile = effective(container, field).value
    return isinstance(profile, dict) and profile.get("type") in {"RuntimeDefault", "Localhost"}
