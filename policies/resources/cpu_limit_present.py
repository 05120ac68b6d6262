"""Container has a CPU limit.

A limit stops a program in every tenth of a second in which it has used up its share, though the node may
be idle: answers take longer, and nobody sees why. Requests alone share a busy node fairly.

Fix:
Remove `limits.cpu`, and set `requests.cpu`, for which the limit stood in where none is set. Leave this policy
off where containers own whole CPUs (the static CPU manager).

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
https://docs.aws.amazon.com/eks/latest/best-practices/cost-opt-compute.html

Standards:
EKS best practices

Peers:
kyverno:forbid-cpu-limits, datree:EKS_INVALID_CPU_LIMIT
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.view import View

EXAMPLES = (
    Example("a request", "pass", {"name": "web", "resources": {"requests": {"cpu": "100m"}, "limits": {"memory": "1Gi"}}},
            binds="container"),
    Example("zero is no limit", "pass", {"name": "web", "resources": {"limits": {"cpu": "0"}}}, binds="container"),
    Example("a limit", "fail", {"name": "web", "resources": {"limits": {"cpu": 1}}}, binds="container",
            path="resources.limits.cpu", message="container web may use 1 CPUs at most"),
    Example("beside a request", "fail", binds="container",
            head={"name": "web", "resources": {"requests": {"cpu": "100m"}, "limits": {"cpu": "500m"}}}),
    Example("for the whole pod", "fail", binds="pod", path="spec.resources.limits.cpu", message="pod may use 2 CPUs at most", head={
        "resources": {"limits": {"cpu": "2"}}, "containers": [{"name": "web"}]}),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", enabled=False, examples=EXAMPLES)
def cpu_limit_present(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the CPU limits of a pod and its containers."""
    pod = pair.head.view
    everybody = [("pod", pod)]
    for field in ("containers", "initContainers"):
        everybody += [(f"container {each['name'].string()}", each) for each in pod[field]]
    for who, owner in everybody:
        limit = owner.resources.limits.cpu
        if limit and limit.raw not in {0, "0"}:
            yield Problem(limit, f"{who} may use {limit.raw} CPUs at most", edit=_edit(owner))


def _edit(owner: View) -> Edit | None:
    """Taking a limit out takes the request with it where none is set."""
    resources = owner.resources
    return Edit("remove", resources.limits.cpu.path) if resources.requests.cpu else None
