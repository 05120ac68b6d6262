"""Pod shares namespaces with its node that it did not share before.

In the network of its node a pod reaches what listens on localhost and no NetworkPolicy is for it; with the
processes or the memory of the node it reads the secrets of every other pod there. Processes shared among the
containers of one pod are a warning.

Fix:
Remove the field. What must see the node belongs into a DaemonSet of its own, in a namespace of its own.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

Standards:
PSS Baseline: Host Namespaces
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.node import HOST_NAMESPACES
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _pod(**spec: Any) -> dict[str, Any]:
    return {**spec, "containers": [{"name": "web", "image": "web:1"}]}


EXAMPLES = (
    Example("false is the default", "pass", binds="pod", base=_pod(), head=_pod(hostNetwork=False)),
    Example("less", "pass", binds="pod", base=_pod(hostPID=True), head=_pod()),
    Example("the network of the node", "fail", binds="pod", base=_pod(), head=_pod(hostNetwork=True), path="spec.hostNetwork",
            message="the pod is in the network of its node now"),
    Example("another one for one less", "fail", binds="pod", base=_pod(hostIPC=True), head=_pod(hostPID=True), path="spec.hostPID"),
    Example("its own processes", "fail", binds="pod", base=_pod(), head=_pod(shareProcessNamespace=True)),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["host-network", "host-pid", "host-ipc", "share-process-namespace"],
    examples=EXAMPLES,
)
def loosened_host_namespaces(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, HOST_NAMESPACES)
