"""Two Services have the same selector.

Mostly one was copied from the other and its selector forgotten: requests for one program reach another. A headless
Service beside one with an address is meant so.

Fix:
Give the selector of each Service a label that its pods alone have, or remove one of the two.

References:
https://kubernetes.io/docs/concepts/services-networking/service/#headless-services

Peers:
gatekeeper:K8sUniqueServiceSelector, kyverno:require-unique-service-selector
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.kube.services import selector_of
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

SERVICES = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: %s}
spec: {%sselector: {%s}, ports: [{port: %s}]}
"""
EXAMPLES = (
    Example("another label", "pass", text=SERVICES % ("shop", "", "app: api", "80")),
    Example("one label more", "pass", text=SERVICES % ("shop", "", "app: web, tier: front", "80")),
    Example("another namespace", "pass", text=SERVICES % ("blog", "", "app: web", "80")),
    Example("a headless one", "pass", text=SERVICES % ("shop", "clusterIP: None, ", "app: web", "80")),
    Example("another port of the same pods", "pass", text=SERVICES % ("shop", "", "app: web", "9090")),
    Example("one from outside, one from inside", "pass", text=SERVICES % ("shop", "type: LoadBalancer, ", "app: web", "80")),
    Example("the two Services of a Rollout", "pass", text=SERVICES % ("shop", "", "app: web", "80") + """\
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web, namespace: shop}
spec: {strategy: {canary: {stableService: web, canaryService: api}}}
"""),
    Example("a patch", "pass", text=SERVICES % ("shop", "", "app: web", "80") + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches: [{path: example.yaml}]
"""),
    Example("the same", "fail", text=SERVICES % ("shop", "", "app: web", "80"), path="spec.selector",
            message="Service web selects the same pods as Service api"),
)  # fmt: skip


@policy(level="warning", kinds=["core/Service"], enabled=False, examples=EXAMPLES)
def service_selector_duplicate(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the later of two Services of one kind that send the same port to the same pods."""
    head, context = pair.head, pair.context
    selector = selector_of(head)
    if not selector or is_patch(head, context) or _is_of_rollout(pair):
        return
    for other in context.head_resources(head.id.scope, "Service", namespace=head.id.namespace):
        if other.id.name < head.id.name and selector_of(other) == selector and _alike(head, other):
            words = f"Service {head.id.name} selects the same pods as Service {other.id.name}"
            yield Problem(head.view.spec.selector, words, key=other.id.name)


def _is_of_rollout(pair: Pair) -> bool:
    """Whether a Rollout sends traffic through the Service, and changes its selector while it does."""
    ident, context = pair.head.id, pair.context
    strategies = [
        each.view.spec.strategy[way]
        for each in context.head_resources(ident.scope, "Rollout", namespace=ident.namespace)
        for way in ("canary", "blueGreen")
    ]
    fields = ("stableService", "canaryService", "activeService", "previewService")
    return any(each[field].raw == ident.name for each in strategies for field in fields)


def _alike(one: Resource, other: Resource) -> bool:
    return _way(one) == _way(other) and bool(_ports(one) & _ports(other))


def _way(service: Resource) -> tuple[bool, str]:
    """Whether a Service is headless, and from where it is reached."""
    spec = service.view.spec
    return spec.clusterIP.raw == "None", spec["type"].string("ClusterIP")


def _ports(service: Resource) -> frozenset[int]:
    return frozenset(port.port.integer() for port in service.view.spec.ports)
