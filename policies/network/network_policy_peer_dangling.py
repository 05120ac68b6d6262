"""Rule of a NetworkPolicy names pods that are not there.

The rule is for nobody: the connection that it was written for is refused, or the pods that it names are gone
and the rule waits for whoever takes their labels.

Fix:
Write the labels of the pods on the other side, or remove the rule.

References:
https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors

Peers:
kube-linter:dangling-networkpolicypeer-podselector, popeye:POP-1201, popeye:POP-1202, popeye:POP-1206,
popeye:POP-1207, popeye:POP-1208
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import adds_labels, is_patch
from policygate.kube.selectors import later, matches
from policygate.kube.services import may_be_made, templates
from policygate.policy import Example, Pair, Problem, policy

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
---
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  %s: [{%s: [{podSelector: {matchLabels: {app: %s}}}]}]
"""
EXAMPLES = (
    Example("they are there", "pass", text=WORKLOAD + POLICY % ("ingress", "from", "web")),
    Example("no workloads here", "pass", text=POLICY % ("ingress", "from", "web")),
    Example("pods of other namespaces", "pass", text=WORKLOAD + (POLICY % ("ingress", "from", "api")).replace("[{podSelector", "[{namespaceSelector: {}, podSelector")),
    Example("addresses", "pass", text=WORKLOAD + (POLICY % ("egress", "to", "api")).replace("podSelector: {matchLabels: {app: api}}", "ipBlock: {cidr: 10.0.0.0/8}")),
    Example("labels that kustomize adds", "pass", text=WORKLOAD + POLICY % ("ingress", "from", "api") + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
commonLabels: {app: api}
"""),
    Example("an operator makes them", "pass", text=WORKLOAD + POLICY % ("ingress", "from", "k8s") + """\
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: k8s, namespace: shop}
"""),
    Example("renamed", "fail", text=WORKLOAD + POLICY % ("ingress", "from", "front"), path="spec.ingress[0].from[0].podSelector",
            message="a rule of NetworkPolicy db is for pods that this folder does not make in its namespace"),
    Example("on the way out", "fail", text=WORKLOAD + POLICY % ("egress", "to", "cache"), path="spec.egress[0].to[0].podSelector"),
)  # fmt: skip


@policy(
    level="warning", kinds=["networking.k8s.io/NetworkPolicy"], enabled=False, examples=EXAMPLES
)
def network_policy_peer_dangling(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield selectors of peers in the own namespace that select no workload, where there are some."""
    head, context = pair.head, pair.context
    if is_patch(head, context) or adds_labels(context, head.id.scope):
        return
    here = [each.labels for each in templates(context, head.id.scope, head.id.namespace)]
    for way, side in (("ingress", "from"), ("egress", "to")):
        for rule in head.view.spec[way]:
            for peer in rule[side]:
                selector = peer.podSelector
                if not selector or peer.namespaceSelector or later(selector):
                    continue
                if any(matches(selector, labels) is not False for labels in here):
                    continue
                if here and not may_be_made(context, head.id.scope, selector):
                    words = f"a rule of NetworkPolicy {head.id.name} is for pods that this folder does not make in its namespace"
                    yield Problem(selector, words, possible=True)
