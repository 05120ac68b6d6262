"""A memory limit was raised.

Raising a limit is the quick answer to a crash or a traffic spike, and months later nobody knows why
the number is what it is. The change is fine; it should say why.

Fix:
Say in the pull request why the container needs more, and for how long.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.limits import amount
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """A raise up to this factor is let through without a word."""

    factor: float = 1.0


def _limit(memory: str) -> dict[str, object]:
    return {"name": "web", "resources": {"limits": {"memory": memory}}}


EXAMPLES = (
    Example("the same amount in other words", "pass", binds="container", base=_limit("1Gi"), head=_limit("1024Mi")),
    Example("lowered", "pass", binds="container", base=_limit("1Gi"), head=_limit("512Mi")),
    Example("within the factor", "pass", binds="container", base=_limit("1Gi"), head=_limit("1280Mi"), params={"factor": 1.5}),
    Example("a new container", "pass", binds="pod",
            base={"containers": [{"name": "web", "image": "web:1"}]},
            head={"containers": [{"name": "web", "image": "web:1"}, {**_limit("4Gi"), "name": "log", "image": "log:1"}]}),
    Example("raised", "fail", binds="container", base=_limit("512Mi"), head=_limit("4Gi"),
            message="memory limit of container web was raised 8 times", path="resources.limits.memory"),
    Example("a little", "fail", binds="container", base=_limit("1Gi"), head=_limit("1100Mi"), message="by 7 %"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    params=Params,
    examples=EXAMPLES,
)
def memory_limit_raised(pair: Pair, params: Params) -> Iterator[Problem]:
    """Compare the limits as quantities; a limit that was removed is another policy's."""
    if pair.base is None:
        return
    was, now = amount(pair, "limits", "memory", side="base"), amount(pair, "limits", "memory")
    if (
        was is None
        or now is None
        or not was.quantity
        or now.quantity <= was.quantity * params.factor
    ):
        return
    ratio = float(now.quantity / was.quantity)
    how = f"{ratio:.3g} times" if ratio >= 2 else f"by {(ratio - 1) * 100:.0f} %"
    yield Problem(
        now.view,
        f"the memory limit of container {pair.head.name} was raised {how}",
        was=was.raw,
        now=now.raw,
        key="memory",
    )
