"""Container is confined less, or otherwise, by SELinux.

SELinux keeps a container from the files and processes of its node by their labels. `spc_t` is not confined at
all; which of two other types, users or roles allows more only the node's policy knows.

Fix:
Restore `seLinuxOptions`, or remove them.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#assign-selinux-labels-to-a-container

Standards:
PSS Baseline: SELinux
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.confinement import SELINUX
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(**options: str) -> dict[str, Any]:
    return {"name": "web", "securityContext": {"seLinuxOptions": options}}


EXAMPLES = (
    Example("the usual type is written", "pass", binds="container", base={"name": "web"}, head=_with(type="container_t")),
    Example("tighter", "pass", binds="container", base=_with(type="spc_t"), head={"name": "web"}),
    Example("not confined", "fail", binds="container", base={"name": "web"}, head=_with(type="spc_t"),
            message="container web is not confined by SELinux any more", path="securityContext.seLinuxOptions.type"),
    Example("another type", "fail", binds="container", base={"name": "web"}, head=_with(type="container_init_t"), message="another SELinux type"),
    Example("another user", "fail", binds="container", base=_with(user="a_u"), head=_with(user="b_u"), message="another SELinux user"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["selinux-custom"],
    examples=EXAMPLES,
)
def loosened_selinux(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, SELINUX)
