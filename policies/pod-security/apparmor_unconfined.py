"""Container runs without AppArmor.

AppArmor limits the files and capabilities that a program reaches even when it is root. Where the node
has it, `Unconfined` switches off what the runtime would apply by itself.

Fix:
Leave the profile out, or set `appArmorProfile.type` to `RuntimeDefault` or `Localhost`.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
https://kubernetes.io/docs/tutorials/security/apparmor/

Standards:
PSS Baseline: AppArmor

Peers:
trivy:KSV-0002, kyverno:restrict-apparmor-profiles, kubesec:ApparmorUnconfined,
kubeaudit:AppArmorDisabled, kubeaudit:AppArmorBadValue, gatekeeper:K8sPSPAppArmor,
psa:appArmorProfile
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.pod_security import setters
from policygate.policy import Edit, Example, Pair, Problem, policy

CONFINED = frozenset({"RuntimeDefault", "Localhost"})
ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"


def _annotated(value: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "annotations": {f"{ANNOTATION}web": value, "team": "shop"}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
    }


EXAMPLES = (
    Example("unset", "pass", {"name": "web"}, binds="container"),
    Example("a profile of the node", "pass", binds="container",
            head={"name": "web", "securityContext": {"appArmorProfile": {"type": "Localhost", "localhostProfile": "web"}}}),
    Example("an annotation that names a profile", "pass", _annotated("localhost/web")),
    Example("unconfined", "fail", binds="container", path="securityContext.appArmorProfile.type",
            head={"name": "web", "securityContext": {"appArmorProfile": {"type": "Unconfined"}}},
            message="container web runs without an AppArmor profile"),
    Example("an annotation", "fail", _annotated("unconfined")),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="pod", examples=EXAMPLES)
def apparmor_unconfined(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield everybody who asks for no profile, in a field or in the annotation that came before it."""
    for who, profile in setters(pair.head, "appArmorProfile"):
        if profile.type and profile.type.string() not in CONFINED:
            message = f"{who} runs without an AppArmor profile"
            yield Problem(profile.type, message, edit=Edit("remove", profile.path))
    for key, view in pair.head.annotations.items():
        kind, _, _ = view.string().partition("/")
        if key.startswith(ANNOTATION) and kind not in {"", "runtime", "localhost"}:
            name = key.removeprefix(ANNOTATION)
            message = f"container {name} runs without an AppArmor profile"
            yield Problem(view, message, edit=Edit("remove", view.path))
