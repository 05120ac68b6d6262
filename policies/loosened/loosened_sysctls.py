"""Pod sets kernel parameters that it did not set before.

A kernel parameter that is not kept apart for each pod changes the node for all of them. Another value of one
that was set before is a warning: which one is laxer the gate does not know.

Fix:
Remove the parameter, or have it set on the nodes that need it by whoever runs them.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/

Standards:
PSS Baseline: Sysctls
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.node import SYSCTLS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _set(*pairs: tuple[str, str]) -> dict[str, Any]:
    sysctls = [{"name": name, "value": value} for name, value in pairs]
    return {"securityContext": {"sysctls": sysctls}, "containers": [{"name": "web"}]}


EXAMPLES = (
    Example("a safe one", "pass", binds="pod", base=_set(), head=_set(("net.ipv4.tcp_syncookies", "1"))),
    Example("fewer", "pass", binds="pod", base=_set(("kernel.msgmax", "1"), ("kernel.sem", "1")), head=_set(("kernel/sem", "1"))),
    Example("one more", "fail", binds="pod", base=_set(), head=_set(("kernel.msgmax", "1")), path="sysctls[0].name",
            message="the pod sets the kernel parameter kernel.msgmax now"),
    Example("another value", "fail", binds="pod", base=_set(("kernel.msgmax", "1")), head=_set(("kernel.msgmax", "2")), message="to another value"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["unsafe-sysctls", "cr8escape-sysctl"],
    examples=EXAMPLES,
)
def loosened_sysctls(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, SYSCTLS)
