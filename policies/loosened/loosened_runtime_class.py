"""Pod leaves its sandbox.

A runtime class such as gVisor or Kata puts a kernel of its own between a pod and its node. What was let in
because of it (root, capabilities, code of others) is dangerous without it.

Fix:
Restore `runtimeClassName`.

References:
https://kubernetes.io/docs/concepts/containers/runtime-class/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.running import RUNTIME_CLASS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _pod(**spec: Any) -> dict[str, Any]:
    return {**spec, "containers": [{"name": "web", "image": "web:1"}]}


EXAMPLES = (
    Example("it has one now", "pass", binds="pod", base=_pod(), head=_pod(runtimeClassName="gvisor")),
    Example("removed", "fail", binds="pod", base=_pod(runtimeClassName="gvisor"), head=_pod(), path="spec.runtimeClassName",
            message="the pod runs without a sandbox now, and not in gvisor"),
    Example("another one", "fail", binds="pod", base=_pod(runtimeClassName="gvisor"), head=_pod(runtimeClassName="nvidia")),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["runtime-class"],
    examples=EXAMPLES,
)
def loosened_runtime_class(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, RUNTIME_CLASS)
