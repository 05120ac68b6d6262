"""How much of a resource a container requests or may use, whoever sets it.

The container's own value counts first, then the pod's (pod-level resources, Kubernetes 1.34), then a
kustomize patch in the same folder, then the default of a LimitRange in the same folder and namespace,
if the folder's kustomization takes it in.
https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from policygate.kube.kustomization import GROUP, named_files
from policygate.kube.qos import Amounts, qos_class
from policygate.kube.quantity import read_quantity
from policygate.kube.workloads import Container, containers, pod_specs

if TYPE_CHECKING:
    from policygate.kube.qos import QosClass
    from policygate.kube.workloads import PodSpec
    from policygate.model import Resource
    from policygate.policy.types import Context
    from policygate.view import View

_DEFAULTS: Final = {"limits": "default", "requests": "defaultRequest"}


class Amount(NamedTuple):
    """A quantity that bounds a container: as written, as a number, and where it is written."""

    raw: Any
    quantity: Fraction
    view: View


def amount(
    pair: Any,
    what: Literal["limits", "requests"],
    resource: str,
    *,
    side: Literal["base", "head"] = "head",
) -> Amount | None:
    """Return what bounds the container of a pair.

    Args:
        pair: A `Pair` of containers.
        what: Limits or requests.
        resource: `memory`, `cpu`, ….
        side: Which container of the pair.

    Returns:
        The amount, or None where nothing sets one; zero is no limit, and a quantity that the
        cluster would refuse counts as set (another policy's business), with the number 0.
    """
    context = pair.context.of_base if side == "base" else pair.context
    return amount_of(getattr(pair, side), context, what, resource)


def quality_of(pod: PodSpec, context: Context) -> QosClass:
    """The class of quality that a pod gets by what bounds its containers."""

    def quantity(container: Container, what: str, resource: str) -> Fraction | None:
        found = amount_of(container, context, what, resource)
        return found and found.quantity

    return qos_class(
        Amounts(quantity(each, "requests", resource), quantity(each, "limits", resource))
        for each in containers(pod)
        if each.role != "ephemeral"
        for resource in ("cpu", "memory")
    )


def amount_of(container: Container, context: Context, what: str, resource: str) -> Amount | None:
    """Return what bounds a container, see `amount`."""
    for view in (
        container.view.resources[what][resource],
        container.pod.view.resources[what][resource],
    ):
        found = _amount(view)
        if found is not None:
            return found
    owner = container.pod.resource
    scope, _, kind, namespace, name = owner.id
    for other in context.head_resources(scope, kind, name=name):
        found = _from_patch(other, container, what, resource)
        if found is not None:
            return found
    for other in context.head_resources(scope, "LimitRange", namespace=namespace):
        found = _default(other, what, resource) if _is_applied(other, context) else None
        if found is not None:
            return found
    return None


def _is_applied(limits: Resource, context: Context) -> bool:
    """Whether the kustomization of a folder, where there is one, takes the file in."""
    scope = limits.id.scope
    bodies = [
        each.body
        for kind in ("Kustomization", "Component")
        for each in context.head_resources(scope, kind)
        if each.id.group == GROUP
    ]
    return not bodies or any(limits.file in named_files(body, scope) for body in bodies)


def _default(limits: Resource, what: str, resource: str) -> Amount | None:
    """What a LimitRange gives a container that sets nothing."""
    if limits.id.group or limits.partial or limits.delete_patch:
        return None
    for limit in limits.view.spec.limits:
        if limit["type"].raw == "Container":
            found = _amount(limit[_DEFAULTS[what]][resource])
            if found is not None:
                return found
    return None


def _from_patch(patch: Resource, container: Container, what: str, resource: str) -> Amount | None:
    """What a kustomize patch beside the manifest sets for the same container."""
    owner = container.pod.resource
    if patch.id.group != owner.id.group or not patch.partial or patch.delete_patch:
        return None
    for pod in pod_specs(patch):
        for each in containers(pod):
            if each.name == container.name:
                return _amount(each.view.resources[what][resource])
    return None


def _amount(view: View) -> Amount | None:
    if not isinstance(view.raw, (str, int, float)) or isinstance(view.raw, bool):
        return None
    try:
        quantity = read_quantity(view.raw)
    except ValueError:
        return Amount(view.raw, Fraction(0), view)
    return Amount(view.raw, quantity, view) if quantity > 0 else None
