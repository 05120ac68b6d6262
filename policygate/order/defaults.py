"""What a pod says for all of its containers, as one that says nothing would get it.

A container that is added, injected or attached later gets it. The containers that are there are compared
themselves: only what none of them shows is said of the pod.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.kube.workloads import Container, PodSpec, pair_containers
from policygate.order.confinement import APPARMOR, SECCOMP, SELINUX
from policygate.order.privileges import GROUPS, PRIVILEGED, ROOT_USER
from policygate.order.verdict import Dimension, Gain
from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

INHERITED: Final = (APPARMOR, GROUPS, PRIVILEGED, ROOT_USER, SECCOMP, SELINUX)
"""The respects in which containers take after their pod."""


def _pod_defaults(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    was, now = _nobody(base), _nobody(head)
    for dimension in INHERITED:
        for gain in dimension.gains(was, now):
            if _is_shown(dimension, base, head):
                break
            said = gain.text.replace("a container without a name", "it")
            text = f"a container that says nothing of its own gets more from the pod now: {said}"
            loosest = gain.now in ("Unconfined", "spc_t") or (
                gain.now == 0 and gain.now is not False
            )
            at = _of_pod(head, gain.at)
            yield gain._replace(at=at, text=text, level=None if loosest else "note")
    # To say false is to say nothing, but the Restricted standard refuses it, whoever says otherwise.
    before, after = (pod.view.securityContext.runAsNonRoot for pod in (base, head))
    if after.raw is False and not before and not _is_shown(ROOT_USER, base, head):
        text = "the pod says that containers may be root"
        yield Gain(after, text, before.raw, after.raw, level="note")


def _nobody(pod: PodSpec) -> Container:
    return Container(pod, View({}, pod.view.path), "", "app")


def _is_shown(dimension: Dimension, base: PodSpec, head: PodSpec) -> bool:
    """Whether a container that is there gets looser in the same respect."""
    return any(
        next(dimension.gains(was, now), None) is not None
        for was, now in pair_containers(base, head)
        if was is not None and now is not None
    )


def _of_pod(pod: PodSpec, at: View) -> View:
    """The place in the pod, for what the container would have said."""
    view = pod.view
    for key in at.path[len(pod.view.path) :]:
        view = view[key]
    return view


POD_DEFAULTS: Final = Dimension("pod-defaults", "security", _pod_defaults)
