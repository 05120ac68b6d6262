"""Which objects are written down and not applied: annotations by which tools leave them out.

Facts only, each with the page that it is from; not for what follows from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.flux import RECONCILE, SSA

if TYPE_CHECKING:
    from policygate.model import Path, Resource
    from policygate.view import View

_LOCAL: Final = "config.kubernetes.io/local-config"
"""kustomize builds nothing of what has it, unless it says `false`.
https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#local-config"""
_FLUX: Final = ((RECONCILE, "disabled"), (SSA, "ignore"))
"""Flux passes it over, in annotations and labels, in any case, and keeps what the cluster has.
https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources"""
_HOOKS: Final = (
    ("argocd.argoproj.io/hook", frozenset({"PreSync", "Sync", "PostSync"})),
    (
        "helm.sh/hook",
        frozenset({"pre-install", "post-install", "pre-upgrade", "post-upgrade", "crd-install"}),
    ),
)
"""The hooks that a sync or an upgrade leaves behind. `Skip` is never applied, a test when somebody asks for
it, and others when something fails, goes back or goes away; what has a name that nobody knows is no hook of any moment.
https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/,
https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks, https://helm.sh/docs/topics/charts_hooks/"""
_DELETING: Final = (
    ("argocd.argoproj.io/hook-delete-policy", "HookSucceeded"),
    ("helm.sh/hook-delete-policy", "hook-succeeded"),
)
"""A hook that is deleted as soon as it is done; what is no Job is done when it is applied. (The same pages.)"""
_OF_JOBS: Final = frozenset(
    {
        "ClusterRole", "ClusterRoleBinding", "ConfigMap", "Job", "PersistentVolumeClaim", "Pod", "Role",
        "RoleBinding", "Secret", "Service", "ServiceAccount", "Workflow",
    }
)  # fmt: skip
"""What runs as a hook, and what it brings along: they come and go on purpose."""


class NotApplied(NamedTuple):
    """Where an object says that it is not applied, and what follows; `kept` is whether the cluster keeps what it has."""

    at: Path
    why: str
    kept: bool = False


def not_applied(resource: Resource) -> NotApplied | None:
    """What keeps an object from being applied, or from staying; None where nothing does."""
    metadata = resource.view.metadata
    if not metadata.annotations and not metadata.labels:
        return None
    local = metadata.annotations[_LOCAL]
    if local.exists and local.raw not in ("false", False):
        return NotApplied(local.path, f"kustomize leaves out what has the annotation {_LOCAL}")
    for key, value in _FLUX:
        for mark in (metadata.annotations[key], metadata.labels[key]):
            if mark.string().lower() == value:
                return NotApplied(mark.path, f"Flux does not apply it ({key}: {value})", kept=True)
    return _hook(metadata.annotations, resource.id.kind)


def _hook(annotations: View, kind: str) -> NotApplied | None:
    for key, lasting in _HOOKS:
        hook = annotations[key]
        moments = _words(hook)
        if moments and not lasting.intersection(moments):
            why = f"nothing applies it as a matter of course ({key}: {', '.join(moments)})"
            return NotApplied(hook.path, why)
    for (hook_key, _), (key, value) in zip(_HOOKS, _DELETING, strict=True):
        policy = annotations[key]
        if kind not in _OF_JOBS and annotations[hook_key] and value in _words(policy):
            return NotApplied(
                policy.path, f"it is deleted as soon as it is applied ({key}: {value})"
            )
    return None


def _words(value: View) -> list[str]:
    return [word for each in value.string().split(",") if (word := each.strip())]
