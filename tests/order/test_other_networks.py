"""Policies of other makers: what is too much to compare is never passed over in silence."""

from __future__ import annotations

import json
from typing import Any

from policygate.order.other_networks import OTHER_NETWORK_POLICY
from policygate.order.verdict import verdict
from policygate.policy.loader import load_shipped
from tests.kube.bodies import read
from tests.memory import compare_trees


def _policy(rules: int, port: int) -> dict[str, Any]:
    egress = [
        {"action": "Allow", "protocol": "TCP", "destination": {"nets": [f"10.{at % 250}.{at // 250}.0/24"], "ports": [port + at]}}
        for at in range(rules)
    ]  # fmt: skip
    return {
        "apiVersion": "projectcalico.org/v3",
        "kind": "GlobalNetworkPolicy",
        "metadata": {"name": "web"},
        "spec": {"egress": egress},
    }


def test_too_much_to_compare_is_undecided_and_said() -> None:
    """Beyond its fuel, an order answers that nobody knows, and a warning says so."""
    other = _policy(2000, 1000)
    other["spec"]["egress"].reverse()
    (base,), (head,) = read(_policy(2000, 1000)), read(other)
    assert verdict(OTHER_NETWORK_POLICY, base, head) == "undecided"
    policies = [each for each in load_shipped() if each.id == "loosened-other-network-policy"]
    trees = ({"a.yaml": json.dumps(each.body)} for each in (base, head))
    report = compare_trees(*trees, policies=policies)
    assert any("nobody knows" in each.message for each in report.findings)
    assert not report.faults


def test_little_to_compare_is_decided() -> None:
    """What is within the fuel has an answer both ways round."""
    (base,), (head,) = read(_policy(20, 1000)), read(_policy(21, 1000))
    assert verdict(OTHER_NETWORK_POLICY, base, head) == "looser"
    assert verdict(OTHER_NETWORK_POLICY, head, base) == "tighter"
