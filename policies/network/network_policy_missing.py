"""No NetworkPolicy isolates the pods.

A pod that no policy selects takes connections from every pod of the cluster, and opens connections to every
address. One program that is taken over then reaches all others, databases and the cloud's metadata among them.

A policy that stands in another folder is not seen from here: the finding never blocks.

Fix:
Write a NetworkPolicy that selects the pods, with the types Ingress and Egress, or one for the whole namespace
that denies by default, and then one for each connection that is needed.

References:
https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies

Standards:
CIS 5.3.2; NSA

Peers:
kube-linter:non-isolated-pod, kube-score:pod-networkpolicy, polaris:missingNetworkPolicy, checkov:CKV2_K8S_6,
kubescape:C-0260, kubescape:C-0030, kubescape:C-0049, kubescape:C-0054, kubescape:C-0206,
kyverno:require-network-policy, popeye:POP-1204, popeye:POP-1205
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.lifetime import is_hook
from policygate.kube.network_policies import isolates, policies
from policygate.kube.patches import adds_labels
from policygate.kube.services import labels_of_pod
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The directions in which pods must be isolated."""

    directions: tuple[str, ...] = ("Ingress", "Egress")


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
metadata: {name: deny, namespace: %s}
spec: {podSelector: %s, policyTypes: [%s]}
"""
BOTH = "Ingress, Egress"
EXAMPLES = (
    Example("one for the namespace", "pass", text=WORKLOAD + POLICY % ("shop", "{}", BOTH)),
    Example("one for the pods", "pass", text=WORKLOAD + POLICY % ("shop", "{matchLabels: {app: web}}", BOTH)),
    Example("one for each direction", "pass", text=WORKLOAD + POLICY % ("shop", "{}", "Ingress") + "---\n" + (POLICY % ("shop", "{}", "Egress")).replace("deny", "out")),
    Example("one direction is enough here", "pass", text=WORKLOAD + POLICY % ("shop", "{}", "Ingress"), params={"directions": ["Ingress"]}),
    Example("in the network of its node no policy reaches it", "pass", {"hostNetwork": True, "containers": [{"name": "web"}]}, binds="pod"),
    Example("a hook of Helm", "pass", text=WORKLOAD.replace("namespace: shop}", "namespace: shop, annotations: {helm.sh/hook: pre-install}}")),
    Example("labels that kustomize adds", "pass", text=WORKLOAD + POLICY % ("shop", "{matchLabels: {team: a}}", BOTH) + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
commonLabels: {team: a}
"""),
    Example("a selector that is filled in later", "pass", text=WORKLOAD + POLICY % ("shop", "{matchLabels: {app: '${APP}'}}", BOTH)),
    Example("none", "fail", text=WORKLOAD, path="spec.template.spec", message="no NetworkPolicy of this folder isolates the pods of Deployment web (Ingress, Egress)"),
    Example("for other pods", "fail", text=WORKLOAD + POLICY % ("shop", "{matchLabels: {app: db}}", BOTH)),
    Example("in another namespace", "fail", text=WORKLOAD + POLICY % ("blog", "{}", BOTH)),
    Example("in one direction", "fail", text=WORKLOAD + POLICY % ("shop", "{}", "Ingress"), message="(Egress)"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="pod",
    enabled=False,
    params=Params,
    examples=EXAMPLES,
)
def network_policy_missing(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield pods that policies of their folder do not isolate in every direction."""
    pod, owner = pair.head, pair.head.resource.id
    if pod.view.hostNetwork.raw is True or is_hook(pod.resource):
        return
    if adds_labels(pair.context, owner.scope):
        return
    labels, left = labels_of_pod(pod), dict.fromkeys(params.directions)
    for each in policies(pair.context, owner.scope, owner.namespace):
        for direction in isolates(each, labels):
            left.pop(direction, None)
    if left:
        words = f"no NetworkPolicy of this folder isolates the pods of {owner.kind} {owner.name}"
        yield Problem(pod.view, f"{words} ({', '.join(left)})", possible=True)
