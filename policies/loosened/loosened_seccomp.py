"""Container may make more system calls.

seccomp keeps a container from the system calls that hardly any program needs, and by which it would reach the
kernel. Unset is the runtime's filter on some nodes and none on others: the manifest must say it.

Fix:
Restore `seccompProfile: {type: RuntimeDefault}`.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
https://kubernetes.io/docs/tutorials/security/seccomp/

Standards:
PSS Baseline: Seccomp; PSS Restricted: Seccomp
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.confinement import SECCOMP
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened

DEFAULT = {"type": "RuntimeDefault"}


def _with(profile: dict[str, str]) -> dict[str, Any]:
    return {"name": "web", "securityContext": {"seccompProfile": profile}}


EXAMPLES = (
    Example("moved to the pod", "pass", binds="pod", base={"containers": [_with(DEFAULT)]},
            head={"securityContext": {"seccompProfile": DEFAULT}, "containers": [{"name": "web"}]}),
    Example("never more than unset", "pass", binds="container", base=_with({"type": "Unconfined"}), head={"name": "web"}),
    Example("removed", "fail", binds="container", base=_with(DEFAULT), head={"name": "web"},
            message="container web is confined by seccomp only where its node does"),
    Example("unconfined", "fail", binds="container", base=_with(DEFAULT), head=_with({"type": "Unconfined"}),
            message="is not confined by seccomp any more", path="securityContext.seccompProfile"),
    Example("unconfined, unset before", "fail", binds="container", base={"name": "web"}, head=_with({"type": "Unconfined"})),
    Example("another profile", "fail", binds="container", base=_with(DEFAULT), message="by another seccomp profile",
            head=_with({"type": "Localhost", "localhostProfile": "profiles/web.json"})),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["seccomp-unconfined", "seccomp-runtime-default"],
    examples=EXAMPLES,
)
def loosened_seccomp(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, SECCOMP)
