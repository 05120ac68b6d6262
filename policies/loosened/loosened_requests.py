"""Container asks for less than before, or for nothing.

A request is what the scheduler keeps free. Without it the pod lands on a full node, is slowed down or evicted
first; with a class of quality below the one it had, it goes before its neighbours when memory runs short.

Fix:
Restore the request.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.limits import amount
from policygate.kube.pod_security import called
from policygate.order.running import request_gain
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import as_problem


def _asks(**resources: Any) -> dict[str, Any]:
    return {"name": "web", "resources": resources}


EXAMPLES = (
    Example("less, but something", "pass", binds="container", base=_asks(requests={"memory": "1Gi"}), head=_asks(requests={"memory": "1Mi"})),
    Example("the limit is the request", "pass", binds="container", base=_asks(requests={"memory": "1Gi"}), head=_asks(limits={"memory": "1Gi"})),
    Example("there was none", "pass", binds="container", base=_asks(), head=_asks(limits={"cpu": 1})),
    Example("a new container", "pass", binds="pod", base={"containers": [{"name": "log"}]}, head={"containers": [{"name": "log"}, _asks()]}),
    Example("removed", "fail", binds="container", base=_asks(requests={"memory": "1Gi"}), head=_asks(),
            message="container web: the memory request was removed", path="resources.requests.memory"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["memory-request-missing", "cpu-request-missing"],
    examples=EXAMPLES,
)
def loosened_requests(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare what the container asks for; a limit asks for as much where nothing else does."""
    if pair.base is None:
        return
    for name in ("memory", "cpu"):
        was = amount(pair, "requests", name, side="base") or amount(
            pair, "limits", name, side="base"
        )
        now = amount(pair, "requests", name) or amount(pair, "limits", name)
        at = pair.head.view.resources.requests[name]
        gain = request_gain(name, called(pair.head), was, now, at)
        if gain is not None:
            yield as_problem(gain)
