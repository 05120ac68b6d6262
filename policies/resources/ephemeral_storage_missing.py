"""Container may fill the disk of its node.

Logs, the writable layer and emptyDir volumes lie on the disk of the node. Without a request and a limit a
container may write until the kubelet evicts pods, and not only the one that wrote.

Fix:
Set `resources.requests.ephemeral-storage` and `resources.limits.ephemeral-storage`; a limit alone is
enough, it counts as the request.

References:
https://kubernetes.io/docs/concepts/storage/ephemeral-storage/

Peers:
kube-score:container-ephemeral-storage-request-and-limit,
gatekeeper:K8sContainerEphemeralStorageLimit
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.limits import amount
from policygate.policy import Example, Pair, Problem, policy

WHAT = "ephemeral-storage"


def _web(**resources: Any) -> dict[str, Any]:
    return {"name": "web", "resources": {key: {WHAT: value} for key, value in resources.items()}}


EXAMPLES = (
    Example("both", "pass", _web(requests="1Gi", limits="2Gi"), binds="container"),
    Example("a limit is copied to the request", "pass", _web(limits="2Gi"), binds="container"),
    Example("a debugging container, which may have none", "pass", binds="pod", head={
        "containers": [_web(limits="2Gi")], "ephemeralContainers": [{"name": "debugger"}]}),
    Example("a LimitRange beside it sets the default", "pass", text="""\
apiVersion: v1
kind: LimitRange
metadata: {name: defaults}
spec: {limits: [{type: Container, default: {ephemeral-storage: 2Gi}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "web:1"}]}
"""),
    Example("neither", "fail", {"name": "web"}, binds="container", path="resources.limits.ephemeral-storage",
            message="container web has no limit of ephemeral storage"),
    Example("a request alone", "fail", _web(requests="1Gi"), binds="container"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", enabled=False, examples=EXAMPLES)
def ephemeral_storage_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a container that neither itself nor a LimitRange limits."""
    if pair.head.role != "ephemeral" and amount(pair, "limits", WHAT) is None:
        limit = pair.head.view.resources.limits[WHAT]
        yield Problem(limit, f"container {pair.head.name} has no limit of ephemeral storage")
