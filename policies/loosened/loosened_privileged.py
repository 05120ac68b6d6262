"""Container runs privileged, and did not before.

A privileged container has every device and every right of its node. It is set to find out why something
does not work, and stays. Whoever gets into the container has the node, and from there often the cluster.

Fix:
Take `privileged: true` out again, and add the one capability or the one device that the program needs.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

Standards:
PSS Baseline: Privileged Containers; PSS Baseline: HostProcess
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.privileges import PRIVILEGED
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(**context: Any) -> dict[str, Any]:
    return {"name": "web", "securityContext": context}


EXAMPLES = (
    Example("never", "pass", binds="container", base=_with(), head=_with(privileged=False)),
    Example("not any more", "pass", binds="container", base=_with(privileged=True), head=_with()),
    Example("it was", "pass", binds="container", base=_with(privileged=True), head=_with(privileged=True, runAsUser=0)),
    Example("a new container", "pass", binds="pod", base={"containers": [{"name": "log"}]},
            head={"containers": [{"name": "log"}, _with(privileged=True)]}),
    Example("switched on", "fail", binds="container", base=_with(privileged=False), head=_with(privileged=True),
            message="container web runs privileged now", path="securityContext.privileged"),
    Example("a process of a Windows node", "fail", binds="pod", base={"containers": [{"name": "web"}]},
            head={"securityContext": {"windowsOptions": {"hostProcess": True}}, "containers": [{"name": "web"}]},
            message="runs as a process of its Windows node now"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["privileged-container", "host-process-windows"],
    examples=EXAMPLES,
)
def loosened_privileged(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, PRIVILEGED)
