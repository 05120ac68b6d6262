"""Container requests more than its limit.

The API server refuses a request above the limit. Huge pages and devices cannot be shared: there the
two must be equal.

Fix:
Lower the request, or raise the limit. Of huge pages and extended resources set the limit alone.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#requests-and-limits
https://kubernetes.io/docs/tasks/configure-pod-container/extended-resource/

Standards:
API validation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.quantity import known_quantity
from policygate.policy import Example, Pair, Problem, policy

SHARED = frozenset({"cpu", "memory", "ephemeral-storage"})


def _resources(requests: dict[str, Any], limits: dict[str, Any]) -> dict[str, Any]:
    return {"name": "web", "resources": {"requests": requests, "limits": limits}}


EXAMPLES = (
    Example("below", "pass", _resources({"memory": "64Mi"}, {"memory": "128Mi"}), binds="container"),
    Example("equal, in other words", "pass", _resources({"cpu": "1000m"}, {"cpu": 1}), binds="container"),
    Example("one of them alone", "pass", _resources({"cpu": 1}, {"memory": "1Gi"}), binds="container"),
    Example("no quantity is another policy's", "pass", _resources({"cpu": "lots"}, {"cpu": 1}), binds="container"),
    Example("above", "fail", _resources({"memory": "1Gi"}, {"memory": "512Mi"}), binds="container",
            path="resources.requests.memory", message="container web requests 1Gi of memory, and its limit is 512Mi"),
    Example("a device less than its limit", "fail", _resources({"nvidia.com/gpu": 1}, {"nvidia.com/gpu": 2}),
            binds="container", message="which must be equal"),
    Example("a limit of a device alone, which is copied", "pass", binds="container",
            head={"name": "web", "resources": {"limits": {"nvidia.com/gpu": 1}}}),
    Example("a device without a limit", "fail", _resources({"hugepages-2Mi": "1Gi"}, {}), binds="container",
            path="resources.requests.hugepages-2Mi", message="sets no limit"),
    Example("a patch, whose limit may stand elsewhere", "pass", text="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, resources: {requests: {nvidia.com/gpu: 1}}}]}}}
"""),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", examples=EXAMPLES)
def resource_request_over_limit(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield requests above their limits, and unequal ones of what cannot be shared."""
    resources = pair.head.view.resources
    for name, request in resources.requests.items():
        limit = resources.limits[name]
        wanted, bound = known_quantity(request.raw), known_quantity(limit.raw)
        if wanted and not limit and name not in SHARED and not pair.head.pod.resource.partial:
            words = f"container {pair.head.name} requests {request.raw} of {name}"
            yield Problem(request, f"{words} and sets no limit, which must be equal")
        if wanted is None or bound is None:
            continue
        words = f"container {pair.head.name} requests {request.raw} of {name}, and its limit is {limit.raw}"
        if name in SHARED and wanted > bound:
            yield Problem(request, words)
        elif name not in SHARED and wanted != bound:
            yield Problem(request, f"{words}, which must be equal")
