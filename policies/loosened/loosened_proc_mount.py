"""Container sees what the runtime hides in /proc.

The runtime hides the parts of /proc through which a container reaches the kernel of its node. `Unmasked` shows
them; it is meant for containers that run containers, in a user namespace of their own.

Fix:
Remove `procMount`, or set `hostUsers: false` where containers run containers.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

Standards:
PSS Baseline: /proc Mount Type
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.privileges import PROC_MOUNT
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(**context: Any) -> dict[str, Any]:
    return {"name": "web", "securityContext": context}


EXAMPLES = (
    Example("the default is written", "pass", binds="container", base=_with(), head=_with(procMount="Default")),
    Example("tighter", "pass", binds="container", base=_with(procMount="Unmasked"), head=_with()),
    Example("unmasked", "fail", binds="container", base=_with(), head=_with(procMount="Unmasked"), path="securityContext.procMount",
            message="container web now sees what the runtime hides"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["proc-mount", "proc-mount-restricted"],
    examples=EXAMPLES,
)
def loosened_proc_mount(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, PROC_MOUNT)
