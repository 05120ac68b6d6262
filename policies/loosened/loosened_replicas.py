"""Workload runs with fewer replicas, or not at all.

With one replica, every drained node, every rollout and every crash is an outage; with none, or suspended, nothing
runs. It is lowered to save money or to debug, for an hour, and found out when the node goes. Where an autoscaler
stands beside the workload, its minimum counts. To recreate pods instead of rolling them is an outage by itself.

Fix:
Keep two replicas or more, and switch on again what was switched off. Where an autoscaler sets the number, remove
`replicas` from the manifest.

References:
https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pausing-and-resuming-a-deployment

Peers:
popeye:POP-500, popeye:POP-1500
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from policygate.kube.replicas import least_replicas
from policygate.order.running import replica_gain
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import as_problem

SWITCHES: Final = (("paused", "is paused"), ("suspend", "is suspended"))
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: %s, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {%s, template: {spec: {containers: [{name: web, image: "web:1"}]}}}
"""


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
    Example("lowered, but not to one", "pass", base=_deployment(replicas=5), head=_deployment(replicas=2)),
    Example("it was one already", "pass", base=_deployment(), head=_deployment(replicas=1)),
    Example("resumed", "pass", base=_job(suspend=True), head=_job(suspend=False)),
    Example("a new workload may start with one", "pass", head=_deployment(replicas=1)),
    Example("left to an autoscaler", "pass", base_text=SCALER % (2, "replicas: 3"), text=SCALER % (2, "paused: false")),
    Example("an autoscaler decides", "fail", base_text=SCALER % (1, "replicas: 3"), text=SCALER % (1, "replicas: 0"), message="is left with none"),
    Example("down to one", "fail", base=_deployment(replicas=3), head=_deployment(replicas=1), path="spec.replicas",
            message="Deployment web ran 3 replicas and is left with one"),
    Example("down to none", "fail", base=_deployment(replicas=3), head=_deployment(replicas=0), message="is left with none"),
    Example("paused", "fail", base=_deployment(), head=_deployment(paused=True), message="Deployment web is paused"),
    Example("suspended", "fail", base=_job(suspend=False), head=_job(suspend=True), message="CronJob web is suspended"),
    Example("recreated", "fail", base=_deployment(), head=_deployment(strategy={"type": "Recreate"}), path="spec.strategy.type",
            message="stops before its new pods start"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["workload"],
    operations=["UPDATE"],
    refines=["minimum-replicas"],
    examples=EXAMPLES,
)
def loosened_replicas(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare the fewest pods while nothing is wrong, and what is switched off."""
    base, head = pair.base.view.spec, pair.head.view.spec
    who = f"{pair.head.id.kind} {pair.head.id.name}"
    for key, words in SWITCHES:
        if head[key].raw is True and base[key].raw is not True:
            yield Problem(head[key], f"{who} {words}", known=False)
    if base.replicas or head.replicas:
        was = least_replicas(pair.context.of_base, pair.base)
        now = least_replicas(pair.context, pair.head)
        gain = was and now and replica_gain(who, was.number, now.number, head.replicas)
        if gain:
            yield as_problem(gain)
    how = head.strategy["type"]
    if how.raw == "Recreate" and base.strategy["type"].raw != "Recreate":
        text = f"{who} stops before its new pods start"
        yield Problem(how, text, known=False, level="note")
