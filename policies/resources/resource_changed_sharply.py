"""Amount was changed many times over.

A limit that is multiplied in a traffic spike stays, and a year later nobody knows whether it is needed.
The same holds for replicas and the bounds of an autoscaler.

Fix:
Change it in steps that somebody can explain, or say why in the pull request.

References:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from policygate.kube.quantity import known_quantity
from policygate.kube.workloads import pair_containers, pair_pods
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


class Params(NamedTuple):
    """More than so many times, up or down, is sharp."""

    factor: float = 4.0


def _deployment(replicas: int, cpu: str = "100m") -> dict[str, Any]:
    container = {"name": "web", "image": "web:1", "resources": {"requests": {"cpu": cpu}}}
    spec = {"replicas": replicas, "selector": {}, "template": {"spec": {"containers": [container]}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": spec,
    }


def _scaler(most: int) -> dict[str, Any]:
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": most}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("in steps", "pass", base=_deployment(3), head=_deployment(6)),
    Example("to zero is another policy's", "pass", base=_deployment(3), head=_deployment(0)),
    Example("to one is another policy's", "pass", base=_deployment(9), head=_deployment(1)),
    Example("to one is nobody else's for an autoscaler", "fail", base=_scaler(9), head=_scaler(1), message="to a 9th"),
    Example("it was not set", "pass", base=_scaler(3), head={**_scaler(30), "spec": {"maxReplicas": 3, "minReplicas": 3, "scaleTargetRef": {}}}),
    Example("no quantity", "pass", base=_deployment(3), head=_deployment(3, "lots")),
    Example("a list of one's own", "pass", base=_deployment(1), head=_deployment(9), params={"factor": 10.0}),
    Example("many times the replicas", "fail", base=_deployment(2), head=_deployment(20), path="spec.replicas",
            message="replicas went from 2 to 20, 10 times"),
    Example("a fraction of them", "fail", base=_deployment(20), head=_deployment(2), message="to a tenth"),
    Example("many times the CPU", "fail", base=_deployment(2), head=_deployment(2, "2"),
            path="resources.requests.cpu", message="the cpu requests of container web went from 100m to 2, 20 times"),
    Example("many times what an autoscaler may start", "fail", base=_scaler(5), head=_scaler(100), path="spec.maxReplicas"),
)  # fmt: skip
COUNTS = ("replicas", "minReplicas", "maxReplicas")


@policy(
    level="warning",
    kinds=["workload", "autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"],
    operations=["UPDATE"],
    params=Params,
    examples=EXAMPLES,
)
def resource_changed_sharply(pair: Pair, params: Params) -> Iterator[Problem]:
    """Compare counts and amounts; a memory limit is the business of policies of its own."""
    base, head = pair.base.view.spec, pair.head.view.spec
    places = [(key, base[key], head[key]) for key in COUNTS]
    if head.replicas.raw == 1:  # `loosened-replicas` says it
        del places[0]
    for old, new in pair_pods(pair.base, pair.head):
        for was, now in pair_containers(old, new):
            if was is not None and now is not None:
                places += _amounts(was.view, now.view, now.name)
    for what, was, now in places:
        ratio = _ratio(was, now)
        if ratio is not None and not 1 / Fraction(params.factor) <= ratio <= Fraction(
            params.factor
        ):
            how = f"{float(ratio):.3g} times" if ratio > 1 else f"to a {_part(1 / ratio)}"
            yield Problem(now, f"{what} went from {was.raw} to {now.raw}, {how}", unordered=True)


def _amounts(was: View, now: View, name: str) -> list[tuple[str, View, View]]:
    return [
        (f"the {key} {what} of container {name}", was.resources[what][key], amount)
        for what in ("requests", "limits")
        for key, amount in now.resources[what].items()
        if (what, key) != ("limits", "memory")
    ]


def _part(times: Fraction) -> str:
    return "tenth" if times == 10 else f"{float(times):.3g}th"


def _ratio(was: View, now: View) -> Fraction | None:
    old, new = known_quantity(was.raw), known_quantity(now.raw)
    return new / old if old and new and old > 0 and new > 0 else None
