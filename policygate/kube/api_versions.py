"""API versions that Kubernetes deprecates and removes, and what takes their place.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/; what was removed in a described
version is held against the description by a test. Not for whether a body fits its version (`schema`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from policygate.kube.api_files import Version


class Retired(NamedTuple):
    """An API version of some kinds on its way out.

    Attributes:
        deprecated: The version of Kubernetes that deprecated it.
        removed: The version that does not serve it any more, None while that is not settled.
        instead: The API version to use, empty where there is none.
    """

    deprecated: Version
    removed: Version | None
    instead: str


def _at(deprecated: int, removed: int | None, instead: str) -> Retired:
    return Retired((1, deprecated), None if removed is None else (1, removed), instead)


_ADMISSION: Final = "MutatingWebhookConfiguration ValidatingWebhookConfiguration"
_FLOW: Final = "FlowSchema PriorityLevelConfiguration"
_POLICY: Final = "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"
_RBAC: Final = "ClusterRole ClusterRoleBinding Role RoleBinding"
_STORAGE: Final = "CSIDriver CSINode StorageClass VolumeAttachment"
_TABLE: Final[tuple[tuple[str, str, Retired], ...]] = (
    ("admissionregistration.k8s.io/v1alpha1", _POLICY, _at(30, 32, "admissionregistration.k8s.io/v1")),
    ("admissionregistration.k8s.io/v1beta1", _ADMISSION, _at(16, 22, "admissionregistration.k8s.io/v1")),
    ("admissionregistration.k8s.io/v1beta1", _POLICY, _at(30, 34, "admissionregistration.k8s.io/v1")),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", _at(16, 22, "apiextensions.k8s.io/v1")),
    ("apiregistration.k8s.io/v1beta1", "APIService", _at(19, 22, "apiregistration.k8s.io/v1")),
    ("apps/v1beta1", "ControllerRevision Deployment StatefulSet", _at(9, 16, "apps/v1")),
    ("apps/v1beta2", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", _at(9, 16, "apps/v1")),
    ("authentication.k8s.io/v1alpha1", "SelfSubjectReview", _at(28, 32, "authentication.k8s.io/v1")),
    ("authentication.k8s.io/v1beta1", "SelfSubjectReview", _at(28, 33, "authentication.k8s.io/v1")),
    ("authentication.k8s.io/v1beta1", "TokenReview", _at(19, 22, "authentication.k8s.io/v1")),
    ("authorization.k8s.io/v1beta1",
     "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
     _at(19, 22, "authorization.k8s.io/v1")),
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler", _at(22, 25, "autoscaling/v2")),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler", _at(23, 26, "autoscaling/v2")),
    ("batch/v1beta1", "CronJob", _at(21, 25, "batch/v1")),
    ("batch/v2alpha1", "CronJob", _at(8, 21, "batch/v1")),
    ("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", _at(33, 37, "certificates.k8s.io/v1beta1")),
    ("certificates.k8s.io/v1alpha1", "PodCertificateRequest", _at(35, 35, "certificates.k8s.io/v1beta1")),
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest", _at(19, 22, "certificates.k8s.io/v1")),
    ("coordination.k8s.io/v1alpha1", "LeaseCandidate", _at(32, 32, "coordination.k8s.io/v1beta1")),
    ("coordination.k8s.io/v1beta1", "Lease", _at(14, 22, "coordination.k8s.io/v1")),
    ("discovery.k8s.io/v1beta1", "EndpointSlice", _at(21, 25, "discovery.k8s.io/v1")),
    ("events.k8s.io/v1beta1", "Event", _at(19, 25, "events.k8s.io/v1")),
    ("extensions/v1beta1", "DaemonSet Deployment ReplicaSet", _at(9, 16, "apps/v1")),
    ("extensions/v1beta1", "Ingress", _at(14, 22, "networking.k8s.io/v1")),
    ("extensions/v1beta1", "NetworkPolicy", _at(9, 16, "networking.k8s.io/v1")),
    ("extensions/v1beta1", "PodSecurityPolicy", _at(10, 16, "")),
    ("flowcontrol.apiserver.k8s.io/v1alpha1", _FLOW, _at(20, 21, "flowcontrol.apiserver.k8s.io/v1")),
    ("flowcontrol.apiserver.k8s.io/v1beta1", _FLOW, _at(23, 26, "flowcontrol.apiserver.k8s.io/v1")),
    ("flowcontrol.apiserver.k8s.io/v1beta2", _FLOW, _at(26, 29, "flowcontrol.apiserver.k8s.io/v1")),
    ("flowcontrol.apiserver.k8s.io/v1beta3", _FLOW, _at(29, 32, "flowcontrol.apiserver.k8s.io/v1")),
    ("networking.k8s.io/v1alpha1", "ClusterCIDR", _at(28, 29, "")),
    ("networking.k8s.io/v1alpha1", "IPAddress ServiceCIDR", _at(31, 31, "networking.k8s.io/v1")),
    ("networking.k8s.io/v1beta1", "IPAddress ServiceCIDR", _at(33, 37, "networking.k8s.io/v1")),
    ("networking.k8s.io/v1beta1", "Ingress IngressClass", _at(19, 22, "networking.k8s.io/v1")),
    ("node.k8s.io/v1beta1", "RuntimeClass", _at(20, 25, "node.k8s.io/v1")),
    ("policy/v1beta1", "PodDisruptionBudget", _at(21, 25, "policy/v1")),
    ("policy/v1beta1", "PodSecurityPolicy", _at(21, 25, "")),
    ("rbac.authorization.k8s.io/v1alpha1", _RBAC, _at(17, 22, "rbac.authorization.k8s.io/v1")),
    ("rbac.authorization.k8s.io/v1beta1", _RBAC, _at(17, 22, "rbac.authorization.k8s.io/v1")),
    ("resource.k8s.io/v1alpha1", "PodScheduling ResourceClaim ResourceClaimTemplate ResourceClass",
     _at(27, 27, "resource.k8s.io/v1")),
    ("resource.k8s.io/v1alpha2",
     ("PodSchedulingContext ResourceClaim ResourceClaimParameters ResourceClaimTemplate ResourceClass "
      "ResourceClassParameters ResourceSlice"), _at(31, 31, "resource.k8s.io/v1")),
    ("resource.k8s.io/v1alpha3", "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
     _at(32, 34, "resource.k8s.io/v1")),
    ("resource.k8s.io/v1alpha3", "PodSchedulingContext", _at(31, 32, "")),
    ("scheduling.k8s.io/v1alpha1", "PriorityClass", _at(14, 22, "scheduling.k8s.io/v1")),
    ("scheduling.k8s.io/v1alpha1", "Workload", _at(36, 36, "scheduling.k8s.io/v1beta1")),
    ("scheduling.k8s.io/v1alpha2", "PodGroup Workload", _at(37, 37, "scheduling.k8s.io/v1beta1")),
    ("scheduling.k8s.io/v1beta1", "PriorityClass", _at(14, 22, "scheduling.k8s.io/v1")),
    ("storage.k8s.io/v1alpha1", "VolumeAttributesClass", _at(31, 35, "storage.k8s.io/v1")),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", _at(24, 27, "storage.k8s.io/v1")),
    ("storage.k8s.io/v1beta1", "VolumeAttributesClass", _at(34, 37, "storage.k8s.io/v1")),
    ("storage.k8s.io/v1beta1", _STORAGE, _at(19, 22, "storage.k8s.io/v1")),
    ("storagemigration.k8s.io/v1alpha1", "StorageVersionMigration", _at(35, 35, "storagemigration.k8s.io/v1beta1")),
    ("v1", "ComponentStatus", _at(19, None, "")),
    ("v1", "Endpoints", _at(33, None, "discovery.k8s.io/v1")),
)  # fmt: skip
RETIRED: Final = {
    (version, kind): what for version, kinds, what in _TABLE for kind in kinds.split()
}
"""API version and kind to what became of it."""


def spoken(version: Version) -> str:
    """A version of Kubernetes as people write it: `1.25`."""
    return f"{version[0]}.{version[1]}"
