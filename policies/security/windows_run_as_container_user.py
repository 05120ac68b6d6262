"""Windows container runs as an administrator.

Unless a pod says otherwise the image names the user, and many images name ContainerAdministrator, who may
change everything in the container and has more ways out of it.

Fix:
Set `windowsOptions: {runAsUserName: ContainerUser}` in the security context of the pod.

References:
https://kubernetes.io/docs/concepts/security/windows-security/
https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/

Standards:
CIS 5.7.3

Peers:
kyverno:windows-security/require-run-as-containeruser, kubescape:C-0211
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.effective import effective
from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


def _pod(name: str | None, **more: Any) -> dict[str, Any]:
    options = {"runAsUserName": name, **more}
    return {
        "os": {"name": "windows"},
        "securityContext": {"windowsOptions": options},
        "containers": [{"name": "web"}],
    }


EXAMPLES = (
    Example("the user", "pass", _pod("ContainerUser"), binds="pod"),
    Example("with its domain, in small letters", "pass", _pod("user manager\\containeruser"), binds="pod"),
    Example("on Linux", "pass", {"containers": [{"name": "web"}]}, binds="pod"),
    Example("a process of the host runs as one of its users", "pass", _pod("NT AUTHORITY\\SYSTEM", hostProcess=True), binds="pod"),
    Example("the administrator", "fail", _pod("ContainerAdministrator"), binds="pod",
            path="securityContext.windowsOptions.runAsUserName", message="container web runs as ContainerAdministrator"),
    Example("the image's user", "fail", _pod(None), binds="pod", message="container web runs as the user of its image"),
    Example("the container takes it back", "fail", binds="pod", path="containers[web].securityContext.windowsOptions.runAsUserName",
            head={**_pod("ContainerUser"), "containers": [
                {"name": "web", "securityContext": {"windowsOptions": {"runAsUserName": "ContainerAdministrator"}}}]}),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", enabled=False, examples=EXAMPLES)
def windows_run_as_container_user(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield Windows containers whose user is not ContainerUser."""
    container = pair.head
    options = effective(container, "windowsOptions").value
    if not container.pod.windows or (isinstance(options, dict) and options.get("hostProcess")):
        return
    own = container.view.securityContext.windowsOptions.runAsUserName
    shared = container.pod.view.securityContext.windowsOptions.runAsUserName
    user: View = own if own or not shared else shared
    if user.string().lower().rpartition("\\")[2] != "containeruser":
        who = user.string() or "the user of its image"
        yield Problem(user, f"{called(container)} runs as {who}")
