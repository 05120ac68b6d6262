"""AppArmor profile is meant for a container that does not exist.

The annotation names the container it confines. With a typo, or after the container was renamed, it confines
nothing: the container that was meant runs without the profile, and the pod reads as if it had one.

Fix:
Write the name of the container, or better `securityContext.appArmorProfile` in the container itself.

References:
https://kubernetes.io/docs/tutorials/security/apparmor/

Peers:
kubeaudit:AppArmorInvalidAnnotation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.workloads import containers
from policygate.policy import Example, Pair, Problem, policy

PREFIX = "container.apparmor.security.beta.kubernetes.io/"


def _deployment(name: str) -> dict[str, Any]:
    pod = {
        "metadata": {"annotations": {PREFIX + name: "runtime/default"}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"selector": {}, "template": pod},
    }


EXAMPLES = (
    Example("a container of the pod", "pass", _deployment("web")),
    Example("none of the pod", "fail", _deployment("wbe"), path=f'annotations["{PREFIX}wbe"]', message="there is no container wbe"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", enabled=False, examples=EXAMPLES)
def apparmor_invalid_annotation(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield annotations for containers that the pod does not have."""
    names = {container.name for container in containers(pair.head)}
    for key, view in pair.head.annotations.items():
        name = key.removeprefix(PREFIX)
        if key.startswith(PREFIX) and names and name not in names:
            yield Problem(view, f"there is no container {name} for this AppArmor profile", key=name)
