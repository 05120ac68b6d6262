"""Claim can be mounted by more than its one writer, or by fewer than its pods.

Programs that own their files (databases, queues) lose them when a second copy writes, too.
`ReadWriteOnce` keeps others off other nodes, `ReadWriteOncePod` off altogether. A Deployment of several
replicas, or one that starts the new pod before it stops the old one, may hang on such a claim for ever: on
another node the new pod waits for a volume that the old one holds.

Fix:
Ask for `ReadWriteOncePod` or `ReadWriteOnce`. For a Deployment with such a claim use one replica and the
strategy `Recreate`, or a StatefulSet with a claim for each pod.

References:
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy

Peers:
kubesec:VolumeClaimAccessModeReadWriteOnce, kyverno:readwriteonce-pod
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from policygate.kube.claims import KINDS, claims
from policygate.kube.workloads import pod_specs
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

SINGLE: Final = frozenset({"ReadWriteOnce", "ReadWriteOncePod"})
TOGETHER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      volumes: [{name: data, persistentVolumeClaim: {claimName: data%s}}]
      containers: [{name: web, image: "web:1"}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""


def _claim(*modes: str) -> dict[str, object]:
    metadata, spec = {"name": "data"}, {"accessModes": list(modes)}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("one node", "pass", _claim("ReadWriteOnce")),
    Example("one pod", "pass", _claim("ReadWriteOncePod")),
    Example("nobody writes", "pass", _claim("ReadOnlyMany")),
    Example("a Deployment that stops before it starts", "pass", text=TOGETHER % ("strategy: {type: Recreate}", "")),
    Example("a claim that is not here", "pass", text=TOGETHER % ("replicas: 3", "-2")),
    Example("many writers", "fail", _claim("ReadWriteOnce", "ReadWriteMany"), path="spec.accessModes[1]",
            message="many pods may write to the claim data at once"),
    Example("replicas that share it", "fail", text=TOGETHER % ("replicas: 3", ""), path="volumes[data].persistentVolumeClaim",
            message="the pods of web share the claim data, which one node at a time can mount"),
    Example("an update starts before it stops", "fail", text=TOGETHER % ("replicas: 1", ""),
            message="a new pod of web may wait for the claim data, which the old one holds"),
)  # fmt: skip


@policy(level="warning", kinds=KINDS, enabled=False, examples=EXAMPLES)
def persistent_volume_claim_access_mode(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield claims with several writers, and Deployments that cannot share theirs."""
    for spec, name in claims(pair.head):
        for mode in spec.accessModes:
            if mode.raw == "ReadWriteMany":
                yield Problem(mode, f"many pods may write to {name} at once")
    if (pair.head.id.group, pair.head.id.kind) == ("apps", "Deployment"):
        yield from _of_deployment(pair)


def _of_deployment(pair: Pair) -> Iterator[Problem]:
    ident, spec = pair.head.id, pair.head.view.spec
    many = spec.replicas.integer(1) > 1
    if not many and spec.strategy.type.raw == "Recreate":
        return
    for pod in pod_specs(pair.head):
        for volume in pod.view.volumes:
            at = volume.persistentVolumeClaim
            name = at.claimName.string()
            if name and _is_single(pair, name):
                words = (
                    f"the pods of {ident.name} share the claim {name}, which one node at a time can mount"
                    if many
                    else f"a new pod of {ident.name} may wait for the claim {name}, which the old one holds"
                )
                yield Problem(at, words)


def _is_single(pair: Pair, name: str) -> bool:
    """Whether a claim of the folder is there, and for one node alone."""
    ident = pair.head.id
    found = pair.context.head_resources(
        ident.scope, "PersistentVolumeClaim", namespace=ident.namespace, name=name
    )
    modes = [_modes(each.view) for each in found]
    return bool(modes) and all(each and each <= SINGLE for each in modes)


def _modes(claim: View) -> frozenset[str]:
    return frozenset(mode.string() for mode in claim.spec.accessModes)
