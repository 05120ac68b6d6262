"""Console that runs commands is open to the network.

These programs run what they are told, or show what a cluster holds, and ask for no login unless somebody has set
one up. Whoever finds their port owns the pods, and often the cluster. Scanners find it within hours.

Fix:
Make the Service a ClusterIP and use `kubectl port-forward`, or put a proxy with a login before it. Where the
program has a login of its own, list its image in `allowed`.

References:
https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
https://attack.mitre.org/techniques/T1133/

Standards:
MITRE

Peers:
kubescape:C-0021, kubescape:C-0274
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from policygate.kube.exposure import asks_for_login, is_internal
from policygate.kube.image import parse_image
from policygate.kube.ingresses import backends
from policygate.kube.services import selector_of, selects, templates
from policygate.kube.workloads import containers
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.types import Context
from policygate.view import View

IMAGES: Final = frozenset({
    "adminer", "alertmanager", "argocli", "cmak", "centraldashboard", "dashboard", "hubble-ui", "jaegertracing/all-in-one",
    "jenkins", "kafka-ui", "kubeview", "mlflow", "mongo-express", "nifi", "octant", "ollama",
    "open-webui", "phpmyadmin", "prom/prometheus", "pushgateway", "ray", "redis-commander", "scope", "spark", "zeppelin",
})  # fmt: skip
"""The ends of the names of images, and names with their folder where the end alone may be anything."""
GENERIC: Final = {
    "dashboard": "kubernetesui",
    "scope": "weaveworks",
    "ray": "rayproject",
    "nifi": "apache",
}
"""Ends that mean the program only in this folder."""
OPEN: Final = frozenset({"LoadBalancer", "NodePort"})


class Params(NamedTuple):
    """Images, by the end of their names, that have a login of their own."""

    allowed: tuple[str, ...] = ()


TEXT = """\
apiVersion: v1
kind: Service
metadata: {name: ui, namespace: ml%s}
spec: {type: %s, selector: {app: ui}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ui, namespace: ml}
spec:
  selector: {matchLabels: {app: ui}}
  template: {metadata: {labels: {app: ui}}, spec: {containers: [{name: ui, image: "%s"}]}}
"""
INGRESS = """\
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: ui, namespace: ml%s}
spec: {rules: [{host: ui.example, http: {paths: [{path: /, backend: {service: {name: ui}}}]}}]}
"""
OLLAMA = "docker.io/ollama/ollama:0.9"
EXAMPLES = (
    Example("from inside", "pass", text=TEXT % ("", "ClusterIP", OLLAMA)),
    Example("another program", "pass", text=TEXT % ("", "LoadBalancer", "registry.example/web:1")),
    Example("a program of the same name", "pass", text=TEXT % ("", "LoadBalancer", "registry.example/team/dashboard:1")),
    Example("an internal load balancer", "pass", text=TEXT % (", annotations: {networking.gke.io/load-balancer-type: Internal}", "LoadBalancer", OLLAMA)),
    Example("with a login of its own", "pass", text=TEXT % ("", "LoadBalancer", OLLAMA), params={"allowed": ["ollama"]}),
    Example("a login before it", "pass", text=TEXT % ("", "ClusterIP", OLLAMA) + INGRESS % ", annotations: {nginx.ingress.kubernetes.io/auth-url: https://login.example}"),
    Example("no image that can be read", "pass", text=TEXT % ("", "NodePort", "${IMAGE}")),
    Example("a load balancer", "fail", text=TEXT % ("", "LoadBalancer", OLLAMA), path="spec.type",
            message="Service ui opens ollama to the network as a LoadBalancer"),
    Example("a port of every node", "fail", text=TEXT % ("", "NodePort", "jenkins/jenkins:lts")),
    Example("in its folder", "fail", text=TEXT % ("", "NodePort", "kubernetesui/dashboard:v2.7.0")),
    Example("an Ingress", "fail", text=TEXT % ("", "ClusterIP", OLLAMA) + INGRESS % "", message="Ingress ui opens ollama to the network"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["core/Service", "networking.k8s.io/Ingress"],
    enabled=False,
    params=Params,
    examples=EXAMPLES,
)
def exposed_sensitive_interface(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield Services and Ingresses that open such a program of their folder."""
    head, context = pair.head, pair.context
    if head.id.kind == "Service":
        kind = head.view.spec["type"]
        if kind.string() in OPEN and not is_internal(head.view.metadata.annotations):
            for name in _consoles(head, context, params.allowed):
                words = f"Service {head.id.name} opens {name} to the network as a {kind.string()}"
                yield Problem(kind, words, key=name)
    elif not asks_for_login(head.view.metadata.annotations):
        for backend in backends(head):
            for service in _services(head, backend, context):
                for name in _consoles(service, context, params.allowed):
                    words = f"Ingress {head.id.name} opens {name} to the network"
                    yield Problem(backend["name"], words, key=name)


def _services(ingress: Resource, backend: View, context: Context) -> Iterator[Resource]:
    ident = ingress.id
    yield from context.head_resources(
        ident.scope, "Service", namespace=ident.namespace, name=backend["name"].string()
    )


def _consoles(service: Resource, context: Context, allowed: tuple[str, ...]) -> list[str]:
    """The programs of the list that a Service sends requests to, by the ends of their names."""
    selector = selector_of(service)
    found: dict[str, None] = {}
    for each in templates(context, service.id.scope, service.id.namespace):
        if selects(selector, each.labels):
            for container in containers(each.pod):
                name = _console(container.view.image.string())
                if name and name not in allowed:
                    found[name] = None
    return list(found)


def _console(text: str) -> str:
    image = parse_image(text)
    if image is None:
        return ""
    above, _, name = image.name.rpartition("/")
    folder = above.rpartition("/")[2]
    is_listed = name in IMAGES or f"{folder}/{name}" in IMAGES
    return name if is_listed and GENERIC.get(name, folder) == folder else ""
