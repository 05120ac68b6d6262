"""Container runs as a user that the node may have, too.

Numbers below 10000 are those of people and services on most nodes. A process that gets out of its
container then is one of them, and may read their files. A user namespace of its own does better.

Fix:
Take a number of 10000 or more that the image can live with. On OpenShift leave the field out: the
cluster chooses one.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

Peers:
kube-score:container-security-context-user-group-id, checkov:CKV_K8S_40, trivy:KSV-0020,
kubesec:RunAsUser, datree:CONTAINERS_INCORRECT_RUNASUSER_VALUE_LOWUID,
terrascan:containersAsHighUID, kyverno:validate-userid-groupid-fsgroup,
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


def _as(user: int) -> dict[str, object]:
    return {"name": "web", "securityContext": {"runAsUser": user}}


EXAMPLES = (
    Example("a high one", "pass", _as(10001), binds="container"),
    Example("unset is the image's business, or that of the cluster", "pass", {"name": "web"}, binds="container"),
    Example("root is left to run-as-user-root", "pass", _as(0), binds="container"),
    Example("in a user namespace", "pass", {"hostUsers": False, "containers": [_as(1000)]}, binds="pod"),
    Example("on Windows", "pass", {"os": {"name": "windows"}, "containers": [{"name": "web"}]}, binds="pod", params={"required": True}),
    Example("a threshold of one's own", "pass", _as(1000), binds="container", params={"least": 1000}),
    Example("a low one", "fail", _as(1000), binds="container", path="securityContext.runAsUser",
            message="container web runs as user 1000, below 10000"),
    Example("inherited from the pod", "fail", binds="pod", path="spec.securityContext.runAsUser", head={
        "securityContext": {"runAsUser": 101}, "containers": [{"name": "web"}]}),
    Example("unset, where one must be named", "fail", {"name": "web"}, binds="container", params={"required": True},
            path="securityContext.runAsUser", message="container web does not say which user it runs as"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="container",
    enabled=False,
    params=Params,
    examples=EXAMPLES,
)
def run_as_high_uid(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield the place where the effective user is set to a low number other than 0."""
    pod, name = pair.head.pod, pair.head.name
    if pod.windows or pod.view.hostUsers.raw is False:
        return
    user = effective(pair.head, "runAsUser")
    if user.origin == "unset":
        if params.required:
            yield Problem(user.view, f"container {name} does not say which user it runs as")
    elif 0 < user.view.integer() < params.least:
        number = user.view.integer()
        yield Problem(user.view, f"container {name} runs as user {number}, below {params.least}")
