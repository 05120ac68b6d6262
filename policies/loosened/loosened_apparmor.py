"""Container is confined less by AppArmor.

AppArmor keeps a container from the files and the rights that the runtime's profile leaves out. The annotation
of older versions counts like the field, and unset is the runtime's profile.

Fix:
Restore `appArmorProfile: {type: RuntimeDefault}`, or remove the field.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/tutorials/security/apparmor/

Standards:
PSS Baseline: AppArmor
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.confinement import APPARMOR
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(profile: dict[str, str]) -> dict[str, Any]:
    return {"name": "web", "securityContext": {"appArmorProfile": profile}}


EXAMPLES = (
    Example("unset is the default", "pass", binds="container", base=_with({"type": "RuntimeDefault"}), head={"name": "web"}),
    Example("tighter", "pass", binds="container", base=_with({"type": "Unconfined"}), head={"name": "web"}),
    Example("unconfined", "fail", binds="container", base={"name": "web"}, head=_with({"type": "Unconfined"}),
            message="container web is not confined by AppArmor any more", path="securityContext.appArmorProfile"),
    Example("another profile", "fail", binds="container", base=_with({"type": "Localhost", "localhostProfile": "a"}),
            head=_with({"type": "Localhost", "localhostProfile": "b"}), message="another AppArmor profile"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["apparmor-unconfined", "apparmor-missing"],
    examples=EXAMPLES,
)
def loosened_apparmor(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, APPARMOR)
