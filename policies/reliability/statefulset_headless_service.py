"""StatefulSet has no headless Service of its own.

The pods of a StatefulSet get names in DNS from the Service in `serviceName`, if it is headless and selects
them. Otherwise `db-0.db` leads nowhere, and the members of a cluster do not find each other.

Fix:
Add a Service with `clusterIP: None` that selects the pods, and name it in `serviceName`.

References:
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id

Peers:
kube-score:statefulset-has-servicename
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.services import labels_of_pod, selector_of, selects
from policygate.kube.workloads import pod_specs
from policygate.policy import Example, Pair, Problem, policy

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: %s, namespace: shop}
spec: {%sselector: {app: %s}, ports: [{port: 80}]}
---
"""
HEADLESS = "clusterIP: None, "


def _db(service: str = "serviceName: db") -> str:
    return f"""\
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db, namespace: shop}}
spec:
  {service}
  selector: {{matchLabels: {{app: db}}}}
  template: {{metadata: {{labels: {{app: db}}}}, spec: {{containers: [{{name: db, image: "db:1"}}]}}}}
"""


EXAMPLES = (
    Example("headless", "pass", text=SERVICE % ("db", HEADLESS, "db") + _db()),
    Example("it needs no names in DNS", "pass", text=_db("replicas: 1")),
    Example("its Service stands elsewhere", "pass", text=_db()),
    Example("an address of its own", "fail", text=SERVICE % ("db", "", "db") + _db(), path="spec.serviceName",
            message="Service db of StatefulSet db is not headless"),
    Example("of other pods", "fail", text=SERVICE % ("db", HEADLESS, "web") + _db(), message="Service db of StatefulSet db does not select its pods"),
    Example("another one is here", "fail", text=SERVICE % ("data", HEADLESS, "db") + _db(), message="StatefulSet db names the Service db, which is not here"),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["apps/StatefulSet"], examples=EXAMPLES)
def statefulset_headless_service(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a name without a Service, or with one that gives the pods no names."""
    head, context = pair.head, pair.context
    scope, _, _, namespace, _ = head.id
    at = head.view.spec.serviceName
    name, pods = at.string(), pod_specs(head)
    if not name or not pods or head.partial:
        return
    services = context.head_resources(scope, "Service", namespace=namespace)
    own = next((each for each in services if each.id.name == name), None)
    labels, who = labels_of_pod(pods[0]), f"StatefulSet {head.id.name}"
    if own is None:
        if any(selects(selector_of(each), labels) for each in services):
            yield Problem(at, f"{who} names the Service {name}, which is not here", possible=True)
    elif own.view.spec.clusterIP.raw != "None":
        yield Problem(at, f"Service {name} of {who} is not headless: its pods get no names in DNS")
    elif selector_of(own) and not selects(selector_of(own), labels):
        yield Problem(at, f"Service {name} of {who} does not select its pods")
