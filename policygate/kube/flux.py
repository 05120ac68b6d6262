"""What Flux makes of its objects where they say nothing.

https://fluxcd.io/flux/components/. Facts only; not for judging them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from policygate.model import Resource
    from policygate.view import View

RECONCILE: Final = "kustomize.toolkit.fluxcd.io/reconcile"
PRUNE: Final = "kustomize.toolkit.fluxcd.io/prune"
SSA: Final = "kustomize.toolkit.fluxcd.io/ssa"
FORCE: Final = "kustomize.toolkit.fluxcd.io/force"
DRIFT: Final = "helm.toolkit.fluxcd.io/driftDetection"
CONTROLLERS: Final = frozenset(
    {
        "kustomize-controller", "helm-controller", "source-controller", "notification-controller",
        "image-automation-controller", "image-reflector-controller",
    }
)  # fmt: skip
"""The Deployments that Flux itself is."""
_NAME_LENGTH: Final = 53


def drift_detection(release: Resource) -> str:
    """What a HelmRelease does about drift: `enabled`, `warn` or `disabled`, which is the default."""
    return release.view.spec.driftDetection.mode.string() or "disabled"


def target_namespace(release: Resource) -> str:
    """Where a HelmRelease installs to; empty where its own namespace is not written."""
    return release.view.spec.targetNamespace.string() or release.id.namespace


def storage_namespace(release: Resource) -> str:
    """Where Helm keeps its record of a release."""
    return release.view.spec.storageNamespace.string() or release.id.namespace


def release_name(release: Resource) -> str:
    """What Helm calls the release: by default the name, after the target namespace if that is set."""
    spec = release.view.spec
    target, given = spec.targetNamespace.string(), spec.releaseName.string()
    name = f"{target}-{release.id.name}" if target else release.id.name
    return given or name[:_NAME_LENGTH]


def chart_name(release: Resource) -> str:
    """The chart that a HelmRelease names itself: `web` of `./charts/web`; empty where a source does."""
    return release.view.spec.chart.spec.chart.string().rstrip("/").rpartition("/")[2]


def pinned_by(ref: View) -> str:
    """What a reference to a source is pinned by: `digest`, `commit`, `tag` or nothing.

    A commit counts before a name, a name before a range, a range before a tag, and that before a branch.
    """
    for field in ("digest", "commit"):
        if ref[field].string():
            return field
    if ref["name"].string() or ref.semver.string():
        return ""
    return "tag" if ref.tag.string() not in {"", "latest"} else ""
