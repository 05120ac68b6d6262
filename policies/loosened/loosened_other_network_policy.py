"""Network policy of Calico, Cilium or the cluster lets more through.

These policies have an order, priorities and actions, so that only what one of them says is compared: a new rule that
allows, more addresses in one, or a rule that denies and is gone. Another policy may decide otherwise, which is why a
finding is possible and never blocks.

Fix:
Restore the rule, or say in the pull request who needs the connection, and for what.

References:
https://docs.tigera.io/calico/latest/network-policy/
https://docs.cilium.io/en/stable/security/policy/
https://network-policy-api.sigs.k8s.io/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.other_networks import OTHER_NETWORK_POLICY
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up


def _calico(*nets: str) -> dict[str, Any]:
    rule = {"action": "Allow", "protocol": "TCP", "destination": {"nets": [*nets], "ports": [443]}}
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": "GlobalNetworkPolicy",
        "metadata": {"name": "web"},
        "spec": {"egress": [rule]},
    }


def _cilium(*rules: dict[str, Any], deny: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"egress": [*rules], "egressDeny": deny or []},
    }


EXAMPLES = (
    Example("in another order", "pass", base=_calico("10.0.0.1/32", "10.0.0.2/32"), head=_calico("10.0.0.2/32", "10.0.0.1/32")),
    Example("fewer addresses", "pass", base=_calico("10.0.0.0/8"), head=_calico("10.0.0.1/32")),
    Example("filled in later", "pass", base=_calico("10.0.0.0/8"), head=_calico("${NET}")),
    Example("more addresses", "fail", base=_calico("10.0.0.1/32"), head=_calico("10.0.0.1/32", "10.0.0.9/32"), message="pods of GlobalNetworkPolicy web may now send to 10.0.0.9"),
    Example("a rule more", "fail", base=_cilium({"toCIDR": ["10.0.0.1/32"]}), head=_cilium({"toCIDR": ["10.0.0.1/32"]}, {"toEntities": ["world"]}),
            message="may now send to others", path="spec.egress[1]"),
    Example("a rule that denies", "fail", base=_cilium(deny=[{"toEntities": ["world"]}]), head=_cilium(), message="denies less egress"),
    Example("gone", "fail", base=_calico("10.0.0.1/32"), message="GlobalNetworkPolicy web is gone"),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=[
        "crd.projectcalico.org/*",
        "projectcalico.org/*",
        "cilium.io/CiliumNetworkPolicy",
        "cilium.io/CiliumClusterwideNetworkPolicy",
        "policy.networking.k8s.io/*",
    ],
    operations=["UPDATE", "DELETE"],
    examples=EXAMPLES,
)
def loosened_other_network_policy(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, OTHER_NETWORK_POLICY)
