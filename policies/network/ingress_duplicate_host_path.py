"""Two Ingresses serve the same host and path.

Which of the two gets the requests depends on the controller, and often on which is older: it changes when one
of them is made again.

Fix:
Remove one of the two rules, or give it a host or a path of its own. A canary says so with the annotation of its
controller.

References:
https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-rules
https://github.com/kubernetes/ingress-nginx/blob/main/docs/user-guide/nginx-configuration/annotations.md#canary

Peers:
kyverno:unique-ingress-host, kyverno:unique-ingress-host-and-path, kyverno:unique-ingress-path,
kyverno:unique-external-dns, kyverno:openshift/unique-routes, gatekeeper:K8sUniqueIngressHost
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from policygate.kube.ingresses import class_of
from policygate.kube.patches import is_patch
from policygate.kube.schema_checks import is_later
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

OWN_ADDRESS: Final = frozenset({"alb", "gce", "gce-internal"})
"""Classes that make a load balancer, with an address of its own, of each Ingress."""
CANARY: Final = "nginx.ingress.kubernetes.io/canary"
INGRESSES = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {ingressClassName: nginx, rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web%s}
spec: {ingressClassName: %s, rules: [{host: %s, http: {paths: [{path: %s, pathType: Prefix, backend: {service: {name: web}}}]}}]}
"""
ROUTES = """\
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {host: shop.example, to: {kind: Service, name: shop}}
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: web}
spec: {host: shop.example, %sto: {kind: Service, name: web}}
"""
SAME = ("", "nginx", "shop.example", "/")
EXAMPLES = (
    Example("another host", "pass", text=INGRESSES % ("", "nginx", "web.example", "/")),
    Example("another path", "pass", text=INGRESSES % ("", "nginx", "shop.example", "/api")),
    Example("another class", "pass", text=INGRESSES % ("", "internal", "shop.example", "/")),
    Example("a canary", "pass", text=INGRESSES % (f", annotations: {{{CANARY}: 'true'}}", *SAME[1:])),
    Example("filled in before the cluster sees it", "pass", text=(INGRESSES % SAME).replace("shop.example", "${HOST}")),
    Example("a route with a path", "pass", text=ROUTES % "path: /web, "),
    Example("each has an address of its own", "pass", text=(INGRESSES % SAME).replace("nginx", "gce").replace("host: shop.example, ", "")),
    Example("a patch", "pass", text=INGRESSES % SAME + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
patches: [{path: example.yaml}]
"""),
    Example("the same", "fail", text=INGRESSES % SAME, path="spec.rules[0].http.paths[0].path",
            message="Ingress web serves shop.example/, and so does Ingress shop"),
    Example("two routes", "fail", text=ROUTES % "", path="spec.host", message="Route web serves shop.example/, and so does Route shop"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["networking.k8s.io/Ingress", "route.openshift.io/Route"],
    enabled=False,
    examples=EXAMPLES,
)
def ingress_duplicate_host_path(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the later of two that serve one host and path by one class, in a folder."""
    head, context = pair.head, pair.context
    if _is_canary(head) or is_patch(head, context):
        return
    own = {where: at for where, at in _served(head) if not is_later("".join(where))}
    for other in context.head_resources(head.id.scope, head.id.kind):
        if _order(other) >= _order(head) or _is_canary(other) or other.id.group != head.id.group:
            continue
        for where, _ in _served(other):
            if where in own:
                _, host, path = where
                words = f"{head.id.kind} {head.id.name} serves {host}{path}, and so does {other.id.kind} {other.id.name}"
                yield Problem(own[where], words, key=f"{host}{path}")


def _order(resource: Resource) -> tuple[str, str]:
    return resource.id.namespace, resource.id.name


def _is_canary(ingress: Resource) -> bool:
    return ingress.view.metadata.annotations[CANARY].string() == "true"


def _served(resource: Resource) -> Iterator[tuple[tuple[str, str, str], View]]:
    """Class, host and path, and where each stands."""
    spec = resource.view.spec
    if resource.id.kind == "Route":
        yield ("", spec.host.string(), spec["path"].string("/")), spec.host
        return
    for rule in spec.rules:
        for path in rule.http.paths:
            at = path["path"]
            if not rule.host and class_of(resource) in OWN_ADDRESS:
                continue
            yield (class_of(resource), rule.host.string("*"), at.string("/")), at
