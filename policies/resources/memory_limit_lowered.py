"""Memory limit is lowered.

A program that needed its limit is killed when it gets less, often at the next peak and not at the rollout, and then
again and again.

Fix:
Look at what the container really used over its busiest week, and lower the limit in small steps.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from policygate.kube.limits import amount
from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The smallest part of the old limit that the new one may be."""

    ratio: float = 0.75


def _limit(memory: Any = None) -> dict[str, Any]:
    return {"name": "web", "resources": {"limits": {"memory": memory}} if memory else {}}


EXAMPLES = (
    Example("the same in another spelling", "pass", binds="container", base=_limit("1Gi"), head=_limit("1024Mi")),
    Example("a little less", "pass", binds="container", base=_limit("1Gi"), head=_limit("800Mi")),
    Example("a new container", "pass", binds="pod", base={"containers": [_limit("1Gi")]},
            head={"containers": [_limit("1Gi"), {"name": "log"}]}),
    Example("there was none", "pass", binds="container", base=_limit(), head=_limit("1Gi")),
    Example("removed is another policy's", "pass", binds="container", base=_limit("1Gi"), head=_limit()),
    Example("half of it", "fail", binds="container", base=_limit("1Gi"), head=_limit("512Mi"),
            message="container web: memory limit lowered from 1Gi to 512Mi", path="resources.limits.memory"),
    Example("a little less, where nothing may be taken away", "fail", binds="container", params={"ratio": 1.0},
            base=_limit("1Gi"), head=_limit("1000Mi")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    params=Params,
    examples=EXAMPLES,
)
def memory_limit_lowered(pair: Pair, params: Params) -> Iterator[Problem]:
    """Compare what bounds the container; less of it is tighter, and breaks programs all the same."""
    if pair.base is None:
        return
    was, now = amount(pair, "limits", "memory", side="base"), amount(pair, "limits", "memory")
    if was is None or now is None or not now.quantity:
        return
    if now.quantity < was.quantity * Fraction(params.ratio):
        text = f"{called(pair.head)}: memory limit lowered from {was.raw} to {now.raw}"
        yield Problem(now.view, text, was=was.raw, now=now.raw, unordered=True)
