"""How much of a resource a container requests or may use, whoever sets it.

The container's own value counts first, then the pod's (pod-level resources, Kubernetes 1.34), then
the default of a LimitRange in the same folder and namespace.
https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from policygate.kube.quantity import read_quantity

if TYPE_CHECKING:
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
    container = getattr(pair, side)
    for view in (
        container.view.resources[what][resource],
        container.pod.view.resources[what][resource],
    ):
        found = _amount(view)
        if found is not None:
            return found
    owner = container.pod.resource
    for other in pair.context.head_resources(owner.id.scope) if pair.context else ():
        if other.id.kind == "LimitRange" and other.id.namespace == owner.id.namespace:
            for limit in other.view.spec.limits:
                if limit["type"].raw == "Container":
                    found = _amount(limit[_DEFAULTS[what]][resource])
                    if found is not None:
                        return found
    return None


def _amount(view: View) -> Amount | None:
    if not isinstance(view.raw, (str, int, float)) or isinstance(view.raw, bool):
        return None
    try:
        quantity = read_quantity(view.raw)
    except ValueError:
        return Amount(view.raw, Fraction(0), view)
    return Amount(view.raw, quantity, view) if quantity > 0 else None
