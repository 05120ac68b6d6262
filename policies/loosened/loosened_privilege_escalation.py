"""Processes of a container may get more rights than they began with.

`allowPrivilegeEscalation: false` makes the kernel refuse that: no setuid program, no file with capabilities gives
a process more than its parent had. Without it, one old binary in the image is enough.

Fix:
Restore `allowPrivilegeEscalation: false`.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

Standards:
PSS Restricted: Privilege Escalation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.privileges import PRIVILEGE_ESCALATION
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(**context: Any) -> dict[str, Any]:
    return {"name": "web", "securityContext": context}


EXAMPLES = (
    Example("it was unset, and is true", "pass", binds="container", base=_with(), head=_with(allowPrivilegeEscalation=True)),
    Example("tighter", "pass", binds="container", base=_with(), head=_with(allowPrivilegeEscalation=False)),
    Example("removed", "fail", binds="container", base=_with(allowPrivilegeEscalation=False), head=_with(),
            message="processes of container web may now get more rights", path="securityContext.allowPrivilegeEscalation"),
    Example("switched on", "fail", binds="container", base=_with(allowPrivilegeEscalation=False), head=_with(allowPrivilegeEscalation=True)),
    Example("SYS_ADMIN brings it along", "fail", binds="container", base=_with(allowPrivilegeEscalation=False),
            head=_with(allowPrivilegeEscalation=False, capabilities={"add": ["SYS_ADMIN"]})),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["allow-privilege-escalation", "allow-privilege-escalation-explicit"],
    examples=EXAMPLES,
)
def loosened_privilege_escalation(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, PRIVILEGE_ESCALATION)
