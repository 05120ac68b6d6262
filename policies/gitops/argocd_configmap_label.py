"""Argo CD does not read these settings.

Argo CD finds its ConfigMaps by the label `app.kubernetes.io/part-of: argocd`, not by their names alone.
Without the label the settings, rights of users among them, count as empty, and nothing says so.

Fix:
Add the label `app.kubernetes.io/part-of: argocd`.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#atomic-configuration

Peers:
datree:ARGO_CONFIGMAP_MISSING_PART_OF_LABEL_VALUE_ARGOCD
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import adds_labels, is_patch
from policygate.policy import Edit, Example, Pair, Problem, policy

LABEL = "app.kubernetes.io/part-of"
NAMES = frozenset(
    {"argocd-cm", "argocd-rbac-cm", "argocd-ssh-known-hosts-cm", "argocd-tls-certs-cm", "argocd-gpg-keys-cm"}
)  # fmt: skip


def _config(name: str, **labels: str) -> dict[str, Any]:
    metadata = {
        "name": name,
        "labels": {key.replace("__", "/"): value for key, value in labels.items()},
    }
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {"policy.default": ""},
    }


EXAMPLES = (
    Example("with the label", "pass", {**_config("argocd-cm"), "metadata": {"name": "argocd-cm", "labels": {LABEL: "argocd"}}}),
    Example("another ConfigMap", "pass", _config("web")),
    Example("a patch adds to what has the label", "pass", {**_config("argocd-cm"), "$patch": "merge"}),
    Example("without it", "fail", _config("argocd-rbac-cm"), path=f'metadata.labels["{LABEL}"]',
            message="Argo CD does not read argocd-rbac-cm without the label"),
    Example("part of something else", "fail", {**_config("argocd-cm"), "metadata": {"name": "argocd-cm", "labels": {LABEL: "web"}}}),
)  # fmt: skip


@policy(level="warning", kinds=["core/ConfigMap"], examples=EXAMPLES)
def argocd_configmap_label(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield settings of Argo CD without their label, unless a kustomization may add it."""
    head = pair.head
    label = head.view.metadata.labels[LABEL]
    if head.id.name not in NAMES or label.raw == "argocd":
        return
    if is_patch(head, pair.context) or adds_labels(pair.context, head.id.scope):
        return
    yield Problem(
        label,
        f"Argo CD does not read {head.id.name} without the label {LABEL}: argocd",
        edit=Edit("set", label.path, "argocd"),
    )
