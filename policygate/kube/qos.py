"""The quality of service that a pod gets: who is evicted last when a node runs short.

Not for what bounds a single container (`limits`).
https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

QosClass: TypeAlias = Literal["BestEffort", "Burstable", "Guaranteed"]

CLASSES: Final[tuple[QosClass, ...]] = ("BestEffort", "Burstable", "Guaranteed")
"""From the first to be evicted to the last."""


class Amounts(NamedTuple):
    """What a container requests and may use of one resource; None where nothing sets it."""

    request: Fraction | None
    limit: Fraction | None


def qos_class(amounts: Iterable[Amounts]) -> QosClass:
    """The class of a pod, from the CPU and the memory of each of its containers.

    A request that is not set is the limit.
    """
    found = [*amounts]
    if not any(each.request or each.limit for each in found):
        return "BestEffort"
    equal = all(each.limit and each.request in {None, each.limit} for each in found)
    return "Guaranteed" if equal else "Burstable"
