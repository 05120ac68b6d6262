"""Fields that the API server does not let anybody change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.immutable import FIELDS, changed_fields
from policygate.model import Resource
from policygate.view import View
from tests.kube.bodies import anything, resource

KINDS = sorted(
    {*FIELDS, ("", "PersistentVolumeClaim"), ("", "Service"), ("", "Pod"), ("", "ConfigMap")}
)


def names(base: dict[str, Any], head: dict[str, Any], group: str, kind: str) -> list[str]:
    """What changed of a kind that may not."""
    found = changed_fields(resource(base, group, kind), resource(head, group, kind))
    return [each.name for each in found]


def spec(**fields: Any) -> dict[str, Any]:
    """A body with a spec."""
    return {"spec": fields}


CLAIM = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}
SAME_CLAIM = {
    "apiVersion": "v1", "kind": "PersistentVolumeClaim",
    "metadata": {"name": "data", "creationTimestamp": None},
    "spec": {"volumeMode": "Filesystem", "resources": {"requests": {"storage": "1024Mi"}}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("base", "head", "group", "kind"),
    [
        (spec(selector={"matchLabels": {"a": "b"}}), spec(selector={"matchLabels": {"a": "b"}, "matchExpressions": []}), "apps", "Deployment"),
        (spec(serviceName="a"), spec(serviceName="a", podManagementPolicy="OrderedReady"), "apps", "StatefulSet"),
        (spec(volumeClaimTemplates=[CLAIM]), spec(volumeClaimTemplates=[SAME_CLAIM]), "apps", "StatefulSet"),
        (spec(clusterIP="None"), spec(), "", "Service"),
        (spec(), spec(clusterIP="None", type="ExternalName"), "", "Service"),
        (spec(resources={"requests": {"storage": "1Gi"}}), spec(resources={"requests": {"storage": "2Gi"}}), "", "PersistentVolumeClaim"),
        (spec(containers=[{"name": "a", "image": "a:1"}]), spec(containers=[{"name": "a", "image": "a:2"}]), "", "Pod"),
        ({"data": {"a": "1"}}, {"data": {"a": "2"}}, "", "ConfigMap"),
        ({"reclaimPolicy": "Delete"}, {}, "storage.k8s.io", "StorageClass"),
        ({"type": "Opaque"}, {}, "", "Secret"),
        (spec(hostPath={"path": "/a"}, capacity={"storage": "1Gi"}), spec(hostPath={"path": "/a"}, volumeMode="Filesystem"), "", "PersistentVolume"),
        (spec(nodeAffinity=None), spec(nodeAffinity={"required": {}}), "", "PersistentVolume"),
    ],
)  # fmt: skip
def test_what_may_change(base: Any, head: Any, group: str, kind: str) -> None:
    """What means the same, what may grow, and what the cluster keeps by itself is no change."""
    assert names(base, head, group, kind) == []


@pytest.mark.parametrize(
    ("base", "head", "group", "kind", "name"),
    [
        (spec(selector={"a": "b"}), spec(selector={"a": "c"}), "apps", "DaemonSet", "spec.selector"),
        (spec(), spec(podManagementPolicy="Parallel"), "apps", "StatefulSet", "spec.podManagementPolicy"),
        (spec(volumeClaimTemplates=[CLAIM]), spec(), "apps", "StatefulSet", "spec.volumeClaimTemplates"),
        (spec(), spec(clusterIP="None"), "", "Service", "spec.clusterIP"),
        (spec(resources={"requests": {"storage": "2Gi"}}), spec(resources={"requests": {"storage": "1Gi"}}), "", "PersistentVolumeClaim", "spec.resources.requests.storage"),
        (spec(accessModes=["a"]), spec(accessModes=["b"]), "", "PersistentVolumeClaim", "spec.accessModes"),
        (spec(volumeMode="Block"), spec(), "", "PersistentVolumeClaim", "spec.volumeMode"),
        (spec(nodeName="a"), spec(nodeName="b"), "", "Pod", "spec.nodeName"),
        ({"immutable": True, "data": {"a": "1"}}, {"immutable": True, "data": {"a": "2"}}, "", "ConfigMap", "data"),
        ({"immutable": True}, {}, "", "Secret", "immutable"),
        ({"roleRef": {"name": "a"}}, {"roleRef": {"name": "b"}}, "rbac.authorization.k8s.io", "RoleBinding", "roleRef.name"),
        (spec(nfs={"path": "/a"}), spec(nfs={"path": "/b"}), "", "PersistentVolume", "spec.nfs"),
        (spec(nodeAffinity={"required": {"a": "b"}}), spec(), "", "PersistentVolume", "spec.nodeAffinity"),
        ({"value": 1}, {"value": 2}, "scheduling.k8s.io", "PriorityClass", "value"),
    ],
)  # fmt: skip
def test_what_may_not_change(base: Any, head: Any, group: str, kind: str, name: str) -> None:
    """A field that stays what it is, whoever changes it."""
    assert names(base, head, group, kind) == [name]


def test_what_the_cluster_may_have_filled_in_is_only_possible() -> None:
    """A storage class that was left out may be the one that is written now."""
    base, head = spec(), spec(storageClassName="fast")
    (found,) = changed_fields(
        resource(base, "", "PersistentVolumeClaim"), resource(head, "", "PersistentVolumeClaim")
    )
    assert found.possible


def test_of_a_patch_only_what_both_write_counts() -> None:
    """What a patch does not set is set elsewhere."""
    base, head, other = (
        Resource(each.id, each.version, each.body, each.file, each.positions, partial=True)
        for each in (
            resource(body, "apps", "StatefulSet")
            for body in (spec(serviceName="a"), spec(), spec(serviceName="b"))
        )
    )
    assert not list(changed_fields(base, head))
    assert [each.name for each in changed_fields(base, other)] == ["spec.serviceName"]


@given(anything, anything)
def test_any_body_is_compared(base: Any, head: Any) -> None:
    """Nothing makes it raise, and what does not change is none."""
    for group, kind in KINDS:
        one, other = (
            resource({"spec": each, "roleRef": each, "immutable": True, "data": each}, group, kind)
            for each in (base, head)
        )
        for found in changed_fields(one, other):
            assert isinstance(found.view, View)
        assert not list(changed_fields(one, one))
