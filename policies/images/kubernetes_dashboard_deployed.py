"""Kubernetes Dashboard is deployed, or gets rights.

The dashboard shows and changes the cluster with the rights of its service account or of whoever logs in.
Dashboards that could be reached from the internet, with an account that may do everything, were how clusters
were taken over; the project has been archived since 2026 and gets no fixes.

Fix:
Take it out, and use a tool that runs at the user's side with the user's own rights, such as Headlamp. Bind no
roles to its service account.

References:
https://kubernetes.io/docs/tasks/access-application-cluster/web-ui-dashboard/
https://github.com/kubernetes-retired/dashboard

Standards:
MITRE

Peers:
checkov:CKV_K8S_33, terrascan:kubeDashboardEnabled, kubescape:C-0014
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.image import Image, parse_image
from policygate.kube.workloads import containers, pod_specs
from policygate.policy import Example, Pair, Problem, policy

FOLDERS = (
    "docker.io/kubernetesui/",
    "registry.k8s.io/",
    "k8s.gcr.io/",
    "gcr.io/google_containers/",
)
ACCOUNT = "kubernetes-dashboard"


def _pod(image: str) -> dict[str, Any]:
    spec = {"containers": [{"name": "web", "image": image}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}


def _binding(account: str, kind: str = "ServiceAccount") -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "web"},
        "roleRef": {"kind": "ClusterRole", "name": "view"},
        "subjects": [
            {"kind": "User", "name": "ann"},
            {"kind": kind, "name": account, "namespace": "kube-system"},
        ],
    }


EXAMPLES = (
    Example("another dashboard", "pass", _pod("grafana/dashboard:1")),
    Example("what belongs to it without being it", "pass", _pod("kubernetesui/metrics-scraper:v1.0.9")),
    Example("another account", "pass", _binding("ci")),
    Example("a person of that name", "pass", _binding(ACCOUNT, "User")),
    Example("its image", "fail", _pod("kubernetesui/dashboard:v2.7.0"), path="spec.containers[web].image",
            message="container web runs the Kubernetes Dashboard"),
    Example("its older image", "fail", _pod("k8s.gcr.io/kubernetes-dashboard-amd64:v1.10.1")),
    Example("a part of its newer version", "fail", _pod("docker.io/kubernetesui/dashboard-api:1.10.1")),
    Example("its account gets rights", "fail", _binding(ACCOUNT), path="subjects[kubernetes-dashboard]",
            message="ClusterRoleBinding web gives rights to the Kubernetes Dashboard"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=[
        "workload",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "rbac.authorization.k8s.io/RoleBinding",
    ],
    examples=EXAMPLES,
)
def kubernetes_dashboard_deployed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield containers of its images, and subjects that are its service account."""
    head = pair.head
    for pod in pod_specs(head):
        for container in containers(pod):
            image = parse_image(container.view.image.string())
            if image is not None and _is_dashboard(image):
                words = f"container {container.name} runs the Kubernetes Dashboard"
                yield Problem(container.view.image, words)
    for subject in head.view.subjects if head.id.group == "rbac.authorization.k8s.io" else ():
        if subject.kind.raw == "ServiceAccount" and subject["name"].raw == ACCOUNT:
            words = f"{head.id.kind} {head.id.name} gives rights to the Kubernetes Dashboard"
            yield Problem(subject, words)


def _is_dashboard(image: Image) -> bool:
    last = image.repository.rpartition("/")[2]
    if last.startswith(ACCOUNT):
        return True
    return last.startswith("dashboard") and image.name.startswith(FOLDERS)
