"""Flux takes something from another namespace.

Where several teams share a cluster, a reference into another namespace uses what is theirs: their source,
with their password, or their chart. Flux can be told to refuse it.

Fix:
Put the source into the namespace that uses it, and start the controllers with
`--no-cross-namespace-refs=true`.

References:
https://fluxcd.io/flux/installation/configuration/multitenancy/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import later
from policygate.policy import Example, Pair, Problem, policy


def _kustomization(namespace: str = "", own: str = "shop") -> dict[str, Any]:
    ref = {
        "kind": "GitRepository",
        "name": "apps",
        **({"namespace": namespace} if namespace else {}),
    }
    return {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
            "metadata": {"name": "apps", "namespace": own}, "spec": {"sourceRef": ref}}  # fmt: skip


EXAMPLES = (
    Example("its own", "pass", _kustomization("shop")),
    Example("by default its own", "pass", _kustomization()),
    Example("its own namespace is not known here", "pass", _kustomization("flux-system", "")),
    Example("another one", "fail", _kustomization("flux-system"), path="spec.sourceRef.namespace", message="apps takes apps from flux-system"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["kustomize.toolkit.fluxcd.io/Kustomization", "helm.toolkit.fluxcd.io/HelmRelease"],
    enabled=False,
    examples=EXAMPLES,
)
def flux_cross_namespace_reference(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield references into a namespace that is not the object's own."""
    spec, own = pair.head.view.spec, pair.head.id.namespace
    for ref in (spec.sourceRef, spec.chartRef, spec.chart.spec.sourceRef):
        namespace = ref.namespace.string()
        if own and namespace and namespace != own and not later(namespace):
            yield Problem(
                ref.namespace, f"{pair.head.id.name} takes {ref['name'].string()} from {namespace}"
            )
