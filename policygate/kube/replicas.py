"""How many pods a workload has at least, whoever sets the number.

An autoscaler beside the workload counts before the manifest. Not for whether they are enough.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.kube.targets import Target, scalers, target_of

if TYPE_CHECKING:
    from policygate.model import Resource
    from policygate.view import View

_SHARE: Final = re.compile("[0-9]{1,5}%")
MINIMA: Final = {
    "HorizontalPodAutoscaler": ("minReplicas", 1),
    "ScaledObject": ("minReplicaCount", 0),
}
"""Kinds of autoscalers: the field of the fewest replicas, and what it is where it is not set."""


class Least(NamedTuple):
    """The fewest pods of a workload while nothing is wrong, and who says so.

    Attributes:
        number: How many.
        view: Where it is written, or would be.
        scaler: The autoscaler that says it; None where the workload itself does.
    """

    number: int
    view: View
    scaler: Resource | None = None


def least_of(scaler: Resource) -> Least | None:
    """The fewest replicas that an autoscaler leaves; None where that is filled in later."""
    field, unset = MINIMA[scaler.id.kind]
    number = _number(scaler.view.spec[field], unset)
    return None if number is None else Least(number, scaler.view.spec[field], scaler)


def scaler_of(context: Any, workload: Resource) -> Resource | None:
    """The autoscaler of a workload in the same folder and namespace."""
    ident = workload.id
    for scaler in scalers(context, ident.scope, ident.namespace):
        found = target_of(scaler)
        if found is not None and found[1] == Target(ident.kind, ident.name):
            return scaler
    return None


def least_replicas(context: Any, workload: Resource) -> Least | None:
    """The fewest replicas of a workload; None where that is filled in later.

    No replicas at all is said by nobody but the workload, and switches its autoscaler off.
    """
    view = workload.view.spec.replicas
    own = _number(view, 1)
    scaler = scaler_of(context, workload)
    if scaler is not None and own != 0:
        return least_of(scaler)
    return None if own is None else Least(own, view)


def kept(minimum: View, replicas: int) -> int:
    """How many of the replicas a budget keeps by its `minAvailable`; a share is rounded up."""
    text = minimum.string()
    if _SHARE.fullmatch(text):
        return -(-int(text[:-1]) * replicas // 100)
    return minimum.integer()


def _number(view: View, unset: int) -> int | None:
    """The number that is written; None for what is none."""
    number = view.integer(-1) if view else unset
    return number if number >= 0 else None
