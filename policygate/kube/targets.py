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


def likely(context: Any, scaler: Resource, target: Target, kinds: tuple[str, ...]) -> Target | None:
    """What was probably meant by a target that the folder of a scaler does not have.

    Args:
        context: What stands in the folder.
        scaler: Who names the target; it stands in the same namespace.
        target: Its kind and name.
        kinds: The kinds that may be meant.

    Returns:
        One of the same name and another kind, else one of the same kind and nearly the same name; None
        where the target is there, or nothing is like it.
    """
    import difflib

    scope, _, _, namespace, _ = scaler.id
    here = [
        Target(kind, each.id.name)
        for kind in kinds
        for each in context.head_resources(scope, kind, namespace=namespace)
    ]
    if target in here:
        return None
    named = next((each for each in here if each.name == target.name), None)
    names = [each.name for each in here if each.kind == target.kind]
    close = difflib.get_close_matches(target.name, names, n=1, cutoff=0.65)
    return named or (Target(target.kind, close[0]) if close else None)
