"""Container may run as root again.

At the base the container could not start as root: `runAsNonRoot` was true, or its user was not 0.
After this change it can. Such a line is often taken out to get a new image running, and then stays out.

Fix:
Restore `runAsNonRoot: true` (on the pod or on the container), and set `runAsUser` if the image names
no numeric user.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.workloads import Container, effective
from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("moved from the container to the pod", "pass", binds="pod",
            base={"containers": [{"name": "web", "image": "web:1", "securityContext": {"runAsNonRoot": True}}]},
            head={"securityContext": {"runAsNonRoot": True}, "containers": [{"name": "web", "image": "web:1"}]}),
    Example("a user that is not root is as good", "pass", binds="container",
            base={"name": "web", "securityContext": {"runAsNonRoot": True}},
            head={"name": "web", "securityContext": {"runAsUser": 1000}}),
    Example("it never was set", "pass", binds="container", base={"name": "web"}, head={"name": "web", "tty": True}),
    Example("a new container", "pass", binds="pod",
            base={"containers": [{"name": "web", "image": "web:1"}]},
            head={"containers": [{"name": "web", "image": "web:1"}, {"name": "log", "image": "log:1"}]}),
    Example("removed", "fail", binds="container", message="may run as root now",
            base={"name": "web", "securityContext": {"runAsNonRoot": True}}, head={"name": "web"}),
    Example("switched off", "fail", binds="container", path="securityContext.runAsNonRoot",
            base={"name": "web", "securityContext": {"runAsNonRoot": True}},
            head={"name": "web", "securityContext": {"runAsNonRoot": False}}),
    Example("the user is root now", "fail", binds="container", path="securityContext.runAsUser",
            base={"name": "web", "securityContext": {"runAsUser": 1000}},
            head={"name": "web", "securityContext": {"runAsUser": 0}}),
    Example("the pod's value is overridden", "fail", binds="pod",
            base={"securityContext": {"runAsNonRoot": True}, "containers": [{"name": "web", "image": "web:1"}]},
            head={"securityContext": {"runAsNonRoot": True}, "containers": [
                {"name": "web", "image": "web:1", "securityContext": {"runAsNonRoot": False}}]}),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["run-as-non-root"],
    examples=EXAMPLES,
)
def run_as_non_root_loosened(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare what can be said of the user at the base and at the head."""
    if pair.base is None or not _never_root(pair.base) or _never_root(pair.head):
        return
    now = effective(pair.head, "runAsNonRoot")
    was = effective(pair.base, "runAsNonRoot")
    field = "runAsNonRoot" if was.value is True else "runAsUser"
    if field == "runAsUser":
        now, was = effective(pair.head, field), effective(pair.base, field)
    how = "was removed" if now.origin == "unset" else f"is {now.view.raw}".lower()
    yield Problem(
        now.view,
        f"container {pair.head.name} may run as root now: {field} {how}",
        was=was.value,
        now=None if now.origin == "unset" else now.value,
    )


def _never_root(container: Container) -> bool:
    """Whether the manifest alone makes sure that the container does not run as root."""
    user = effective(container, "runAsUser").value
    if user == 0 and not isinstance(user, bool):
        return False
    numeric = isinstance(user, int) and not isinstance(user, bool)
    return effective(container, "runAsNonRoot").value is True or numeric
