"""Pod mounts a volume of a type that it did not mount before.

A volume that names a server or a disk lets whoever writes the manifest choose what is mounted. Behind a
PersistentVolumeClaim whoever runs the cluster has chosen it.

Fix:
Mount it through a `persistentVolumeClaim`, or a `csi` driver.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

Standards:
PSS Restricted: Volume Types
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.node import VOLUME_TYPES
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _volume(**source: Any) -> dict[str, Any]:
    return {
        "volumes": [{"name": "data", **source}] if source else [],
        "containers": [{"name": "web"}],
    }


EXAMPLES = (
    Example("a claim", "pass", binds="pod", base=_volume(), head=_volume(persistentVolumeClaim={"claimName": "web"})),
    Example("it had one", "pass", binds="pod", base=_volume(nfs={"server": "a", "path": "/"}), head=_volume(nfs={"server": "a", "path": "/b"})),
    Example("a server of one's own", "fail", binds="pod", base=_volume(), head=_volume(nfs={"server": "nas", "path": "/"}),
            message="the pod mounts a volume by nfs now", path="spec.volumes[data].nfs"),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["workload"],
    scope="pod",
    operations=["UPDATE"],
    refines=["volume-types-restricted", "volume-gitrepo"],
    examples=EXAMPLES,
)
def loosened_volume_types(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, VOLUME_TYPES)
