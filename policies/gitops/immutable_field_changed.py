"""Change of a field that the cluster does not let change.

The API server refuses the new value, so the sync fails and the rest of the application may wait behind
it. Going back in git mends it; bringing the change in means deleting the object and creating it anew,
with the outage, or the lost volume, that this may be.

Fix:
Restore the old value. Where the change is needed, create the new object under another name and move
over, or plan the deletion: `kubectl delete --cascade=orphan` leaves the pods of a Deployment or
StatefulSet running.

References:
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations
https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#clusterrolebinding-example
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import annotated_options, later
from policygate.kube.immutable import changed_fields
from policygate.kube.lifetime import is_hook
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

FORCED = "kustomize.toolkit.fluxcd.io/force"


def _object(
    api: str, kind: str, annotations: dict[str, str] | None = None, **body: Any
) -> dict[str, Any]:
    metadata = {"name": "web", **({"annotations": annotations} if annotations else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **body}


def _deployment(app: str, **annotations: str) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": app}},
        "spec": {"containers": [{"name": "web", "image": "web:1"}]},
    }
    spec = {"selector": {"matchLabels": {"app": app}}, "template": template}
    return _object(
        "apps/v1",
        "Deployment",
        {k.replace("__", "/"): v for k, v in annotations.items()},
        spec=spec,
    )


def _job(image: str, annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    pod = {"restartPolicy": "Never", "containers": [{"name": "web", "image": image}]}
    return _object("batch/v1", "Job", annotations, spec={"template": {"spec": pod}, **spec})


def _role(name: str) -> dict[str, Any]:
    ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
    return _object("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef=ref, subjects=[])


def _claim(**spec: Any) -> dict[str, Any]:
    return _object("v1", "PersistentVolumeClaim", spec=spec)


EXAMPLES = (
    Example("another field", "pass", base=_deployment("web"), head={**_deployment("web"), "metadata": {"name": "web", "labels": {"a": "b"}}}),
    Example("another object", "pass", base=_deployment("web"),
            head={**_deployment("api"), "metadata": {"name": "api"}}),
    Example("a hook is deleted before it runs again", "pass", base=_job("web:1", {"argocd.argoproj.io/hook": "PreSync"}),
            head=_job("web:2", {"argocd.argoproj.io/hook": "PreSync"})),
    Example("Argo CD deletes and creates it", "pass", base=_job("web:1"),
            head=_job("web:2", {"argocd.argoproj.io/sync-options": "Replace=true,Force=true"})),
    Example("Flux deletes and creates it", "pass", base=_job("web:1"), head=_job("web:2", {FORCED: "enabled"})),
    Example("a claim may grow", "pass", base=_claim(resources={"requests": {"storage": "1Gi"}}),
            head=_claim(resources={"requests": {"storage": "2Gi"}})),
    Example("a value that is filled in later", "pass", base=_role("view"), head=_role("${ROLE}")),
    Example("a selector", "fail", base=_deployment("web"), head=_deployment("api"), path="spec.selector",
            message="spec.selector of Deployment web cannot be changed"),
    Example("the template of a Job", "fail", base=_job("web:1"), head=_job("web:2"), path="spec.template"),
    Example("a Job that may be gone by then", "fail", base=_job("web:1", ttlSecondsAfterFinished=60),
            head=_job("web:2", ttlSecondsAfterFinished=60)),
    Example("what a binding binds", "fail", base=_role("view"), head=_role("edit"), path="roleRef.name"),
    Example("a claim cannot shrink", "fail", base=_claim(resources={"requests": {"storage": "2Gi"}}),
            head=_claim(resources={"requests": {"storage": "1Gi"}}), message="spec.resources.requests.storage of PersistentVolumeClaim web can only grow: the sync will fail"),
    Example("a storage class that the cluster may have chosen already", "fail", base=_claim(),
            head=_claim(storageClassName="fast"), message="unless the cluster has that value already"),
    Example("an immutable ConfigMap", "fail", path="immutable",
            base=_object("v1", "ConfigMap", immutable=True, data={"a": "1"}),
            head=_object("v1", "ConfigMap", immutable=True, data={"a": "2"})),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        "apps/Deployment",
        "apps/DaemonSet",
        "apps/ReplicaSet",
        "apps/StatefulSet",
        "batch/Job",
        "core/Pod",
        "core/Service",
        "core/ConfigMap",
        "core/Secret",
        "core/PersistentVolume",
        "core/PersistentVolumeClaim",
        "storage.k8s.io/StorageClass",
        "storage.k8s.io/CSIDriver",
        "rbac.authorization.k8s.io/RoleBinding",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "scheduling.k8s.io/PriorityClass",
        "networking.k8s.io/IngressClass",
        "node.k8s.io/RuntimeClass",
        "discovery.k8s.io/EndpointSlice",
        "apiextensions.k8s.io/CustomResourceDefinition",
    ],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def immutable_field_changed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield fields that may not change and have, of one object in one folder."""
    base, head = pair.base, pair.head
    if base.id != head.id or not head.id.name or head.id.name.endswith("*") or _is_replaced(head):
        return
    gone = head.id.kind == "Job" and bool(base.view.spec.ttlSecondsAfterFinished)
    for each in changed_fields(base, head):
        if isinstance(each.view.raw, str) and later(each.view.raw):
            continue
        hint = ", unless the cluster has that value already" if each.possible else ""
        yield Problem(
            each.view,
            f"{each.name} of {head.id.kind} {head.id.name} {each.limit}: the sync will fail{hint}",
            possible=each.possible or gone,
            unordered=True,
        )


def _is_replaced(head: Resource) -> bool:
    """Whether the object is deleted and created anew by whoever syncs it."""
    if is_hook(head) or head.view.metadata.annotations[FORCED].string().lower() == "enabled":
        return True
    return any(
        option.name == "Force" and option.value == "true" for option in annotated_options(head)
    )
