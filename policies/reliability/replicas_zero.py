"""Workload was switched off.

No replicas, a suspended job, a paused rollout: somebody needed it for an hour. In git it stays until
somebody else wonders why nothing runs, or why nothing is updated any more.

Fix:
Switch it on again, or take the workload out of the repository.

References:
https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment

Peers:
popeye:POP-500, popeye:POP-1500
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy


def _deployment(**spec: Any) -> dict[str, Any]:
    template = {"spec": {"containers": [{"name": "web", "image": "web:1"}]}}
    spec = {"selector": {}, "template": template, **spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": spec,
    }


def _job(*, suspend: bool) -> dict[str, Any]:
    template = {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}}
    spec = {
        "schedule": "@daily",
        "suspend": suspend,
        "jobTemplate": {"spec": {"template": template}},
    }
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "web"}, "spec": spec}


EXAMPLES = (
    Example("fewer", "pass", base=_deployment(replicas=3), head=_deployment(replicas=1)),
    Example("it was off already", "pass", base=_deployment(replicas=0), head=_deployment(replicas=0, paused=False)),
    Example("resumed", "pass", base=_job(suspend=True), head=_job(suspend=False)),
    Example("no replicas", "fail", base=_deployment(replicas=3), head=_deployment(replicas=0), path="spec.replicas",
            message="Deployment web has no replicas any more"),
    Example("paused", "fail", base=_deployment(), head=_deployment(paused=True), message="Deployment web is paused"),
    Example("suspended", "fail", base=_job(suspend=False), head=_job(suspend=True), message="CronJob web is suspended"),
)  # fmt: skip
SWITCHES = (
    ("paused", True, "is paused"),
    ("suspend", True, "is suspended"),
    ("replicas", 0, "has no replicas any more"),
)


@policy(
    level="warning",
    kinds=["workload"],
    operations=["UPDATE"],
    refines=["replicas-dropped-to-one"],
    examples=EXAMPLES,
)
def replicas_zero(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the change has switched off."""
    head = pair.head
    for key, off, words in SWITCHES:
        was, now = pair.base.view.spec[key].raw, head.view.spec[key]
        if now.raw == off and type(now.raw) is type(off) and was != off:
            yield Problem(now, f"{head.id.kind} {head.id.name} {words}")
