"""What a pod sets for all of its containers is looser, and no container of it shows that.

Every container says something of its own, so that nothing changes for them. The next one that somebody adds, a
sidecar that is injected and a container that is attached to debug get what the pod says.

Fix:
Restore what the pod said.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

Standards:
PSS Baseline: Seccomp; PSS Baseline: AppArmor; PSS Baseline: SELinux
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from policygate.kube.workloads import Container, PodSpec, pair_containers
from policygate.order.confinement import APPARMOR, SECCOMP, SELINUX
from policygate.order.privileges import GROUPS, PRIVILEGED, ROOT_USER
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import as_problem
from policygate.view import View

DIMENSIONS: Final = (APPARMOR, GROUPS, PRIVILEGED, ROOT_USER, SECCOMP, SELINUX)
"""What containers inherit from their pod."""
LOOSEST: Final = ("Unconfined", 0, "spc_t")
OWN = {
    "name": "web",
    "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}, "runAsUser": 1000},
}

NO_POD = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {}}


def _pod(**context: Any) -> dict[str, Any]:
    return {"securityContext": context, "containers": [OWN]}


EXAMPLES = (
    Example("what containers inherit is said of them", "pass", binds="pod",
            base={"securityContext": {"runAsUser": 1}, "containers": [{"name": "web"}]}, head={"containers": [{"name": "web"}]}),
    Example("tighter", "pass", binds="pod", base=_pod(), head=_pod(seccompProfile={"type": "RuntimeDefault"})),
    Example("a pod that was not there", "pass", base=NO_POD, head={**NO_POD, "spec": {"template": {"spec": _pod(runAsUser=0)}}}),
    Example("not confined", "fail", binds="pod", base=_pod(), head=_pod(seccompProfile={"type": "Unconfined"}),
            message="what the pod says for containers to come", path="spec.securityContext.seccompProfile"),
    Example("no user any more", "fail", binds="pod", base=_pod(runAsUser=1000), head=_pod()),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["seccomp-unconfined", "apparmor-unconfined", "selinux-custom", "run-as-user-root"],
    examples=EXAMPLES,
)
def loosened_pod_defaults(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare what a container that says nothing of its own would get."""
    if pair.base is None:
        return
    base, head = _nobody(pair.base), _nobody(pair.head)
    for dimension in DIMENSIONS:
        for gain in dimension.gains(base, head):
            if _said(dimension, pair):
                break
            loosest = gain.now in LOOSEST and gain.now is not False
            text = f"{gain.text.replace('a container without a name', 'one')}"
            yield as_problem(
                gain._replace(
                    at=_of_pod(pair.head, gain.at),
                    text=f"what the pod says for containers to come is looser: {text}",
                    level=None if loosest else "note",
                )
            )


def _said(dimension: Any, pair: Pair) -> bool:
    """Whether a container that is there gets looser in the same respect."""
    both = pair_containers(pair.base, pair.head)
    return any(
        next(dimension.gains(base, head), None) is not None
        for base, head in both
        if base is not None and head is not None
    )


def _nobody(pod: PodSpec) -> Container:
    """A container that says nothing: what is added, injected or attached later."""
    return Container(pod, View({}, pod.view.path), "", "app")


def _of_pod(pod: PodSpec, at: View) -> View:
    """The place in the pod, for what the container would have said."""
    start = len(pod.view.path)
    view = pod.view
    for key in at.path[start:]:
        view = view[key]
    return view
