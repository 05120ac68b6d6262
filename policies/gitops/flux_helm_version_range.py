"""Chart of a HelmRelease is not one version.

With a range, or without a version, Flux upgrades by itself as soon as somebody publishes a chart. What
runs stands in no commit, no review has seen it, and going back in git does not bring back what was.

Fix:
Name one version, and let a bot raise it in a pull request.

References:
https://fluxcd.io/flux/components/helm/helmreleases/#chart-template
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import later
from policygate.kube.patches import is_patch
from policygate.kube.version_range import EXACT, width
from policygate.policy import Example, Pair, Problem, policy


def _release(
    version: str | None, chart: str = "web", source: str = "HelmRepository"
) -> dict[str, Any]:
    spec = {
        "chart": chart,
        "sourceRef": {"kind": source, "name": "a"},
        **({} if version is None else {"version": version}),
    }
    return {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "web"},
        "spec": {"chart": {"spec": spec}},
    }


EXAMPLES = (
    Example("one version", "pass", _release("1.2.3")),
    Example("filled in later", "pass", _release("${VERSION}")),
    Example("a chart of a git repository has the version of its commit", "pass", _release(None, "./charts/web", "GitRepository")),
    Example("a patch", "pass", {**_release(None), "spec": {"chart": {"spec": {}}}}),
    Example("a range", "fail", _release("1.x"), path="chart.spec.version", message="web follows 1.x (every minor version)"),
    Example("unset is every version", "fail", _release(None), message="web follows * (every version)"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["helm.toolkit.fluxcd.io/HelmRelease"],
    enabled=False,
    examples=EXAMPLES,
)
def flux_helm_version_range(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield versions that are ranges, of charts that come from a repository of charts."""
    chart = pair.head.view.spec.chart.spec
    version = chart.version.string("*")
    if (
        chart.sourceRef.kind.raw != "HelmRepository"
        or later(version)
        or is_patch(pair.head, pair.context)
    ):
        return
    found = width(version)
    if found and found.size > EXACT:
        yield Problem(chart.version, f"{pair.head.id.name} follows {version} ({found.words})")
