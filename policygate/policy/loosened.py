"""From an order to a policy: what the head of a pair permits and its base did not, as problems.

Not for the orders themselves (`order`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policygate.kube.workloads import Container, PodSpec
from policygate.model import UNSET
from policygate.policy.types import Pair, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.order.verdict import Dimension, Gain


def loosened(pair: Pair, dimension: Dimension) -> Iterator[Problem]:
    """Yield what a subject may do now in one respect; nothing for a subject that is new or gone.

    A patch inherits what it does not set: what it says now, or no longer says, may change nothing.
    """
    if pair.base is None or pair.head is None:
        return
    partial = is_partial(pair.base) or is_partial(pair.head)
    for gain in dimension.gains(pair.base, pair.head):
        unset = gain.was in (None, UNSET) or gain.now in (None, UNSET)
        yield as_problem(gain._replace(possible=gain.possible or (partial and unset)))


def is_partial(subject: Any) -> bool:
    """Whether a resource, a pod spec or a container is a patch, or completed by an operator."""
    pod = subject.pod if isinstance(subject, Container) else subject
    if isinstance(pod, PodSpec):
        return pod.certainty == "partial" or pod.resource.partial
    return bool(pod.partial)


def as_problem(gain: Gain) -> Problem:
    """A gain, as what a policy says: the base was stricter, or it were none."""
    return Problem(
        gain.at,
        gain.text,
        was=gain.was,
        now=gain.now,
        known=False,
        possible=gain.possible,
        level=gain.level,
    )
