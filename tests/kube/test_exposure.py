"""What annotations say about who can reach a Service or an Ingress."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.exposure import asks_for_login, is_everybody, is_internal, networks, ranges_of
from policygate.view import View
from tests.strategies import junk

AWS = "service.beta.kubernetes.io/aws-load-balancer-internal"
SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme"
GKE = "networking.gke.io/load-balancer-type"
OLD = "service.beta.kubernetes.io/load-balancer-source-ranges"


@pytest.mark.parametrize(
    ("annotations", "internal"),
    [
        ({AWS: "true"}, True),
        ({AWS: "0.0.0.0/0"}, True),
        ({AWS: True}, True),
        ({AWS: "false"}, False),
        ({SCHEME: "internet-facing"}, False),
        ({SCHEME: "internal"}, True),
        ({GKE: "Internal"}, True),
        ({GKE: "External"}, False),
        ({"example.com/internal": "true"}, False),
        ({}, False),
    ],
)
def test_values_count_and_not_keys_alone(annotations: dict[str, Any], *, internal: bool) -> None:
    """A load balancer is internal where its cloud's annotation has the value that says so."""
    assert is_internal(View(annotations)) == internal


def test_an_empty_login_is_none() -> None:
    """An annotation without a value asks for nothing."""
    key = "nginx.ingress.kubernetes.io/auth-url"
    assert asks_for_login(View({key: "https://auth"}))
    assert not asks_for_login(View({key: ""}))


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({"spec": {"loadBalancerSourceRanges": ["10.0.0.0/8"]}}, ["10.0.0.0/8"]),
        ({"metadata": {"annotations": {OLD: "10.0.0.0/8, 10.1.0.0/16"}}}, ["10.0.0.0/8", "10.1.0.0/16"]),
        ({"spec": {"loadBalancerSourceRanges": []}}, []),
        ({"spec": {"loadBalancerSourceRanges": ["${RANGE}"]}}, None),
        ({}, []),
    ],
)  # fmt: skip
def test_ranges_come_from_the_field_or_its_older_annotation(
    service: dict[str, Any], expected: list[str] | None
) -> None:
    """The field wins; what is filled in later is not known."""
    found = ranges_of(View(service))
    assert (None if found is None else [str(each) for each in found]) == expected


def test_everybody_is_every_address_of_a_family() -> None:
    """Both families have a way to say everybody."""
    assert is_everybody(networks(["10.0.0.0/8", "0.0.0.0/0"]) or [])
    assert is_everybody(networks(["::/0"]) or [])
    assert not is_everybody(networks(["10.0.0.0/8"]) or [])


@given(junk)
def test_nothing_raises(body: Any) -> None:
    """Whatever a manifest holds, it is read."""
    ranges_of(View({"spec": {"loadBalancerSourceRanges": body}}))
    ranges_of(View(body))
    is_internal(View(body))
    asks_for_login(View(body))
