"""Volume needs a driver that Kubernetes no longer has.

The drivers for GlusterFS, Quobyte, StorageOS and ScaleIO were part of Kubernetes and let whoever made a volume
send requests from the control plane (CVE-2020-8555). They are gone since 1.22 to 1.26: today such a pod waits
for its volume for ever.

Fix:
Move the data to a volume of a CSI driver.

References:
https://kubernetes.io/docs/concepts/storage/volumes/
https://nvd.nist.gov/vuln/detail/CVE-2020-8555

Standards:
CVE-2020-8555

Peers:
terrascan:disAllowedVolumes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from policygate.kube.workloads import pod_specs
from policygate.policy import Example, Pair, Problem, policy

TYPES: Final = ("glusterfs", "quobyte", "storageos", "scaleIO")
PROVISIONERS: Final = frozenset(
    f"kubernetes.io/{name}" for name in ("glusterfs", "quobyte", "storageos", "scaleio")
)


def _pod(**source: object) -> dict[str, object]:
    return {"volumes": [{"name": "data", **source}], "containers": [{"name": "web"}]}


def _class(provisioner: str) -> dict[str, object]:
    metadata = {"name": "fast"}
    head = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata}
    return {**head, "provisioner": provisioner}


EXAMPLES = (
    Example("a claim", "pass", _pod(persistentVolumeClaim={"claimName": "data"}), binds="pod"),
    Example("a driver", "pass", _class("org.gluster.glusterfs")),
    Example("in a pod", "fail", _pod(glusterfs={"path": "kube", "endpoints": "gluster"}), binds="pod", path="volumes[data].glusterfs",
            message="a volume of the type glusterfs, whose driver Kubernetes no longer has"),
    Example("in a volume", "fail", {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "data"},
            "spec": {"scaleIO": {"gateway": "https://10.0.0.1"}}}, path="spec.scaleIO"),
    Example("in a class", "fail", _class("kubernetes.io/quobyte"), path="provisioner"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload", "core/PersistentVolume", "storage.k8s.io/StorageClass"],
    enabled=False,
    examples=EXAMPLES,
)
def volume_vulnerable_type(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield volumes and classes of such types."""
    head = pair.head
    sources = [volume for pod in pod_specs(head) for volume in pod.view.volumes]
    if head.id.kind == "PersistentVolume":
        sources.append(head.view.spec)
    for source in sources:
        for name in TYPES:
            if source[name]:
                words = f"a volume of the type {name}, whose driver Kubernetes no longer has"
                yield Problem(source[name], words)
    if head.id.kind == "StorageClass" and head.view.provisioner.string() in PROVISIONERS:
        name = head.view.provisioner.string()
        words = f"the class {head.id.name} is of {name}, which Kubernetes no longer has"
        yield Problem(head.view.provisioner, words)
