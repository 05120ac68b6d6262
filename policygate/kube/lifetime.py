"""Which pods and containers run until somebody stops them, and which come to an end by themselves.

Not for how many of them there are (`replicas`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from policygate.kube.workloads import Container
    from policygate.model import Resource

CONTROLLERS: Final = (
    "apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet",
    "core/ReplicationController", "argoproj.io/Rollout",
)  # fmt: skip
"""Kinds whose pods run until somebody stops them, as policies match them."""
HOOKS: Final = ("helm.sh/hook", "argocd.argoproj.io/hook")
"""Annotations of what runs once in a release, tests included."""


def runs_on(container: Container) -> bool:
    """Whether a container runs as long as its pod: init containers do when they are sidecars."""
    return container.role in {"app", "sidecar"}


def is_hook(resource: Resource) -> bool:
    """Whether a resource belongs to one release or sync, as tests do."""
    return any(resource.view.metadata.annotations[name].string() for name in HOOKS)
