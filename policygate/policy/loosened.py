"""From an order to a policy: what the head of a pair permits and its base did not, as problems.

Not for the orders themselves (`order`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from policygate.kube.patches import is_patch
from policygate.kube.workloads import Container, PodSpec, is_workload
from policygate.model import UNSET
from policygate.order.verdict import UndecidedError
from policygate.place import look_up
from policygate.policy.types import Pair, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.order.verdict import Dimension, Gain


NAMESPACED: Final = frozenset(
    {
        "LimitRange", "PodDisruptionBudget", "ResourceQuota", "Policy", "PeerAuthentication",
        "AuthorizationPolicy", "RequestAuthentication", "DestinationRule",
    }
)  # fmt: skip
"""Kinds that hold back what stands in their namespace, be it written or not."""


def loosened(pair: Pair, dimension: Dimension) -> Iterator[Problem]:
    """Yield what a subject may do now in one respect; nothing for a subject that is new or gone.

    A patch inherits what it does not set: what it says now, or no longer says, may change nothing.
    """
    if pair.base is None or pair.head is None:
        return
    try:
        for gain in dimension.gains(pair.base, pair.head):
            unset = gain.was in (None, UNSET) or gain.now in (None, UNSET)
            elsewhere = unset and (_is_partial(pair, pair.base) or _is_partial(pair, pair.head))
            yield as_problem(gain._replace(possible=gain.possible or elsewhere))
    except UndecidedError:
        text = f"{dimension.name}: too much to compare, so that nobody knows whether it is looser"
        yield Problem((), text, known=False, possible=True)


def _is_partial(pair: Pair, subject: Any) -> bool:
    """Whether a resource, a pod spec or a container is a patch, or completed by an operator."""
    pod = subject.pod if isinstance(subject, Container) else subject
    if isinstance(pod, PodSpec):
        return pod.certainty == "partial" or pod.resource.partial
    return is_patch(pod, pair.context)


def compared(pair: Pair, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield what a policy found by comparing, which the base was without; a patch may say it elsewhere."""
    for problem in problems:
        place = look_up(pair.head.body, problem.path)[1] if problem.path else False
        partial = not place and is_patch(pair.head, pair.context)
        yield problem._replace(known=False, possible=problem.possible or partial)


def given_up(pair: Pair, dimension: Dimension) -> Iterator[Problem]:
    """Yield what something that holds others back lets through now; to delete it lets through everything.

    A resource that goes together with all that it could hold back gives nothing up. Where nothing in
    view is left for it, something that is not in view may be.
    """
    if pair.base is None and pair.head is None:
        return
    if pair.head is not None:
        yield from loosened(pair, dimension)
        return
    left = _what_is_left(pair)
    for gain in dimension.gains(pair.base, None) if left != "nothing" else ():
        yield as_problem(gain._replace(possible=gain.possible or left == "unseen"))


def _what_is_left(pair: Pair) -> Literal["nothing", "something", "unseen"]:
    """What a resource that is deleted could still hold back, were it there."""
    scope, _, _, namespace, _ = pair.base.id
    if not namespace and pair.base.id.kind not in NAMESPACED:
        return "something"  # a cluster is never empty
    here = pair.context.head_resources(scope, None)
    inside = [
        each for each in here if each.id.namespace == namespace and each.id.kind != "Namespace"
    ]
    if any(is_workload(each) for each in inside):
        return "something"
    gone = (each for each in pair.context.changes_of("Namespace") if each.head is None)
    if any(each.id.name == namespace for each in gone) and not inside:
        return "nothing"
    return "unseen"


def as_problem(gain: Gain) -> Problem:
    """A gain, as what a policy says: the base was stricter, or it were none."""
    return Problem(
        gain.at,
        gain.text,
        was=gain.was,
        now=gain.now,
        known=None if gain.unordered else False,
        possible=gain.possible,
        level=gain.level,
        unordered=gain.unordered,
    )
