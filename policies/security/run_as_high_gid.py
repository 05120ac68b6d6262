"""Container runs as a group that the node may have, too.

Numbers below 10000 are those of people and services on most nodes. A process that gets out of its
container may then open what such a group may. Unset, the image or the cluster decides.

Fix:
Take a number of 10000 or more that the image can live with. On OpenShift leave the field out: the
cluster chooses one.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

Peers:
kube-score:container-security-context-user-group-id, trivy:KSV-0021, kubesec:RunAsGroup,
datree:CONTAINERS_INCORRECT_RUNASGROUP_VALUE_LOWGID, kyverno:validate-userid-groupid-fsgroup,
gatekeeper:K8sPSPAllowedUsers
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.effective import effective
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The least number that is high, and whether a container must name one."""

    least: int = 10_000
    required: bool = False


def _as(group: int) -> dict[str, object]:
    return {"name": "web", "securityContext": {"runAsGroup": group}}


EXAMPLES = (
    Example("a high one", "pass", _as(10001), binds="container"),
    Example("unset is the image's business, or that of the cluster", "pass", {"name": "web"}, binds="container"),
    Example("in a user namespace", "pass", {"hostUsers": False, "containers": [_as(1000)]}, binds="pod"),
    Example("on Windows", "pass", {"os": {"name": "windows"}, "containers": [{"name": "web"}]}, binds="pod", params={"required": True}),
    Example("a threshold of one's own", "pass", _as(1000), binds="container", params={"least": 1000}),
    Example("a low one", "fail", _as(1000), binds="container", path="securityContext.runAsGroup",
            message="container web runs as group 1000, below 10000"),
    Example("that of root", "fail", _as(0), binds="container"),
    Example("inherited from the pod", "fail", binds="pod", path="spec.securityContext.runAsGroup", head={
        "securityContext": {"runAsGroup": 101}, "containers": [{"name": "web"}]}),
    Example("unset, where one must be named", "fail", {"name": "web"}, binds="container", params={"required": True},
            path="securityContext.runAsGroup", message="container web does not say which group it runs as"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="container",
    enabled=False,
    params=Params,
    examples=EXAMPLES,
)
def run_as_high_gid(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield the place where the effective group is set to a low number."""
    pod, name = pair.head.pod, pair.head.name
    if pod.windows or pod.view.hostUsers.raw is False:
        return
    group = effective(pair.head, "runAsGroup")
    if group.origin == "unset":
        if params.required:
            yield Problem(group.view, f"container {name} does not say which group it runs as")
    elif 0 <= group.view.integer(-1) < params.least:
        number = group.view.integer()
        yield Problem(group.view, f"container {name} runs as group {number}, below {params.least}")
