"""Controller of Flux is started with fewer limits than before.

These arguments decide what a Kustomization of one team may reach: sources of other namespaces, bases from anywhere
on the net, the rights of the controller itself.

Fix:
Restore the argument.

References:
https://fluxcd.io/flux/security/best-practices/
https://fluxcd.io/flux/installation/configuration/multitenancy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.flux import CONTROLLERS
from policygate.policy import Example, Pair, Problem, policy

LIMITS = ("--no-cross-namespace-refs", "--no-remote-bases", "--default-service-account")


def _controller(*args: str, name: str = "kustomize-controller") -> dict[str, Any]:
    pod = {
        "containers": [{"name": "manager", "image": "flux:1", "args": ["--log-level=info", *args]}]
    }
    spec = {"selector": {}, "template": {"spec": pod}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


EXAMPLES = (
    Example("with its limits", "pass", base=_controller(*LIMITS), head=_controller("--concurrent=9", *LIMITS)),
    Example("another Deployment", "pass", base=_controller(*LIMITS, name="web"), head=_controller(name="web")),
    Example("a new container", "pass", base=_controller(*LIMITS), head={**_controller(*LIMITS), "spec": {"template": {"spec": {"containers": [*_controller(*LIMITS)["spec"]["template"]["spec"]["containers"], {"name": "b"}]}}}}),
    Example("a limit is gone", "fail", base=_controller("--no-cross-namespace-refs=true"), head=_controller(),
            path="containers[manager].args", message="no longer runs with --no-cross-namespace-refs"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["apps/Deployment"],
    scope="container",
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_flux_controller(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield limits that the base had and the head has not."""
    name = pair.head.pod.resource.id.name
    if name not in CONTROLLERS or pair.base is None:
        return
    before, now = (_limits(side) for side in (pair.base, pair.head))
    for flag in LIMITS:
        if flag in before and flag not in now:
            text = f"{name} no longer runs with {flag}"
            yield Problem(pair.head.view.args, text, key=flag, known=False)


def _limits(container: Any) -> frozenset[str]:
    pairs = (item.string().partition("=") for item in container.view.args)
    return frozenset(flag for flag, _, value in pairs if flag in LIMITS and value != "false")
