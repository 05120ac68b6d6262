"""Object is taken out of the hands of Flux or Argo CD.

The annotation tells the controller to leave the object alone. What is merged for it does not arrive, what
is changed by hand stays, and in git it looks as if it were looked after.

Fix:
Remove the annotation. Where a controller writes one field of the object, let that field be ignored, not
the object.

References:
https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources
https://fluxcd.io/flux/components/helm/helmreleases/#ignore-rules
https://argo-cd.readthedocs.io/en/stable/user-guide/skip_reconcile/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.flux import DRIFT, RECONCILE, SSA
from policygate.policy import Example, Pair, Problem, policy

SKIP = "argocd.argoproj.io/skip-reconcile"
MARKS = (
    (RECONCILE, "disabled", "Flux neither applies nor deletes {}"),
    (SSA, "ignore", "Flux does not apply {}"),
    (DRIFT, "disabled", "the helm-controller does not see drift of {}"),
    (SKIP, "true", "Argo CD does not look at {}"),
)


def _object(
    key: str = "", value: str = "", where: str = "annotations", kind: str = "ConfigMap"
) -> dict[str, Any]:
    metadata = {"name": "web", **({where: {key: value}} if key else {})}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


EXAMPLES = (
    Example("looked after", "pass", _object()),
    Example("protected from being deleted", "pass", _object("kustomize.toolkit.fluxcd.io/prune", "disabled")),
    Example("merged with what others set", "pass", _object(SSA, "Merge")),
    Example("switched on again", "pass", _object(RECONCILE, "enabled")),
    Example("not reconciled", "fail", _object(RECONCILE, "disabled"), path=f'metadata.annotations["{RECONCILE}"]',
            message="Flux neither applies nor deletes ConfigMap web"),
    Example("as a label", "fail", _object(RECONCILE, "Disabled", "labels"), path=f'metadata.labels["{RECONCILE}"]'),
    Example("not applied", "fail", _object(SSA, "Ignore"), message="Flux does not apply"),
    Example("drift is not seen", "fail", _object(DRIFT, "disabled")),
    Example("Argo CD looks away", "fail", _object(SKIP, "true", kind="Secret"), message="Argo CD does not look at Secret web"),
)  # fmt: skip


@policy(level="warning", examples=EXAMPLES)
def flux_reconcile_disabled(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the marks; Flux reads them in annotations and in labels."""
    metadata = pair.head.view.metadata
    if not metadata.annotations and not metadata.labels:
        return
    for key, value, says in MARKS:
        for mark in (metadata.annotations[key], metadata.labels[key]):
            if mark.string().lower() == value:
                yield Problem(
                    mark, says.format(f"{pair.head.id.kind} {pair.head.id.name}"), key=key
                )
                break
