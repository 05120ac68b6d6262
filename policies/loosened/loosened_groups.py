"""Container is in groups that it was not in before.

Files of the node and of shared volumes are guarded by groups as well as by users. The root group opens what an
image left readable for it.

Fix:
Restore the group, or give the volume that needs it a group of its own.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.privileges import GROUPS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(**context: Any) -> dict[str, Any]:
    return {"name": "web", "securityContext": context}


EXAMPLES = (
    Example("another group", "pass", binds="container", base=_with(runAsGroup=1000), head=_with(runAsGroup=2000)),
    Example("fewer", "pass", binds="pod", base={"securityContext": {"supplementalGroups": [1, 2]}, "containers": [{"name": "web"}]},
            head={"securityContext": {"supplementalGroups": [2]}, "containers": [{"name": "web"}]}),
    Example("the root group", "fail", binds="container", base=_with(runAsGroup=1000), head=_with(runAsGroup=0),
            message="its group is root now", path="securityContext.runAsGroup"),
    Example("whatever the image says", "fail", binds="container", base=_with(runAsGroup=1000), head=_with(),
            message="its group is the image's now"),
    Example("one more", "fail", binds="pod", base={"containers": [{"name": "web"}]},
            head={"securityContext": {"supplementalGroups": [999]}, "containers": [{"name": "web"}]}, message="is in the group 999 now"),
    Example("volumes of the root group", "fail", binds="pod", base={"containers": [{"name": "web"}]},
            head={"securityContext": {"fsGroup": 0}, "containers": [{"name": "web"}]}),
    Example("the groups of the image too", "fail", binds="pod",
            base={"securityContext": {"supplementalGroupsPolicy": "Strict"}, "containers": [{"name": "web"}]},
            head={"containers": [{"name": "web"}]}),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["run-as-group-root", "run-as-high-gid", "fsgroup-not-allowed"],
    examples=EXAMPLES,
)
def loosened_groups(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, GROUPS)
