"""User or group is outside of the ranges that are allowed.

Users and groups are numbers, and a volume belongs to a number. Two teams that take the same one can read
each other's volumes; ranges keep them apart.

Fix:
Take a number of the range, or leave the field out.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

Standards:
CIS 5.7.3

Peers:
gatekeeper:K8sPSPFSGroup, gatekeeper:K8sPSPAllowedUsers, kyverno:validate-userid-groupid-fsgroup,
kubescape:C-0211
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, Field

from policygate.kube.pod_security import setters
from policygate.policy import Example, Pair, Problem, policy

Range = Annotated[str, Field(pattern=r"^[0-9]{1,10}(-[0-9]{1,10})?$")]


class Params(BaseModel):
    """Ranges of numbers."""

    users: tuple[Range, ...] = Field(
        default=(), description="users such as `1000-1999`; empty allows all"
    )
    groups: tuple[Range, ...] = Field(
        default=(), description="groups such as `1000`; empty allows all"
    )


def _pod(**context: Any) -> dict[str, Any]:
    return {"securityContext": context, "containers": [{"name": "web"}]}


RANGES = {"users": ["1000-1999"], "groups": ["2000", "3000-3999"]}
EXAMPLES = (
    Example("without ranges", "pass", _pod(fsGroup=5), binds="pod"),
    Example("in a range", "pass", _pod(runAsUser=1000, fsGroup=2000, supplementalGroups=[3999]), binds="pod", params=RANGES),
    Example("unset", "pass", {"containers": [{"name": "web"}]}, binds="pod", params=RANGES),
    Example("the group of volumes", "fail", _pod(fsGroup=2001), binds="pod", params=RANGES, path="spec.securityContext.fsGroup",
            message="pod sets fsGroup: 2001, and allowed are 2000, 3000-3999"),
    Example("one more group", "fail", _pod(supplementalGroups=[2000, 4000]), binds="pod", params=RANGES,
            path="securityContext.supplementalGroups[1]"),
    Example("the user of a container", "fail", {"name": "web", "securityContext": {"runAsUser": 0}}, binds="container",
            params=RANGES, message="container web sets runAsUser: 0", path="securityContext.runAsUser"),
    Example("its group", "fail", {"name": "web", "securityContext": {"runAsGroup": 1000}}, binds="container", params=RANGES),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="pod",
    enabled=False,
    params=Params,
    examples=EXAMPLES,
)
def fsgroup_not_allowed(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield users and groups that no range allows."""
    context = pair.head.view.securityContext
    groups = [*setters(pair.head, "runAsGroup"), ("pod", context.fsGroup)]
    groups += [("pod", group) for group in context.supplementalGroups]
    for ranges, fields in (
        (params.users, setters(pair.head, "runAsUser")),
        (params.groups, groups),
    ):
        allowed = tuple(map(_range, ranges))
        for who, view in fields:
            if allowed and view and not any(view.integer(-1) in each for each in allowed):
                field = next(key for key in reversed(view.path) if isinstance(key, str))
                words = f"{who} sets {field}: {view.integer(-1)}"
                yield Problem(view, f"{words}, and allowed are {', '.join(ranges)}")


def _range(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)
