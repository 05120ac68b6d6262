"""Container has no preStop hook.

When a pod goes, it gets the signal to stop at the same moment as the load balancers learn of it: for a
second or two they still send requests to a program that is about to end. A short pause before the signal
lets them forget it first.

Fix:
Add `lifecycle: {preStop: {sleep: {seconds: 5}}}`, or let the program itself go on serving for a moment
after the signal.

References:
https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination

Peers:
datree:CONTAINERS_MISSING_PRESTOP_KEY
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.lifetime import CONTROLLERS, runs_on
from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy


def _deployment(**container: Any) -> dict[str, Any]:
    pod = {"containers": [{"name": "web", "image": "web:1", **container}]}
    spec = {"selector": {}, "template": {"spec": pod}}
    metadata = {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


HOOK = {"preStop": {"sleep": {"seconds": 5}}}
EXAMPLES = (
    Example("a pause", "pass", _deployment(lifecycle=HOOK)),
    Example("a pod that nobody rolls out", "pass", {"name": "web"}, binds="container"),
    Example("none", "fail", _deployment(), path="containers[web].lifecycle.preStop",
            message="container web has no preStop hook"),
    Example("one for the start alone", "fail", _deployment(lifecycle={"postStart": {"exec": {"command": ["true"]}}})),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=CONTROLLERS, scope="container", examples=EXAMPLES)
def prestop_hook_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield containers that run on and have no hook."""
    hook = pair.head.view.lifecycle.preStop
    if runs_on(pair.head) and not hook:
        yield Problem(hook, f"{called(pair.head)} has no preStop hook")
