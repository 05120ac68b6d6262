"""Services and the pods of the same folder and namespace that they select.

Only what stands beside a Service is known here; what a chart or another folder brings is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.kube.patches import adds_labels, is_patch
from policygate.kube.selectors import labels_of, later, matches
from policygate.kube.workloads import PodSpec, pod_specs
from policygate.place import look_up
from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.model import Resource

WORKLOADS: Final = (
    "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job",
    "CronJob", "Rollout", "DeploymentConfig",
)  # fmt: skip


class Template(NamedTuple):
    """The pods that a resource makes, and their labels."""

    resource: Resource
    pod: PodSpec
    labels: Mapping[str, str]


def labels_of_pod(pod: PodSpec) -> Mapping[str, str]:
    """The labels of the pods that a pod spec describes."""
    place = (*pod.view.path[:-1], "metadata", "labels")
    return labels_of(View(look_up(pod.resource.body, place)[0]))


def templates(context: Any, scope: str, namespace: str) -> Iterator[Template]:
    """The pods that the manifests of a folder make in a namespace."""
    for kind in WORKLOADS:
        for resource in context.head_resources(scope, kind, namespace=namespace):
            for pod in pod_specs(resource):
                yield Template(resource, pod, labels_of_pod(pod))


_CHARTS: Final = frozenset(
    {"HelmRelease", "HelmChart", "HelmChartProxy", "Application", "ApplicationSet"}
)


def may_be_made(context: Any, scope: str, selector: View) -> bool:
    """Whether something of a folder may make pods that nobody writes down there, with these labels.

    A chart may make any. An operator names the pods of an object of its kind by the object.
    """
    names = {value.string() for _, value in selector.matchLabels.items()}
    names |= {value.string() for each in selector.matchExpressions for value in each["values"]}
    return any(
        each.id.kind in _CHARTS
        or (each.id.name in names and _is_custom(each.id.group) and each.id.kind not in WORKLOADS)
        for each in context.head_resources(scope, None)
    )


def selects_nothing(head: Resource, selector: View, context: Any) -> bool:
    """Whether a selector is for none of the pods of its folder and namespace, where there are some.

    Not where more labels, other selectors or other pods come from outside of the folder's manifests.
    """
    if is_patch(head, context) or later(selector) or adds_labels(context, head.id.scope):
        return False
    here = templates(context, head.id.scope, head.id.namespace)
    found = [matches(selector, each.labels) for each in here]
    if not found or any(each is not False for each in found):
        return False
    return not may_be_made(context, head.id.scope, selector)


def _is_custom(group: str) -> bool:
    return "." in group and not group.endswith("k8s.io")


def selector_of(service: Resource) -> Mapping[str, str]:
    """The labels that a Service selects by; empty where it selects nothing itself."""
    if service.view.spec["type"].raw == "ExternalName":
        return {}
    return labels_of(service.view.spec.selector)


def selects(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Whether a Service with this selector sends traffic to pods with these labels."""
    return bool(selector) and selector.items() <= labels.items()
