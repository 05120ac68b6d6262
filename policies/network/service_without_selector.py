"""Service that can be reached from outside has no selector.

Its endpoints are written by hand: whoever may write them chooses where requests from outside go, to a pod of
another namespace or to any address that the load balancer or the Ingress controller reaches (CVE-2021-25740).

Fix:
Give it a selector. Where the target really is outside of the cluster, see that only its owner may write
Endpoints and EndpointSlices of the namespace.

References:
https://nvd.nist.gov/vuln/detail/CVE-2021-25740
https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors

Standards:
CVE-2021-25740

Peers:
terrascan:ensureServiceWithSelector
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.ingresses import backends
from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy


def _service(**spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "namespace": "shop"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"ports": [{"port": 80}], **spec},
    }


TEXT = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]%s}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: all, namespace: shop}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: %s, port: {number: 80}}}}]}}]}
"""
EXAMPLES = (
    Example("it has one", "pass", _service(type="LoadBalancer", selector={"app": "web"})),
    Example("nobody comes from outside", "pass", _service()),
    Example("another name", "pass", _service(type="ExternalName", externalName="db.example.com")),
    Example("an Ingress leads elsewhere", "pass", text=TEXT % ("", "api")),
    Example("an Ingress leads to one with a selector", "pass", text=TEXT % (", selector: {app: web}", "web")),
    Example("a patch of its type", "pass", text="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches: [{path: example.yaml}]
"""),
    Example("a load balancer", "fail", _service(type="LoadBalancer"), path="spec.selector",
            message="Service web is a LoadBalancer and has no selector"),
    Example("an empty one", "fail", _service(type="NodePort", selector={})),
    Example("an Ingress leads to it", "fail", text=TEXT % ("", "web"), message="Service web stands behind Ingress all and has no selector"),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["core/Service"], examples=EXAMPLES)
def service_without_selector(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield Services without a selector that a load balancer, a node or an Ingress leads to."""
    head, spec = pair.head, pair.head.view.spec
    if spec.selector.raw or spec["type"].raw == "ExternalName" or is_patch(head, pair.context):
        return
    way = f"is a {spec['type'].raw}" if spec["type"].raw in {"LoadBalancer", "NodePort"} else ""
    if not way:
        here = pair.context.head_resources(head.id.scope, "Ingress", namespace=head.id.namespace)
        for each in here:
            if any(backend["name"].raw == head.id.name for backend in backends(each)):
                way = f"stands behind Ingress {each.id.name}"
    if way:
        yield Problem(spec.selector, f"Service {head.id.name} {way} and has no selector")
