"""Container has capabilities that it did not have before.

What a list adds, and what `drop` no longer takes away. Each capability counts for itself: to drop ten does
not pay for one that is added.

Fix:
Restore `drop: [ALL]`, and add back the one capability that the program fails without.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
https://man7.org/linux/man-pages/man7/capabilities.7.html

Standards:
PSS Baseline: Capabilities; PSS Restricted: Capabilities
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.privileges import CAPABILITIES
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _list(**lists: list[str]) -> dict[str, Any]:
    return {"name": "web", "securityContext": {"capabilities": lists}}


EXAMPLES = (
    Example("in another order and spelling", "pass", binds="container", base=_list(drop=["ALL"], add=["NET_ADMIN", "SYS_TIME"]),
            head=_list(drop=["all"], add=["SYS_TIME", "CAP_NET_ADMIN"])),
    Example("less", "pass", binds="container", base=_list(add=["NET_ADMIN"]), head=_list(drop=["ALL"])),
    Example("one that ALL held", "pass", binds="container", base=_list(add=["ALL"]), head=_list(add=["NET_ADMIN"])),
    Example("privileged had them all", "pass", binds="container",
            base={"name": "web", "securityContext": {"privileged": True}}, head=_list(add=["SYS_ADMIN"])),
    Example("added", "fail", binds="container", base=_list(drop=["ALL"]), head=_list(drop=["ALL"], add=["NET_ADMIN"]),
            message="container web may now use NET_ADMIN", path="capabilities.add[0]"),
    Example("one more, for one less", "fail", binds="container", base=_list(drop=["ALL"], add=["NET_ADMIN"]),
            head=_list(drop=["ALL"], add=["SYS_PTRACE"]), message="may now use SYS_PTRACE"),
    Example("no longer dropped", "fail", binds="container", base=_list(drop=["ALL"]), head=_list(),
            message="container web has the capabilities of the runtime's default back", path="capabilities.drop"),
    Example("every one", "fail", binds="container", base=_list(), head=_list(add=["ALL"]), message="may now use every capability"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=[
        "capability-dangerous-added",
        "capabilities-baseline",
        "capabilities-drop-all",
        "capability-net-raw-kept",
    ],
    examples=EXAMPLES,
)
def loosened_capabilities(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, CAPABILITIES)
