"""Kubernetes Dashboard is deployed.

It acts with the rights of its service account for everybody who reaches it; open dashboards have been
the way into many clusters. The project has been archived.

Fix:
Use a client on the own machine (`kubectl`, Headlamp, k9s), which acts with the rights of its user.

References:
https://kubernetes.io/docs/tasks/access-application-cluster/web-ui-dashboard/

Standards:
MITRE

Peers:
checkov:CKV_K8S_33, terrascan:kubeDashboardEnabled, kubescape:C-0014
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.image import parse_image
from policygate.policy import Example, Pair, Problem, policy

NAMES = ("kubernetesui/dashboard", "kubernetesui/dashboard-web", "kubernetesui/dashboard-api")
EXAMPLES = (
    Example("another dashboard", "pass", {"name": "web", "image": "grafana/dashboard:1"}, binds="container"),
    Example("no image", "pass", {"name": "web", "image": ""}, binds="container"),
    Example("its image", "fail", {"name": "web", "image": "docker.io/kubernetesui/dashboard:v2.7.0"}, binds="container", path="image",
            message="container web runs the Kubernetes Dashboard"),
    Example("its old image", "fail", {"name": "web", "image": "k8s.gcr.io/kubernetes-dashboard-amd64:v1.10.1"}, binds="container"),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="container", enabled=False, examples=EXAMPLES)
def kubernetes_dashboard_deployed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield containers of the dashboard's images."""
    image = parse_image(pair.head.view.image.string())
    if image is None:
        return
    name = image.repository
    if name in NAMES or name.rpartition("/")[2].startswith("kubernetes-dashboard"):
        yield Problem(
            pair.head.view.image, f"container {pair.head.name} runs the Kubernetes Dashboard"
        )
