"""Container may use more than before.

A limit bounds what a leak, a loop or an attacker takes from the neighbours. It is taken off while somebody
debugs, or raised in a traffic spike, and months later nobody knows why the number is what it is. What counts is
what bounds the container, whoever sets it: the container, its pod, or the default of a LimitRange.

A limit on CPU that goes is a warning, since many teams run without on purpose; one that is raised is a note.

Fix:
Restore the limit, or say in the pull request why the container needs more, and for how long.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from policygate.kube.limits import amount
from policygate.kube.pod_security import called
from policygate.order.running import limit_gain
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import as_problem


class Params(NamedTuple):
    """The resources that count, and by how much a limit may be raised: quietly, and without blocking.

    A raise up to `quiet` times is let through without a word; one beyond `most` times is an error.
    """

    resources: tuple[str, ...] = ("memory", "cpu", "ephemeral-storage")
    quiet: float = 1.0
    most: float = 100.0


def _limit(name: str = "memory", value: Any = None) -> dict[str, Any]:
    return {"name": "web", "resources": {"limits": {name: value}} if value is not None else {}}


EXAMPLES = (
    Example("the same amount in other words", "pass", binds="container", base=_limit("memory", "1Gi"), head=_limit("memory", "1024Mi")),
    Example("less", "pass", binds="container", base=_limit("memory", "1Gi"), head=_limit("memory", "512Mi")),
    Example("within what is quiet", "pass", binds="container", base=_limit("memory", "1Gi"), head=_limit("memory", "1280Mi"),
            params={"quiet": 1.5}),
    Example("moved to the pod", "pass", binds="pod", base={"containers": [_limit("memory", "1Gi")]},
            head={"resources": {"limits": {"memory": "1Gi"}}, "containers": [_limit()]}),
    Example("a new container", "pass", binds="pod", base={"containers": [{"name": "log"}]},
            head={"containers": [{"name": "log"}, _limit("memory", "4Gi")]}),
    Example("raised", "fail", binds="container", base=_limit("memory", "512Mi"), head=_limit("memory", "4Gi"),
            message="container web: memory limit 512Mi → 4Gi (8", path="resources.limits.memory"),
    Example("a little", "fail", binds="container", base=_limit("memory", "1Gi"), head=_limit("memory", "1100Mi"), message="+7 %"),
    Example("far more", "fail", binds="container", base=_limit("memory", "1Gi"), head=_limit("memory", "640Gi")),
    Example("removed", "fail", binds="container", base=_limit("memory", "1Gi"), head=_limit(),
            message="container web: the memory limit was removed"),
    Example("set to zero", "fail", binds="container", base=_limit("memory", "1Gi"), head=_limit("memory", 0),
            path="resources.limits.memory"),
    Example("of the CPU", "fail", binds="container", base=_limit("cpu", "1"), head=_limit()),
)  # fmt: skip


@policy(
    level="error",
    class_="reliability",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    params=Params,
    refines=[
        "memory-limit-missing",
        "cpu-limit-missing",
        "ephemeral-storage-missing",
        "resource-changed-sharply",
    ],
    examples=EXAMPLES,
)
def loosened_limits(pair: Pair, params: Params) -> Iterator[Problem]:
    """Compare what bounds the container."""
    if pair.base is None:
        return
    for name in params.resources:
        was, now = amount(pair, "limits", name, side="base"), amount(pair, "limits", name)
        at = pair.head.view.resources.limits[name]
        gain = limit_gain(name, called(pair.head), was, now, at)
        if gain is None or was is None:
            continue
        ratio = now.quantity / was.quantity if now is not None else None
        if ratio is None or ratio > Fraction(params.quiet):
            far = ratio is not None and ratio > Fraction(params.most)
            yield as_problem(gain._replace(level=None) if far and name != "cpu" else gain)
