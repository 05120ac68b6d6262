"""Container may be root, and could not be before.

At the base the container could not start as root: its user was not 0, or `runAsNonRoot` was true. After this
change it can. Such a line is often taken out to get a new image running, and then stays out. Where the user stays
another one and only the guard `runAsNonRoot` goes, that is a warning: the next change of the user has nothing
that holds it back.

Fix:
Restore `runAsNonRoot: true` (on the pod or on the container), and set `runAsUser` if the image names no
numeric user.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

Standards:
PSS Restricted: Running as Non-root
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.privileges import ROOT_USER
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(**context: Any) -> dict[str, Any]:
    return {"name": "web", "securityContext": context}


EXAMPLES = (
    Example("moved from the container to the pod", "pass", binds="pod",
            base={"containers": [_with(runAsNonRoot=True)]}, head={"securityContext": {"runAsNonRoot": True}, "containers": [_with()]}),
    Example("another user", "pass", binds="container", base=_with(runAsUser=1000), head=_with(runAsUser=2000)),
    Example("it never was set", "pass", binds="container", base=_with(), head=_with(runAsNonRoot=False)),
    Example("a new container", "pass", binds="pod", base={"containers": [{"name": "log"}]}, head={"containers": [{"name": "log"}, _with(runAsUser=0)]}),
    Example("removed", "fail", binds="container", base=_with(runAsNonRoot=True), head=_with(),
            message="container web may run as root now: runAsNonRoot was removed"),
    Example("switched off", "fail", binds="container", base=_with(runAsNonRoot=True), head=_with(runAsNonRoot=False),
            path="securityContext.runAsNonRoot"),
    Example("the user is root now", "fail", binds="container", base=_with(runAsUser=1000), head=_with(runAsUser=0),
            path="securityContext.runAsUser", message="runs as root now"),
    Example("the pod's value is overridden", "fail", binds="pod",
            base={"securityContext": {"runAsNonRoot": True}, "containers": [_with()]},
            head={"securityContext": {"runAsNonRoot": True}, "containers": [_with(runAsNonRoot=False)]}),
    Example("only the user is left", "fail", binds="container", base=_with(runAsNonRoot=True), head=_with(runAsUser=1000),
            message="is kept from root by its user alone"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["run-as-non-root", "run-as-user-root", "run-as-high-uid"],
    examples=EXAMPLES,
)
def loosened_root_user(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, ROOT_USER)
