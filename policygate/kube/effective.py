"""What a security field means for a container: the value that counts, and where it is written.

Inheritance: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/ and
`DetermineEffectiveSecurityContext` of kubernetes/pkg/securitycontext/util.go. Not for judging it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from policygate.kube.image import parse_image

if TYPE_CHECKING:
    from policygate.kube.workloads import Container
    from policygate.view import View

Origin: TypeAlias = Literal["container", "pod", "unset"]

UNSET_DEFAULTS: Final[dict[str, Any]] = {
    # security context of a container
    "allowPrivilegeEscalation": True,
    "appArmorProfile": None,  # the runtime's default profile, where AppArmor is on
    "capabilities": None,  # the runtime's default set
    "privileged": False,
    "procMount": "Default",
    "readOnlyRootFilesystem": False,
    "runAsGroup": None,  # the image's
    "runAsNonRoot": False,
    "runAsUser": None,  # the image's
    "seLinuxOptions": None,  # a context the runtime allocates
    "seccompProfile": None,  # Unconfined, or RuntimeDefault on nodes with SeccompDefault
    "windowsOptions": None,
    # security context of a pod
    "fsGroup": None,  # volumes keep their owner
    "fsGroupChangePolicy": "Always",
    "seLinuxChangePolicy": "MountOption",
    "supplementalGroups": None,
    "supplementalGroupsPolicy": "Merge",
    "sysctls": None,
    # pod spec
    "automountServiceAccountToken": True,  # unless the ServiceAccount says otherwise
    "hostIPC": False,
    "hostNetwork": False,
    "hostPID": False,
    "hostUsers": True,
    "restartPolicy": "Always",
    "serviceAccountName": "default",
    "shareProcessNamespace": False,
    # container
    "imagePullPolicy": None,  # Always for the tag latest or none, else IfNotPresent
    "volumeMounts.readOnly": False,
    "volumeMounts.recursiveReadOnly": "Disabled",
    # other kinds
    "CronJob.concurrencyPolicy": "Allow",
    "CronJob.suspend": False,
    "DaemonSet.updateStrategy.type": "RollingUpdate",
    "Deployment.replicas": 1,
    "Deployment.revisionHistoryLimit": 10,
    "Deployment.strategy.type": "RollingUpdate",
    "HorizontalPodAutoscaler.minReplicas": 1,
    "Job.suspend": False,
    "Job.ttlSecondsAfterFinished": None,  # never removed
    "NetworkPolicy.podSelector": {},  # every pod of the namespace
    "NetworkPolicy.policyTypes": None,  # Ingress, and Egress where there are egress rules
    "PersistentVolumeClaim.storageClassName": None,  # the default class; "" is none at all
    "PodDisruptionBudget.selector": None,  # no pod; {} is every pod
    "ReplicaSet.replicas": 1,
    "ReplicationController.replicas": 1,
    "Service.allocateLoadBalancerNodePorts": True,
    "Service.type": "ClusterIP",
    "StatefulSet.replicas": 1,
    "StatefulSet.updateStrategy.type": "RollingUpdate",
    "StorageClass.reclaimPolicy": "Delete",
    "ValidatingAdmissionPolicy.failurePolicy": "Fail",
    "ValidatingWebhook.failurePolicy": "Fail",
    "MutatingWebhook.failurePolicy": "Fail",
}
"""What the cluster takes where a manifest says nothing, by field.

