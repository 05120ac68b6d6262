"""A limit that held at the base is gone.

The container was bounded and is not any more. Limits are taken off while somebody debugs or in a
traffic spike, and nobody remembers to put them back.

Fix:
Restore the limit, or write down a new one.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.limits import amount
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The resources whose limits must stay; CPU is left out, since many teams run without on purpose."""

    resources: tuple[str, ...] = ("memory", "ephemeral-storage")


EXAMPLES = (
    Example("lowered is not removed", "pass", binds="container",
            base={"name": "web", "resources": {"limits": {"memory": "1Gi"}}},
            head={"name": "web", "resources": {"limits": {"memory": "512Mi"}}}),
    Example("moved to the pod", "pass", binds="pod",
            base={"containers": [{"name": "web", "image": "web:1", "resources": {"limits": {"memory": "1Gi"}}}]},
            head={"resources": {"limits": {"memory": "1Gi"}}, "containers": [{"name": "web", "image": "web:1"}]}),
    Example("the CPU limit may go", "pass", binds="container",
            base={"name": "web", "resources": {"limits": {"cpu": "1"}}}, head={"name": "web"}),
    Example("a new container", "pass", binds="pod",
            base={"containers": [{"name": "web", "image": "web:1"}]},
            head={"containers": [{"name": "web", "image": "web:1"}, {"name": "log", "image": "log:1"}]}),
    Example("removed", "fail", binds="container", message="memory limit of container web was removed",
            base={"name": "web", "resources": {"limits": {"memory": "1Gi"}}}, head={"name": "web"}),
    Example("set to zero", "fail", binds="container", path="resources.limits.memory",
            base={"name": "web", "resources": {"limits": {"memory": "1Gi"}}},
            head={"name": "web", "resources": {"limits": {"memory": 0}}}),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    params=Params,
    examples=EXAMPLES,
)
def resource_limit_removed(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every limit that bounded the container at the base and does not at the head."""
    if pair.base is None:
        return
    for name in params.resources:
        was = amount(pair, "limits", name, side="base")
        if was is not None and amount(pair, "limits", name) is None:
            yield Problem(
                pair.head.view.resources.limits[name],
                f"the {name} limit of container {pair.head.name} was removed",
                was=was.raw,
                now=pair.head.view.resources.limits[name].raw,
            )
