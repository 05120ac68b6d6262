"""Constraints of OpenShift let pods have more than before.

SecurityContextConstraints are to OpenShift what the Pod Security Standards are elsewhere: whoever may use them gets what
they allow. One that is widened is widened for everybody who has it.

Fix:
Restore the constraint, and make another one for the one account that needs more.

References:
https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/authentication_and_authorization/managing-pod-security-policies
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.accounts import CONSTRAINTS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _scc(**fields: Any) -> dict[str, Any]:
    return {
        "apiVersion": "security.openshift.io/v1",
        "kind": "SecurityContextConstraints",
        "metadata": {"name": "web"},
        "runAsUser": {"type": "MustRunAsRange"},
        **fields,
    }


EXAMPLES = (
    Example("stricter", "pass", base=_scc(allowHostPID=True), head=_scc(runAsUser={"type": "MustRunAs"})),
    Example("fewer", "pass", base=_scc(users=["a", "b"]), head=_scc(users=["b"])),
    Example("privileged", "fail", base=_scc(), head=_scc(allowPrivilegedContainer=True), path="allowPrivilegedContainer", message="allowPrivilegedContainer is true now"),
    Example("more rights", "fail", base=_scc(allowPrivilegeEscalation=False), head=_scc(), message="allowPrivilegeEscalation is not false any more"),
    Example("root", "fail", base=_scc(), head=_scc(runAsUser={"type": "RunAsAny"}), message="runAsUser is RunAsAny now"),
    Example("a capability", "fail", base=_scc(), head=_scc(allowedCapabilities=["SYS_ADMIN"]), message="may use the capability SYS_ADMIN now"),
    Example("not dropped", "fail", base=_scc(requiredDropCapabilities=["KILL"]), head=_scc(), message="need not drop KILL any more"),
    Example("for more", "fail", base=_scc(users=["a"]), head=_scc(users=["a", "b"]), message="is for b now"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["security.openshift.io/SecurityContextConstraints"],
    operations=["UPDATE"],
    refines=["scc-privileged"],
    examples=EXAMPLES,
)
def loosened_security_context_constraints(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, CONSTRAINTS)
