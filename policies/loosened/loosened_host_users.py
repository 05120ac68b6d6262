"""Pod leaves its user namespace.

With `hostUsers: false` root in the container is nobody on the node, and many rules are laxer for such pods
(root, procMount). Without it the same settings are dangerous.

Fix:
Restore `hostUsers: false`, or tighten what was allowed because of it first.

References:
https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/

Standards:
PSS relaxations v1.35+
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.node import HOST_USERS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _pod(**spec: Any) -> dict[str, Any]:
    return {**spec, "containers": [{"name": "web", "image": "web:1"}]}


EXAMPLES = (
    Example("it stays", "pass", binds="pod", base=_pod(hostUsers=False), head={**_pod(hostUsers=False), "hostNetwork": False}),
    Example("it never had one", "pass", binds="pod", base=_pod(), head=_pod(hostUsers=True)),
    Example("a new pod", "pass", binds="pod", head=_pod(hostUsers=True)),
    Example("removed", "fail", binds="pod", base=_pod(hostUsers=False), head=_pod(), path="spec.hostUsers",
            message="root in the pod is root on its node now"),
    Example("switched on", "fail", binds="pod", base=_pod(hostUsers=False), head=_pod(hostUsers=True)),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["host-users-namespace"],
    examples=EXAMPLES,
)
def loosened_host_users(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, HOST_USERS)
