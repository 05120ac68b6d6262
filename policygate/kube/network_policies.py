"""Which pods the network policies of a folder isolate, and in which directions.

Coverage alone: what an isolated pod may still reach is not said here. What Cilium, Calico and the policies
of administrators select is read as far as it can be without knowing the cluster; where it cannot, they may
select any pod of their namespace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policygate.kube.selectors import later, matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.model import Resource
    from policygate.view import View

GROUP: Final = "networking.k8s.io"
DIRECTIONS: Final = ("Ingress", "Egress")
_CALICO: Final = frozenset({"projectcalico.org", "crd.projectcalico.org"})
_ADMINS: Final = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")
_NAMESPACED: Final = ("NetworkPolicy", "CiliumNetworkPolicy")
_EVERYWHERE: Final = ("GlobalNetworkPolicy", "CiliumClusterwideNetworkPolicy", *_ADMINS)


def directions(spec: View) -> frozenset[str]:
    """The directions that a NetworkPolicy isolates: unset is Ingress, and Egress where it has rules for it.

    https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource
    """
    written = frozenset(item.string() for item in spec.policyTypes)
    return written or frozenset({"Ingress"} | ({"Egress"} if list(spec.egress) else set()))


def policies(context: Any, scope: str, namespace: str) -> Iterator[Resource]:
    """Every policy of a folder that may isolate pods of a namespace."""
    for kind in _NAMESPACED:
        yield from context.head_resources(scope, kind, namespace=namespace)
    for kind in _EVERYWHERE:
        yield from context.head_resources(scope, kind)


def isolates(policy: Resource, labels: Mapping[str, str]) -> frozenset[str]:
    """The directions in which a policy isolates pods with these labels, or may do so."""
    spec, group = policy.view.spec, policy.id.group
    if group == GROUP:
        selector = spec.podSelector
        selects = not selector or later(selector) or matches(selector, labels) is not False
        return directions(spec) if selects else frozenset()
    if group == "cilium.io":
        specs = [spec, *policy.view.specs]
        return frozenset().union(*(_by_cilium(each, labels) for each in specs))
    if group in _CALICO:
        written = frozenset(item.string() for item in spec["types"])
        return written or directions(spec)
    return frozenset(DIRECTIONS)


def _by_cilium(spec: View, labels: Mapping[str, str]) -> frozenset[str]:
    """https://docs.cilium.io/en/stable/security/policy/intro/: a section that is not empty isolates in it."""
    selector = spec.endpointSelector
    keys = [key for key, _ in selector.matchLabels.items()]
    keys += [each["key"].string() for each in selector.matchExpressions]
    # `k8s:app` and `io.kubernetes.pod.namespace` are labels that Cilium makes.
    plain = not any(":" in key or key.startswith("io.kubernetes.") for key in keys)
    if not selector or (plain and matches(selector, labels) is False):
        return frozenset()
    return frozenset(
        direction
        for direction in DIRECTIONS
        if (list(spec[direction.lower()]) or list(spec[f"{direction.lower()}Deny"]))
        and spec.enableDefaultDeny[direction.lower()].raw is not False
    )
