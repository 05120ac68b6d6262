"""Pod may live longer than allowed.

An annotation says after which time a controller of the cluster replaces the pod. Pods that live for months
run an old image and old secrets, and whoever broke into one stays in.

Fix:
Lower the time in the annotation, such as `8h`.

References:
https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/

Peers:
kyverno:pod-lifetime
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The annotation of the pod, and the longest time in hours."""

    annotation: str = "pod.kubernetes.io/lifetime"
    hours: float = 8.0


UNITS = {"h": 1.0, "m": 1 / 60, "s": 1 / 3600, "ms": 1 / 3_600_000}
PIECE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|h|m|s)")
DURATION = re.compile(rf"(?:{PIECE.pattern}){{1,9}}")


def _pod(lifetime: object) -> dict[str, object]:
    metadata = {"name": "web", "annotations": {"pod.kubernetes.io/lifetime": lifetime}}
    spec = {"containers": [{"name": "web", "image": "web:1"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("short", "pass", _pod("7h59m")),
    Example("it says nothing", "pass", {"containers": [{"name": "web"}]}, binds="pod"),
    Example("long", "fail", _pod("24h"), path='metadata.annotations["pod.kubernetes.io/lifetime"]',
            message="the pod may live for 24h, and 8 hours are the most"),
    Example("no time", "fail", _pod("long"), message="the lifetime of the pod is no duration"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["workload"],
    scope="pod",
    params=Params,
    examples=EXAMPLES,
)
def pod_max_lifetime(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield annotations with a longer time, or with none."""
    view = pair.head.annotations[params.annotation]
    if not view:
        return
    text = view.string()
    if not DURATION.fullmatch(text):
        yield Problem(view, "the lifetime of the pod is no duration such as 8h or 90m")
    elif sum(float(number) * UNITS[unit] for number, unit in PIECE.findall(text)) > params.hours:
        yield Problem(view, f"the pod may live for {text}, and {params.hours:g} hours are the most")
