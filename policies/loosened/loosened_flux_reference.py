"""Flux source follows something that moves, and was pinned.

A commit, a digest or a version says what runs, and what to go back to. A branch, a range or `latest` is
something else tomorrow: what is deployed changes without a change here.

Fix:
Name the commit, the digest or the version that was tested, and let a bot raise it.

References:
https://fluxcd.io/flux/components/source/gitrepositories/#reference
https://fluxcd.io/flux/components/source/ocirepositories/#reference
https://fluxcd.io/flux/components/helm/helmreleases/#chart-template
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import later
from policygate.kube.flux import pinned_by
from policygate.kube.version_range import width
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View

ORDER = {"digest": 3, "commit": 3, "tag": 2, "": 0}


def _source(**ref: Any) -> dict[str, Any]:
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": {"name": "apps"},
            "spec": {"interval": "1h", "url": "https://example.com/a", "ref": ref}}  # fmt: skip


def _release(version: str | None) -> dict[str, Any]:
    chart = {"chart": "web", **({} if version is None else {"version": version})}
    return {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "web"},
            "spec": {"interval": "1h", "chart": {"spec": chart}}}  # fmt: skip


EXAMPLES = (
    Example("another version", "pass", base=_source(tag="v1.0.0"), head=_source(tag="v1.1.0")),
    Example("pinned", "pass", base=_source(branch="main"), head=_source(commit="abc", branch="main")),
    Example("another version of a chart", "pass", base=_release("1.2.3"), head=_release("1.3.0")),
    Example("filled in later", "pass", base=_release("1.2.3"), head=_release("${VERSION}")),
    Example("a new source", "pass", _source(branch="main")),
    Example("the chart comes from elsewhere", "pass", base=_release("1.2.3"), head={**_release(None), "spec": {"chartRef": {"name": "web"}}}),
    Example("a tag becomes a branch", "fail", base=_source(tag="v1.0.0"), head=_source(branch="main"), path="spec.ref",
            message="apps is no longer pinned by a tag"),
    Example("a digest becomes a tag", "fail", base=_source(tag="v1", digest="sha256:a"), head=_source(tag="v1"),
            message="no longer pinned by a digest"),
    Example("a range gets wider", "fail", base=_source(semver="~1.2"), head=_source(semver=">=1.0"), path="spec.ref.semver",
            message="follows >=1.0 (every version), and followed ~1.2"),
    Example("a chart of its own object", "fail", path="spec.version",
            base={**_release(None), "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "HelmChart", "spec": {"version": "1.2.3"}},
            head={**_release(None), "apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "HelmChart", "spec": {"version": "1.x"}}),
    Example("a chart is no longer pinned", "fail", base=_release("1.2.3"), head=_release(None), path="spec.chart.spec.version",
            message="web follows * (every version), and followed 1.2.3"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=[
        "source.toolkit.fluxcd.io/GitRepository",
        "source.toolkit.fluxcd.io/OCIRepository",
        "source.toolkit.fluxcd.io/HelmChart",
        "helm.toolkit.fluxcd.io/HelmRelease",
    ],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_flux_reference(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield references that let in more than those at the base."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head, name = pair.base.view.spec, pair.head.view.spec, pair.head.id.name
    if pair.head.id.kind == "HelmRelease":
        if base.chart.spec.chart and head.chart.spec.chart:
            yield from _of_range(base.chart.spec.version, head.chart.spec.version, name)
    elif pair.head.id.kind == "HelmChart":
        yield from _of_range(base.version, head.version, name)
    else:
        was, now = pinned_by(base.ref), pinned_by(head.ref)
        if ORDER[now] < ORDER[was]:
            yield Problem(head.ref, f"{name} is no longer pinned by a {was}")
        elif base.ref.semver.string() and head.ref.semver.string():
            yield from _of_range(base.ref.semver, head.ref.semver, name)


def _of_range(base: View, head: View, name: str) -> Iterator[Problem]:
    was, now = base.string("*"), head.string("*")
    old, new = width(was), width(now)
    if old and new and new > old and not later(was + now):
        yield Problem(head, f"{name} follows {now} ({new.words}), and followed {was}")
