"""Role may run commands in pods.

`pods/exec` and `pods/attach` open a shell in a running container, with its files, its mounted secrets
and its service account; `pods/ephemeralcontainers` puts a debugger beside it. `get` is as good as
`create` for a client that comes by websocket.

Fix:
Leave the rule out; where people must debug, bind a role of its own for the time they need it, or
narrow the rule to pods by `resourceNames`.

References:
https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
https://kubernetes.io/docs/concepts/security/rbac-good-practices/

Standards: NSA

Peers:
polaris:clusterrolePodExecAttach, polaris:rolePodExecAttach, polaris:clusterrolebindingPodExecAttach,
polaris:rolebindingClusterRolePodExecAttach, polaris:rolebindingRolePodExecAttach, checkov:CKV2_K8S_2,
trivy:KSV-0053, trivy:KSV-0054, kubescape:C-0002, datree:CONTAINERS_INCORRECT_RESOURCES_VERBS_VALUE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac_powers import RUN_IN_PODS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted


def _role(
    *resources: str, verbs: tuple[str, ...] = ("create",), **more: list[str]
) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "debug"},
        "rules": [{"apiGroups": [""], "resources": [*resources], "verbs": [*verbs], **more}],
    }


EXAMPLES = (
    Example("logs", "pass", _role("pods", "pods/log", verbs=("get", "list"))),
    Example("create pods, not commands in them", "pass", _role("pods")),
    Example("in one pod", "pass", _role("pods/exec", resourceNames=["web-0"])),
    Example("pods/* is no wildcard and names no subresource", "pass", _role("pods/*", verbs=("*",))),
    Example("a verb that means nothing here", "pass", _role("pods/exec", verbs=("list", "watch"))),
    Example("to look at ephemeral containers", "pass", _role("pods/ephemeralcontainers", verbs=("get",))),
    Example("exec", "fail", _role("pods", "pods/exec"), path="rules[0].resources[1]",
            message="Role debug may create pods/exec"),
    Example("by websocket", "fail", _role("pods/exec", verbs=("get",))),
    Example("attach", "fail", _role("pods/attach"), message="create pods/attach"),
    Example("exec of every resource", "fail", _role("*/exec"), message="create */exec"),
    Example("every verb", "fail", _role("pods/exec", "pods/attach", verbs=("*",)),
            message="use every verb on pods/exec, pods/attach"),
    Example("a debugger beside the containers", "fail", _role("pods/ephemeralcontainers", verbs=("patch",))),
    Example("attach beside exec", "fail", base=_role("pods/exec"), head=_role("pods/exec", "pods/attach"),
            path="rules[0].resources[1]"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    examples=EXAMPLES,
)
def rbac_pod_exec_attach(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule by which a command may run in any pod."""
    yield from granted(pair, *RUN_IN_PODS)
