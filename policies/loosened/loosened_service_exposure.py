"""Service can be reached by more people than before.

A Service got an address outside of the cluster, a port more, or addresses from which it takes requests. Such a line
is written to try something, and stays. What is inside of a range of the base is nothing new.

Fix:
Restore what limited it, or say in the pull request who is meant to reach it now.

References:
https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.exposure import SERVICE_EXPOSURE
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened

AWS = "service.beta.kubernetes.io/aws-load-balancer-internal"


def _service(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "annotations": annotations or {}},
        "spec": {"ports": [{"port": 80}], **spec},
    }


def _balancer(ranges: list[str]) -> dict[str, Any]:
    return _service(type="LoadBalancer", loadBalancerSourceRanges=ranges)


EXAMPLES = (
    Example("less", "pass", base=_service(type="LoadBalancer"), head=_service(type="ClusterIP")),
    Example("the default is written", "pass", base=_service(), head=_service(type="ClusterIP")),
    Example("a narrower range", "pass", base=_balancer(["10.0.0.0/8"]), head=_balancer(["10.1.0.0/16"])),
    Example("the same addresses in two halves", "pass", base=_balancer(["10.0.0.0/8"]), head=_balancer(["10.0.0.0/9", "10.128.0.0/9"])),
    Example("a range that is none", "pass", base=_balancer(["10.0.0.0/8"]), head=_balancer(["${RANGE}"])),
    Example("a port inside of the cluster", "pass", base=_service(), head=_service(ports=[{"port": 81}])),
    Example("an address outside", "fail", base=_service(), head=_service(type="LoadBalancer"), path="spec.type",
            message="Service web was a ClusterIP and is a LoadBalancer now"),
    Example("something else", "fail", base=_service(), head=_service(type="ExternalName"), message="of the type ExternalName now"),
    Example("no internal load balancer any more", "fail", base=_service({AWS: "true"}, type="LoadBalancer"), head=_service(type="LoadBalancer"),
            message="is not kept internal any more"),
    Example("everybody's addresses", "fail", base=_balancer(["10.0.0.0/8"]), head=_balancer([]),
            path="spec.loadBalancerSourceRanges", message="takes requests from 0.0.0.0-9.255.255.255 now"),
    Example("a wider range", "fail", base=_balancer(["10.0.0.0/8"]), head=_balancer(["10.0.0.0/7"]), message="takes requests from 11.0.0.0-11.255.255.255 now"),
    Example("a port more", "fail", base=_balancer([]), head=_service(type="LoadBalancer", ports=[{"port": 80}, {"port": 81}]), message="at TCP 81 from outside"),
    Example("an address more", "fail", base=_service(), head=_service(externalIPs=["192.0.2.1"]), message="what is sent to 192.0.2.1 now"),
    Example("ports of the nodes", "fail", base=_service(type="LoadBalancer", allocateLoadBalancerNodePorts=False), head=_service(type="LoadBalancer"),
            message="at a port of every node"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["core/Service"],
    operations=["UPDATE"],
    refines=["service-type-nodeport", "service-type-loadbalancer", "service-external-ips"],
    examples=EXAMPLES,
)
def loosened_service_exposure(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, SERVICE_EXPOSURE)
