"""ClusterRole may create persistent volumes.

A PersistentVolume may be a directory of a node (`hostPath`): whoever can create one and claim it
reads and writes the files of that node, past the Pod Security Standards, which look at pods alone.

Fix:
Let a storage class make the volumes; only its provisioner needs this right.

References:
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#persistent-volume-creation

Standards: CIS 5.1.9

Peers:
kubescape:C-0278
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from policygate.kube.rbac import Access
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted, role_body

VOLUMES = Access(("",), ("persistentvolumes",), ("create",), cluster=True)


_role = partial(role_body, kind="ClusterRole")
EXAMPLES = (
    Example("claims", "pass", _role("persistentvolumeclaims", "create")),
    Example("to read volumes", "pass", _role("persistentvolumes", "get", "list")),
    Example("a Role is about no volume", "pass", _role("persistentvolumes", "create", kind="Role")),
    Example("volumes", "fail", _role("persistentvolumes", "create"), path="rules[0].resources[0]",
            message="ClusterRole ci may create persistentvolumes"),
    Example("every verb", "fail", _role("persistentvolumes", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_create_persistent_volume(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule with the right."""
    yield from granted(pair, VOLUMES)