Fields of pods and containers go by their bare name, others as `Kind.field`. None stands for what
no manifest can tell. Source: the API reference of Kubernetes and pkg/apis/*/defaults.go.
"""

_BOTH: Final = frozenset(
    {
        "appArmorProfile", "runAsGroup", "runAsNonRoot", "runAsUser", "seLinuxOptions",
        "seccompProfile", "windowsOptions",
    }
)  # fmt: skip
_CONTAINER: Final = frozenset(
    {
        "allowPrivilegeEscalation",
        "capabilities",
        "privileged",
        "procMount",
        "readOnlyRootFilesystem",
    }
)
_POD: Final = frozenset(
    {
        "fsGroup", "fsGroupChangePolicy", "seLinuxChangePolicy", "supplementalGroups",
        "supplementalGroupsPolicy", "sysctls",
    }
)  # fmt: skip
_SPEC: Final = frozenset(
    {
        "automountServiceAccountToken", "hostIPC", "hostNetwork", "hostPID", "hostUsers",
        "serviceAccountName", "shareProcessNamespace",
    }
)  # fmt: skip
_APP_ARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"


class Effective(NamedTuple):
    """The value of a field for one container.

    Attributes:
        value: The value as written, or its entry of `UNSET_DEFAULTS`. A value of a type that the
            cluster refuses is handed on as it is.
        view: Where it is written; where it would be written when it is unset.
        origin: Who sets it.
    """

    value: Any
    view: View
    origin: Origin


def effective(container: Container, field: str) -> Effective:
    """Return what a field means for a container, whoever sets it.

    Args:
        container: The container.
        field: A field of a security context (`runAsNonRoot`, `fsGroup`), of a pod spec that
            concerns its security (`hostNetwork`), or `imagePullPolicy`.

    Raises:
        ValueError: When there is no such field: a mistake of the caller, not of the manifest.
    """
    own, pod = container.view.securityContext[field], container.pod.view.securityContext[field]
    if field in _CONTAINER:
        return _first(field, own, None)
    if field in _BOTH:
        return _special(container, field, own, pod) or _first(field, own, pod)
    if field in _POD or field in _SPEC:
        view = pod if field in _POD else container.pod.view[field]
        if field == "serviceAccountName" and not view.raw:
            view = container.pod.view.serviceAccount or view  # its name before Kubernetes 1.1
        return _first(field, view, None, owner="pod")
    if field == "imagePullPolicy":
        return _pull_policy(container)
    known = sorted(_BOTH | _CONTAINER | _POD | _SPEC | {"imagePullPolicy"})
    raise ValueError(f"no field {field!r} is known, but {', '.join(known)}")


def _special(container: Container, field: str, own: View, pod: View) -> Effective | None:
    """Return the value of the two fields that do not just follow "the container's, else the pod's"."""
    if field == "appArmorProfile" and not own:
        return _annotated_profile(container)
    if field == "windowsOptions" and isinstance(own.raw, dict) and isinstance(pod.raw, dict):
        written = {key: value for key, value in own.raw.items() if value is not None}
        return Effective({**pod.raw, **written}, own, "container")
    return None


def _first(
    field: str, own: View, pod: View | None, owner: Literal["container", "pod"] = "container"
) -> Effective:
    if own:
        return Effective(own.raw, own, owner)
    if pod:
        return Effective(pod.raw, pod, "pod")
    return Effective(UNSET_DEFAULTS[field], own, "unset")


def _annotated_profile(container: Container) -> Effective | None:
    """Read the annotation that named a container's AppArmor profile before Kubernetes 1.30.

    The API server still copies it to the field where the container has none.
    https://kubernetes.io/docs/tutorials/security/apparmor/
    """
    view = container.pod.annotations[_APP_ARMOR + container.name]
    kind, slash, profile = view.string().partition("/")
    if view.raw == "runtime/default":
        value = {"type": "RuntimeDefault"}
    elif view.raw == "unconfined":
        value = {"type": "Unconfined"}
    elif kind == "localhost" and slash:
        value = {"type": "Localhost", "localhostProfile": profile}
    else:
        return None
    return Effective(value, view, "container")


def _pull_policy(container: Container) -> Effective:
    view = container.view.imagePullPolicy
    if view:
        return Effective(view.raw, view, "container")
    image = parse_image(container.view.image.string())
    if image is None:
        return Effective(None, view, "unset")
    value = "Always" if image.effective_tag == "latest" else "IfNotPresent"
    return Effective(value, view, "unset")
