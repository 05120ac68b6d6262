"""Application follows something that moves, and was pinned.

A commit or a version says what runs, and what to go back to. A branch, `HEAD` or a range is something
else tomorrow: what is deployed changes without a change here, and nobody can tell what ran yesterday.

Fix:
Name the commit, the tag or the chart version that was tested, and let a bot raise it.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application, later, paired_sources
from policygate.kube.version_range import EXACT, is_commit, width
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View

BRANCHES = frozenset({"", "HEAD", "main", "master", "develop", "dev", "trunk", "latest", "*"})


def _app(revision: str | None, chart: str = "", kind: str = "Application") -> dict[str, Any]:
    source: dict[str, Any] = {
        "repoURL": "https://example.com/a",
        "chart" if chart else "path": chart or "web",
    }
    source.update({"targetRevision": revision} if revision is not None else {})
    spec: dict[str, Any] = {"source": source}
    spec = {"template": {"spec": spec}} if kind == "ApplicationSet" else spec
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


SHA = "0123456789abcdef0123456789abcdef01234567"
EXAMPLES = (
    Example("another version", "pass", base=_app("1.2.3", "web"), head=_app("1.3.0", "web")),
    Example("it followed a branch before", "pass", base=_app("main"), head=_app("HEAD")),
    Example("a tag by its whole name", "pass", base=_app("main"), head=_app("refs/tags/release-a")),
    Example("now pinned", "pass", base=_app("main"), head=_app(SHA)),
    Example("chosen for each application", "pass", base=_app("v1.0.0"), head=_app("{{ .revision }}")),
    Example("a commit becomes a branch", "fail", base=_app(SHA), head=_app("main"), path="targetRevision",
            message="web follows main and was pinned to 0123456789ab"),
    Example("a tag becomes nothing", "fail", base=_app("v1.0.0"), head=_app(None), message="web follows HEAD"),
    Example("a version becomes a range", "fail", base=_app("1.2.3", "web"), head=_app("^1.2.0", "web"), message="follows ^1.2.0 (every minor version)"),
    Example("a range becomes wider", "fail", base=_app("~1.2.0", "web"), head=_app("*", "web"), message="web follows *, and followed ~1.2.0"),
    Example("perhaps a branch, perhaps a tag", "fail", base=_app("v1.0.0"), head=_app("release-a")),
    Example("all that a set makes", "fail", base=_app("v1.0.0", "", "ApplicationSet"), head=_app("HEAD", "", "ApplicationSet")),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_argocd_revision(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield revisions that let in more than those at the base."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    for old, new in paired_sources(application(pair.base), application(pair.head)):
        revision = new.targetRevision
        was, now = old.targetRevision.string(), revision.string()
        if later(was + now) or _looseness(old) >= _looseness(new):
            continue
        range_ = width(now) if now and now not in BRANCHES else None
        more = f" ({range_.words})" if range_ else ""
        yield Problem(
            revision,
            f"{pair.head.id.name} follows {now or 'HEAD'}{more} and was pinned to {was[:12]}"
            if _looseness(old) == (0, False)
            else f"{pair.head.id.name} follows {now or 'HEAD'}{more}, and followed {was}",
            possible=range_ is None and now not in BRANCHES,
        )


def _looseness(source: View) -> tuple[int, bool]:
    """How much a source lets in; a branch is as loose as can be."""
    revision = source.targetRevision.string()
    if is_commit(revision):
        return (EXACT, False)
    found = width(revision.removeprefix("refs/tags/")) if revision not in BRANCHES else None
    if revision.startswith("refs/tags/"):
        return (EXACT, False)
    return (found.size, found.prereleases) if found else (9, False)
