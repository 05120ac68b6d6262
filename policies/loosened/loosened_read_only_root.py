"""Container may write to its own file system.

What cannot be written cannot be replaced: an attacker has no place for tools, and a program nobody knows about
leaves no state behind that is lost with the pod.

Fix:
Restore `readOnlyRootFilesystem: true`, and mount an `emptyDir` where the program writes.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.privileges import READ_ONLY_ROOT
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(**context: Any) -> dict[str, Any]:
    return {"name": "web", "securityContext": context}


EXAMPLES = (
    Example("never", "pass", binds="container", base=_with(), head=_with(readOnlyRootFilesystem=False)),
    Example("tighter", "pass", binds="container", base=_with(), head=_with(readOnlyRootFilesystem=True)),
    Example("removed", "fail", binds="container", base=_with(readOnlyRootFilesystem=True), head=_with(),
            message="container web may now write to its own file system", path="securityContext.readOnlyRootFilesystem"),
    Example("switched off", "fail", binds="container", base=_with(readOnlyRootFilesystem=True), head=_with(readOnlyRootFilesystem=False)),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["read-only-root-filesystem"],
    examples=EXAMPLES,
)
def loosened_read_only_root(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, READ_ONLY_ROOT)
