"""Pod is evicted before its neighbours, and was not before.

When a node runs short of memory, pods without requests go first, then those that use more than they requested. A
class is lost by a limit that is raised above its request, or by one container that has none.

Fix:
Set requests and limits to the same amounts, for every container of the pod.

References:
https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.limits import quality_of
from policygate.kube.qos import CLASSES
from policygate.kube.workloads import containers
from policygate.policy import Example, Pair, Problem, policy

FULL = {"cpu": "1", "memory": "1Gi"}


def _web(**resources: Any) -> dict[str, Any]:
    return {"containers": [{"name": "web", "image": "web:1", "resources": resources}]}


EXAMPLES = (
    Example("a better class", "pass", binds="pod", base=_web(), head=_web(requests=FULL)),
    Example("of the same class", "pass", binds="pod", base=_web(limits=FULL), head=_web(limits=FULL, requests=FULL)),
    Example("a patch, which need not repeat them", "pass", base_text="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, resources: {limits: {cpu: 1, memory: 1Gi}}}]}}}
""", text="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, env: []}]}}}
"""),
    Example("no longer guaranteed", "fail", binds="pod", base=_web(limits=FULL), head=_web(limits=FULL, requests={"cpu": "1", "memory": "1Mi"}),
            message="the pod was Guaranteed and is Burstable now", path="spec.containers[web].resources"),
    Example("the best that there is", "fail", binds="pod", base=_web(requests=FULL), head=_web(), message="is BestEffort now"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["qos-class"],
    examples=EXAMPLES,
)
def loosened_quality_of_service(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare the classes of the pod."""
    if pair.base is None or pair.head.resource.partial or pair.base.resource.partial:
        return
    was = quality_of(pair.base, pair.context.of_base)
    now = quality_of(pair.head, pair.context)
    here = containers(pair.head)
    if here and CLASSES.index(now) < CLASSES.index(was):
        text = f"the pod was {was} and is {now} now: it is evicted before others"
        yield Problem(here[0].view.resources, text, was=was, now=now, known=False)
