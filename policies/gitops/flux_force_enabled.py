"""Flux deletes and creates anew what it cannot change.

With `force`, a change of a field that cannot be changed is no error any more: the object is deleted and
created again, with the outage this means, and for a StatefulSet or a claim with its data. It is meant for
one migration and tends to stay.

Fix:
Remove `force`. For the one object that must be created anew, set the annotation
`kustomize.toolkit.fluxcd.io/force: enabled` and take it out again with the next change.

References:
https://fluxcd.io/flux/components/kustomize/kustomizations/#force
https://fluxcd.io/flux/components/helm/helmreleases/#upgrade-configuration
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.flux import FORCE
from policygate.policy import Example, Pair, Problem, policy

KEEPING = frozenset({"StatefulSet", "PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition"})  # fmt: skip


def _flux(kind: str, **spec: Any) -> dict[str, Any]:
    group = "helm" if kind == "HelmRelease" else "kustomize"
    return {
        "apiVersion": f"{group}.toolkit.fluxcd.io/v2",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


def _object(kind: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": "web", "annotations": {FORCE: "Enabled"}},
    }


EXAMPLES = (
    Example("without", "pass", _flux("Kustomization", force=False, prune=True)),
    Example("a Job runs anew", "pass", {**_object("Job"), "apiVersion": "batch/v1"}),
    Example("everything", "fail", _flux("Kustomization", force=True), path="spec.force", message="deletes and creates anew whatever"),
    Example("a release", "fail", _flux("HelmRelease", upgrade={"force": True}), path="spec.upgrade.force"),
    Example("a release that goes back", "fail", _flux("HelmRelease", rollback={"force": True}), path="spec.rollback.force"),
    Example("one object", "fail", _object("Service"), message="Service web is deleted and created anew"),
    Example("one that holds data", "fail", _object("PersistentVolumeClaim"), message="with its data"),
)  # fmt: skip


@policy(level="warning", examples=EXAMPLES)
def flux_force_enabled(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield `force` of Flux's own objects, and the annotation of others."""
    head = pair.head
    kind, name, spec = head.id.kind, head.id.name, head.view.spec
    if head.id.group == "kustomize.toolkit.fluxcd.io" and spec.force.raw is True:
        yield Problem(spec.force, f"{name} deletes and creates anew whatever it cannot change")
    if head.id.group == "helm.toolkit.fluxcd.io":
        for action in ("upgrade", "rollback"):
            if spec[action].force.raw is True:
                yield Problem(
                    spec[action].force,
                    f"the {action} of {name} deletes and creates anew what it cannot change",
                )
    mark = head.view.metadata.annotations[FORCE]
    if mark.string().lower() == "enabled" and kind != "Job":
        data = ", with its data," if kind in KEEPING else ""
        yield Problem(
            mark,
            f"{kind} {name} is deleted and created anew{data} where it cannot be changed",
            level="error" if data else None,
        )
