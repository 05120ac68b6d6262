"""Controller of Flux is started with fewer limits.

These arguments decide what a Kustomization of one team may reach: sources of other namespaces, bases from
anywhere on the net, the rights of the controller itself, or clusters whose certificate nobody checks.

Fix:
Restore the argument, or remove the one that was added.

References:
https://fluxcd.io/flux/security/best-practices/
https://fluxcd.io/flux/installation/configuration/multitenancy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

CONTROLLERS = frozenset(
    {
        "kustomize-controller", "helm-controller", "source-controller", "notification-controller",
        "image-automation-controller", "image-reflector-controller",
    }
)  # fmt: skip
LIMITS = ("--no-cross-namespace-refs", "--no-remote-bases", "--default-service-account")
UNSAFE = ("--insecure-kubeconfig-exec", "--insecure-kubeconfig-tls")


def _controller(*args: str, name: str = "kustomize-controller") -> dict[str, Any]:
    pod = {
        "containers": [{"name": "manager", "image": "flux:1", "args": ["--log-level=info", *args]}]
    }
    spec = {"selector": {}, "template": {"spec": pod}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


EXAMPLES = (
    Example("with its limits", "pass", base=_controller(*LIMITS), head=_controller("--concurrent=9", *LIMITS)),
    Example("another Deployment", "pass", _controller("--insecure-kubeconfig-tls=true", name="web")),
    Example("switched off", "pass", _controller("--insecure-kubeconfig-tls=false")),
    Example("any certificate", "fail", _controller("--insecure-kubeconfig-tls=true"), path="containers[manager].args[1]",
            message="kustomize-controller runs with --insecure-kubeconfig-tls"),
    Example("a limit is gone", "fail", base=_controller("--no-cross-namespace-refs=true"), head=_controller(),
            path="containers[manager].args", message="no longer runs with --no-cross-namespace-refs"),
)  # fmt: skip


@policy(level="error", kinds=["apps/Deployment"], scope="container", examples=EXAMPLES)
def flux_controller_flag_loosened(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield unsafe arguments, and limits that the base had and the head has not."""
    name = pair.head.pod.resource.id.name
    if name not in CONTROLLERS:
        return
    for item in pair.head.view.args:
        flag, _, value = item.string().partition("=")
        if flag in UNSAFE and value != "false":
            yield Problem(item, f"{name} runs with {flag}")
    before, now = (_limits(side) for side in (pair.base, pair.head))
    for flag in LIMITS:
        if flag in before and flag not in now:
            yield Problem(
                pair.head.view.args, f"{name} no longer runs with {flag}", key=flag, known=False
            )


def _limits(container: Any) -> frozenset[str]:
    found = container.view.args if container is not None else ()
    pairs = (item.string().partition("=") for item in found)
    return frozenset(flag for flag, _, value in pairs if flag in LIMITS and value != "false")
