"""Pod is evicted before others.

When a node runs short of memory, the kubelet first evicts pods that request nothing (BestEffort), then
those that use more than they request (Burstable), and last those whose limits and requests are equal (Guaranteed).

Fix:
Set requests for CPU and memory; for Guaranteed set limits of both in every container, init containers
included, and requests that are equal to them or left out.

References:
https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/

Peers:
kyverno:require-qos-guaranteed, kyverno:require-qos-burstable
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from policygate.kube.limits import quality_of
from policygate.kube.qos import CLASSES
from policygate.kube.workloads import containers
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The lowest class that a pod may have."""

    least: Literal["Burstable", "Guaranteed"] = "Burstable"


def _web(**resources: Any) -> dict[str, Any]:
    return {"name": "web", "image": "web:1", "resources": resources}


FULL = {"cpu": "1", "memory": "1Gi"}
EXAMPLES = (
    Example("a request", "pass", _web(requests={"cpu": "100m"}), binds="container"),
    Example("equal limits", "pass", _web(limits=FULL, requests={"memory": "1024Mi"}), binds="container", params={"least": "Guaranteed"}),
    Example("of the whole pod", "pass", binds="pod", params={"least": "Guaranteed"},
            head={"resources": {"limits": FULL}, "containers": [{"name": "web"}, {"name": "log"}]}),
    Example("a patch, which need not repeat them", "pass", text="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, env: []}]}}}
"""),
    Example("nothing", "fail", {"name": "web", "image": "web:1"}, binds="container", path="spec.containers[web].resources",
            message="pod is BestEffort, and here it must be Burstable at least"),
    Example("more than requested", "fail", _web(limits=FULL, requests={"cpu": "1", "memory": "512Mi"}), binds="container",
            params={"least": "Guaranteed"}, message="pod is Burstable, and here it must be Guaranteed"),
    Example("an init container has none", "fail", binds="pod", params={"least": "Guaranteed"},
            head={"containers": [_web(limits=FULL)], "initContainers": [{"name": "setup"}]}),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="pod",
    enabled=False,
    params=Params,
    examples=EXAMPLES,
)
def qos(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield pods of a lower class."""
    pod = pair.head
    everybody = [each for each in containers(pod) if each.role != "ephemeral"]
    if not everybody or pod.resource.partial:
        return
    found = quality_of(pod, pair.context)
    if CLASSES.index(found) < CLASSES.index(params.least):
        least = params.least if params.least == "Guaranteed" else f"{params.least} at least"
        message = f"pod is {found}, and here it must be {least}"
        yield Problem(everybody[0].view.resources, message, key="class")
