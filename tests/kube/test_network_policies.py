"""Which pods a network policy isolates, by the API's defaults."""

from __future__ import annotations

from typing import Any

import pytest

from policygate.kube.network_policies import isolates
from tests.kube.bodies import resource

BOTH = {"Ingress", "Egress"}
WEB = {"app": "web"}


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({}, {"Ingress"}),
        ({"podSelector": {}}, {"Ingress"}),
        ({"podSelector": {}, "egress": []}, {"Ingress"}),
        ({"podSelector": {}, "egress": [{}]}, BOTH),
        ({"podSelector": {}, "policyTypes": ["Egress"]}, {"Egress"}),
        ({"podSelector": {"matchLabels": WEB}, "policyTypes": ["Ingress", "Egress"]}, BOTH),
        ({"podSelector": {"matchLabels": {"app": "db"}}}, set()),
        ({"podSelector": {"matchLabels": 1}}, {"Ingress"}),
    ],
)
def test_network_policies(spec: Any, found: set[str]) -> None:
    """Unset types are Ingress, and Egress where there are such rules; no selector is every pod."""
    assert isolates(resource({"spec": spec}, "networking.k8s.io", "NetworkPolicy"), WEB) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"spec": {"endpointSelector": {}, "ingress": [{}]}}, {"Ingress"}),
        ({"spec": {"endpointSelector": {}, "egressDeny": [{}]}}, {"Egress"}),
        ({"spec": {"endpointSelector": {}, "ingress": []}}, set()),
        ({"spec": {"endpointSelector": {"matchLabels": {"app": "db"}}, "ingress": [{}]}}, set()),
        ({"spec": {"endpointSelector": {"matchLabels": {"k8s:app": "db"}}, "ingress": [{}]}}, {"Ingress"}),
        ({"spec": {"endpointSelector": {}, "ingress": [{}], "enableDefaultDeny": {"ingress": False}}}, set()),
        ({"specs": [{"endpointSelector": {}, "ingress": [{}]}, {"endpointSelector": {}, "egress": [{}]}]}, BOTH),
        ({"spec": {"nodeSelector": {}, "ingress": [{}]}}, set()),
    ],
)  # fmt: skip
def test_cilium(body: Any, found: set[str]) -> None:
    """Rules of a direction isolate in it, in `spec` and in `specs`; a selector of Cilium's own labels may match."""
    assert isolates(resource(body, "cilium.io", "CiliumNetworkPolicy"), WEB) == found


@pytest.mark.parametrize(
    ("group", "kind", "spec", "found"),
    [
        ("projectcalico.org", "GlobalNetworkPolicy", {"selector": "all()"}, {"Ingress"}),
        ("crd.projectcalico.org", "NetworkPolicy", {"types": ["Ingress", "Egress"]}, BOTH),
        ("policy.networking.k8s.io", "AdminNetworkPolicy", {}, BOTH),
    ],
)
def test_others(group: str, kind: str, spec: Any, found: set[str]) -> None:
    """Whatever selects in words that are not read here may select the pod."""
    assert isolates(resource({"spec": spec}, group, kind), WEB) == found
