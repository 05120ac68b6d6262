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
from typing import Any

from policygate.order.defaults import POD_DEFAULTS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened

OWN = {
    "name": "web",
    "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}, "runAsUser": 1000},
}


def _pod(**context: Any) -> dict[str, Any]:
    return {"securityContext": context, "containers": [OWN]}


EXAMPLES = (
    Example("what containers inherit is said of them", "pass", binds="pod",
            base={"securityContext": {"runAsUser": 1}, "containers": [{"name": "web"}]}, head={"containers": [{"name": "web"}]}),
    Example("tighter", "pass", binds="pod", base=_pod(), head=_pod(seccompProfile={"type": "RuntimeDefault"})),
    Example("not confined", "fail", binds="pod", base=_pod(), head=_pod(seccompProfile={"type": "Unconfined"}),
            message="a container that says nothing of its own gets more", path="spec.securityContext.seccompProfile"),
    Example("no user any more", "fail", binds="pod", base=_pod(runAsUser=1000), head=_pod()),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["seccomp-unconfined", "apparmor-unconfined", "selinux-custom", "run-as-user-root"],
    examples=EXAMPLES,
)
def loosened_pod_defaults(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare what a container that says nothing of its own would get."""
    return loosened(pair, POD_DEFAULTS)
