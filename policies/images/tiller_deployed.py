"""Tiller is deployed.

The server of Helm 2 has had no fixes since 2020, and lets everybody who reaches it install anything
with its own, mostly unlimited, rights.

Fix:
Move to Helm 3 or later, which needs no server, and take Tiller out.

References:
https://helm.sh/docs/v3/topics/v2_v3_migration/
https://helm.sh/blog/helm-v2-deprecation-timeline/

Peers:
checkov:CKV_K8S_34, checkov:CKV_K8S_44, checkov:CKV_K8S_45, trivy:KSV-0102,
kyverno:disallow-helm-tiller, terrascan:tillerDeployed, terrascan:tillerServiceDeleted
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.image import parse_image
from policygate.kube.workloads import containers, pod_specs
from policygate.policy import Example, Pair, Problem, policy

SELECTOR = {"app": "helm", "name": "tiller"}


def _pod(image: str) -> dict[str, Any]:
    spec = {"containers": [{"name": "web", "image": image}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}


def _service(selector: dict[str, str]) -> dict[str, Any]:
    spec = {"selector": selector, "ports": [{"port": 44134}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}


EXAMPLES = (
    Example("another image", "pass", _pod("distiller:1.2.3")),
    Example("another part of Helm", "pass", _service({"app": "helm", "name": "controller"})),
    Example("its image", "fail", _pod("gcr.io/kubernetes-helm/tiller:v2.16.1"), path="spec.containers[web].image",
            message="container web runs Tiller"),
    Example("its Service", "fail", _service({"app": "helm", "name": "tiller"}), path="spec.selector", message="Service web leads to Tiller"),
)  # fmt: skip


@policy(level="error", kinds=["workload", "core/Service"], examples=EXAMPLES)
def tiller_deployed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield containers of Tiller's image, and Services that select its pods."""
    head = pair.head
    for pod in pod_specs(head):
        for container in containers(pod):
            image = parse_image(container.view.image.string())
            if image is not None and image.repository.rpartition("/")[2] == "tiller":
                yield Problem(container.view.image, f"container {container.name} runs Tiller")
    selector = head.view.spec.selector
    if (
        head.id.kind == "Service"
        and isinstance(selector.raw, dict)
        and SELECTOR.items() <= selector.raw.items()
    ):
        yield Problem(selector, f"Service {head.id.name} leads to Tiller")
