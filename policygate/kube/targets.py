"""What an autoscaler scales, and who else stands in the same folder.

Not for whether it should: policies say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.view import View

SCALERS: Final = ("HorizontalPodAutoscaler", "ScaledObject")
SCALED: Final = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout")


class Target(NamedTuple):
    """A workload that is scaled, by kind and name, in the namespace of its scaler."""

    kind: str
    name: str


def target_of(scaler: Resource) -> tuple[View, Target] | None:
    """The reference to what an autoscaler scales; a ScaledObject means a Deployment by default."""
    reference = scaler.view.spec.scaleTargetRef
    kind, name = reference.kind.string(), reference["name"].string()
    if scaler.id.kind == "ScaledObject":
        kind = kind or "Deployment"
    return (reference, Target(kind, name)) if kind and name else None


def scalers(context: Any, scope: str, namespace: str) -> Iterator[Resource]:
    """The autoscalers of a namespace in a folder."""
    for kind in SCALERS:
        yield from context.head_resources(scope, kind, namespace=namespace)
