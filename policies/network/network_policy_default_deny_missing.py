"""Namespace has no NetworkPolicy that denies by default.

Without one, every new pod of the namespace is open until somebody remembers to write a policy for it.

A policy that stands in another folder is not seen from here: the finding never blocks.

Fix:
Add a NetworkPolicy with `podSelector: {}`, `policyTypes: [Ingress, Egress]` and no rules beside the Namespace.

References:
https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic

Standards:
NSA

Peers:
kubeaudit:MissingDefaultDenyIngressAndEgressNetworkPolicy,
kubeaudit:MissingDefaultDenyIngressNetworkPolicy, kubeaudit:MissingDefaultDenyEgressNetworkPolicy
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.network_policies import GROUP, directions
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The directions that must be denied."""

    directions: tuple[str, ...] = ("Ingress", "Egress")


NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {%s}
"""
EXAMPLES = (
    Example("it has one", "pass", text=NAMESPACE + POLICY % "podSelector: {}, policyTypes: [Ingress, Egress]"),
    Example("a selector that is not written selects all", "pass", text=NAMESPACE + POLICY % "policyTypes: [Ingress, Egress]"),
    Example("one direction is enough here", "pass", text=NAMESPACE + POLICY % "podSelector: {}", params={"directions": ["Ingress"]}),
    Example("none", "fail", text=NAMESPACE, path="metadata.name", message="no NetworkPolicy of this folder denies what pods of shop do by default (Ingress, Egress)"),
    Example("one direction", "fail", text=NAMESPACE + POLICY % "podSelector: {}", message="(Egress)"),
    Example("for some pods", "fail", text=NAMESPACE + POLICY % "podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]"),
    Example("with a rule", "fail", text=NAMESPACE + POLICY % "podSelector: {}, policyTypes: [Ingress, Egress], egress: [{}]"),
)  # fmt: skip


@policy(level="warning", kinds=["core/Namespace"], enabled=False, params=Params, examples=EXAMPLES)
def network_policy_default_deny_missing(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield namespaces that policies of their folder leave open by default."""
    ident = pair.head.id
    left = dict.fromkeys(params.directions)
    for each in pair.context.head_resources(ident.scope, "NetworkPolicy", namespace=ident.name):
        for direction in _denied(each):
            left.pop(direction, None)
    if left:
        words = f"no NetworkPolicy of this folder denies what pods of {ident.name} do by default"
        at = pair.head.view.metadata["name"]
        yield Problem(at, f"{words} ({', '.join(left)})", possible=True)


def _denied(each: Resource) -> frozenset[str]:
    """The directions that a policy denies to every pod, with no rule for any."""
    spec = each.view.spec
    if each.id.group != GROUP or spec.podSelector.raw:
        return frozenset()
    return frozenset(way for way in directions(spec) if not list(spec[way.lower()]))
