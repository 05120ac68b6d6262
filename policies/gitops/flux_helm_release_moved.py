"""HelmRelease becomes another release.

Under another name, in another namespace or from another chart, Helm knows nothing of what runs. Flux
uninstalls the old release, with its volumes, or leaves it behind, and installs a new one beside it.

Fix:
Restore the name, the namespace and the chart, or set `releaseName` to what it was. For a real move, make a
second HelmRelease, move the data, and then remove the first one.

References:
https://fluxcd.io/flux/components/helm/helmreleases/#release-name
https://fluxcd.io/flux/components/helm/helmreleases/#target-namespace
https://fluxcd.io/flux/components/helm/helmreleases/#storage-namespace
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import later
from policygate.kube.flux import chart_name, release_name, storage_namespace, target_namespace
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

FACTS = (
    ("releaseName", release_name, "is released as"),
    ("targetNamespace", target_namespace, "is installed in"),
    ("storageNamespace", storage_namespace, "is recorded in"),
    ("chart.spec.chart", chart_name, "is the chart"),
)


def _release(namespace: str = "flux-system", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "web", "namespace": namespace},
            "spec": {"interval": "1h", **spec}}  # fmt: skip


CHART: dict[str, Any] = {"chart": {"spec": {"chart": "web", "version": "1.0.0"}}}
EXAMPLES = (
    Example("another version", "pass", base=_release(**CHART), head=_release(chart={"spec": {"chart": "web", "version": "2.0.0"}})),
    Example("what was the default is written down", "pass", base=_release(targetNamespace="shop"),
            head=_release(targetNamespace="shop", releaseName="shop-web", storageNamespace="flux-system")),
    Example("the same chart from a source of its own", "pass", base=_release(**CHART), head=_release(chartRef={"kind": "OCIRepository", "name": "web"})),
    Example("the same chart in a folder", "pass", base=_release(**CHART), head=_release(chart={"spec": {"chart": "./charts/web"}})),
    Example("another object", "pass", base=_release(**CHART), head={**_release(**CHART), "metadata": {"name": "api", "namespace": "flux-system"}}),
    Example("another name", "fail", base=_release(), head=_release(releaseName="api"), path="spec.releaseName",
            message="web is released as api, no longer web"),
    Example("another namespace", "fail", base=_release(targetNamespace="shop", releaseName="web"),
            head=_release(targetNamespace="web", releaseName="web"), message="is installed in web, no longer shop"),
    Example("a namespace, and so another name", "fail", base=_release(), head=_release(targetNamespace="shop"), path="spec.releaseName",
            message="is released as shop-web"),
    Example("the record is elsewhere", "fail", base=_release(), head=_release(storageNamespace="shop"), path="spec.storageNamespace"),
    Example("another chart", "fail", base=_release(**CHART), head=_release(chart={"spec": {"chart": "api", "version": "1.0.0"}}),
            path="spec.chart.spec.chart", message="web is the chart api, no longer web"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["helm.toolkit.fluxcd.io/HelmRelease"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def flux_helm_release_moved(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what makes another release of it, defaults included."""
    base, head = pair.base, pair.head
    if base.id[1:] != head.id[1:]:
        return
    for place, fact, says in FACTS:
        was, now = fact(base), fact(head)
        if was and now and was != now and not later(was + now):
            at: View = head.view.spec
            for step in place.split("."):
                at = at[step]
            yield Problem(
                at, f"{head.id.name} {says} {now}, no longer {was}", was=was, unordered=True
            )
