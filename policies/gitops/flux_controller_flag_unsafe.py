"""Controller of Flux is started with an unsafe argument.

These arguments let a kubeconfig of any team run programs in the controller, or reach clusters whose certificate
nobody checks. (loosened-flux-controller says when an argument that limits the controller is gone.)

Fix:
Remove the argument.

References:
https://fluxcd.io/flux/security/best-practices/
https://fluxcd.io/flux/installation/configuration/multitenancy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.flux import CONTROLLERS
from policygate.policy import Example, Pair, Problem, policy

UNSAFE = ("--insecure-kubeconfig-exec", "--insecure-kubeconfig-tls")


def _controller(*args: str, name: str = "kustomize-controller") -> dict[str, Any]:
    pod = {
        "containers": [{"name": "manager", "image": "flux:1", "args": ["--log-level=info", *args]}]
    }
    spec = {"selector": {}, "template": {"spec": pod}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


EXAMPLES = (
    Example("safe ones", "pass", _controller("--concurrent=9")),
    Example("another Deployment", "pass", _controller("--insecure-kubeconfig-tls=true", name="web")),
    Example("switched off", "pass", _controller("--insecure-kubeconfig-tls=false")),
    Example("any certificate", "fail", _controller("--insecure-kubeconfig-tls=true"), path="containers[manager].args[1]",
            message="kustomize-controller runs with --insecure-kubeconfig-tls"),
)  # fmt: skip


@policy(level="error", kinds=["apps/Deployment"], scope="container", examples=EXAMPLES)
def flux_controller_flag_unsafe(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield unsafe arguments."""
    name = pair.head.pod.resource.id.name
    if name not in CONTROLLERS:
        return
    for item in pair.head.view.args:
        flag, _, value = item.string().partition("=")
        if flag in UNSAFE and value != "false":
            yield Problem(item, f"{name} runs with {flag}")
