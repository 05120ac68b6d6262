"""Service gets a load balancer that everybody can reach.

Each load balancer is an address of its own on the internet, past the Ingress with its TLS and logins, and
costs money by the hour.

Fix:
Use the type ClusterIP behind an Ingress or a Gateway. Where it has to be a load balancer, keep it inside of
your network with the annotation of your cloud, or list who may come in `loadBalancerSourceRanges`.

References:
https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer
https://kubernetes.io/docs/concepts/services-networking/service/#internal-load-balancer

Peers:
kube-linter:exposed-services, kyverno:no-loadbalancer-service,
kyverno:aws/require-encryption-aws-loadbalancers, gatekeeper:K8sBlockLoadBalancer, kubescape:C-0256
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.exposure import is_everybody, is_internal, ranges_of
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """What is allowed: internal ones, those with a list of addresses; and what AWS must have."""

    internal: bool = True
    source_ranges: bool = True
    aws_certificate: bool = False


CERTIFICATE = "service.beta.kubernetes.io/aws-load-balancer-ssl-cert"
INTERNAL = {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"}


def _service(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "annotations": annotations or {}}
    ports = [{"port": 443}]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"type": "LoadBalancer", "ports": ports, **spec},
    }


EXAMPLES = (
    Example("no load balancer", "pass", _service(type="ClusterIP")),
    Example("an internal one", "pass", _service(INTERNAL)),
    Example("a list of addresses", "pass", _service(loadBalancerSourceRanges=["192.0.2.0/24"])),
    Example("a list that is filled in later", "pass", _service(loadBalancerSourceRanges=["${RANGE}"])),
    Example("with a certificate", "pass", _service({**INTERNAL, CERTIFICATE: "arn:aws:acm:x"}), params={"aws_certificate": True}),
    Example("for everybody", "fail", _service(), path="spec.type", message="Service web is a LoadBalancer that everybody can reach"),
    Example("the annotation says that it is not internal", "fail", _service({"service.beta.kubernetes.io/aws-load-balancer-internal": "false"})),
    Example("a list that holds everybody", "fail", _service(loadBalancerSourceRanges=["0.0.0.0/0"])),
    Example("internal ones are not allowed either", "fail", _service(INTERNAL), params={"internal": False}, message="Service web is a LoadBalancer"),
    Example("a list is not enough", "fail", _service(loadBalancerSourceRanges=["192.0.2.0/24"]), params={"source_ranges": False}),
    Example("without a certificate", "fail", _service(INTERNAL), params={"aws_certificate": True}, message="has no certificate"),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["core/Service"], params=Params, examples=EXAMPLES)
def service_type_loadbalancer(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield load balancers that nothing keeps from everybody."""
    view, at = pair.head.view, pair.head.view.spec["type"]
    if at.raw != "LoadBalancer":
        return
    who, annotations = f"Service {pair.head.id.name}", view.metadata.annotations
    ranges = ranges_of(view)
    limited = ranges is None or (bool(ranges) and not is_everybody(ranges))
    internal = is_internal(annotations)
    if not internal and not limited:
        yield Problem(at, f"{who} is a LoadBalancer that everybody can reach")
    elif not (params.internal and internal) and not (params.source_ranges and limited):
        yield Problem(at, f"{who} is a LoadBalancer")
    if params.aws_certificate and not annotations[CERTIFICATE].string():
        where = annotations[CERTIFICATE]
        yield Problem(where, f"{who} has no certificate for its load balancer: it ends no TLS")
