"""Claim does not say how much storage it needs.

The API server refuses such a claim; in a template of a StatefulSet or of an ephemeral volume it does so only
when the first pod wants it, and the rollout stops there.

Fix:
Set `resources: {requests: {storage: …}}` of the claim.

References:
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#resources

Peers:
kubesec:VolumeClaimRequestsStorage
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.claims import KINDS, claims
from policygate.policy import Example, Pair, Problem, policy


def _claim(**resources: object) -> dict[str, object]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": resources}
    metadata = {"name": "data"}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("it does", "pass", _claim(requests={"storage": "8Gi"})),
    Example("it does not", "fail", _claim(), path="spec.resources.requests.storage", message="the claim data requests no storage"),
    Example("it requests something else", "fail", _claim(requests={"memory": "8Gi"})),
    Example("an ephemeral volume", "fail", {
        "volumes": [{"name": "tmp", "ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"]}}}}],
        "containers": [{"name": "web"}]}, binds="pod", message="the volume tmp requests no storage"),
)  # fmt: skip


@policy(level="warning", kinds=KINDS, enabled=False, examples=EXAMPLES)
def persistent_volume_claim_request(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield claims without a request for storage."""
    for spec, name in claims(pair.head):
        if not spec.resources.requests.storage:
            yield Problem(spec.resources.requests.storage, f"{name} requests no storage")
