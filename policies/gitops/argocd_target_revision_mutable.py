"""Application in production follows a branch or a range.

Only a commit or a version says what runs. With a branch, `HEAD` or a range, what is merged or released
somewhere else reaches production by itself, and nobody can say what to go back to.

Fix:
Name a tag, a commit or a chart version, and let a bot raise it in a pull request.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/tracking_strategies/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.globs import matches_any
from policygate.kube.argo import application, later, sources
from policygate.kube.version_range import EXACT, is_commit, width
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Globs over the files in which applications of production stand."""

    paths: tuple[str, ...] = ("**/prod/**", "**/production/**", "**/*-prod/**", "**/prod-*/**")


def _app(revision: str | None, **source: Any) -> dict[str, Any]:
    said = {} if revision is None else {"targetRevision": revision}
    source = {"repoURL": "https://example.com/a", "path": "web", **source, **said}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "web"},
        "spec": {"source": source},
    }


PROD = "clusters/prod/web.yaml"
SHA = "0123456789abcdef0123456789abcdef01234567"
EXAMPLES = (
    Example("a tag", "pass", _app("v1.2.3"), at=PROD),
    Example("a commit", "pass", _app(SHA), at=PROD),
    Example("a tag by its whole name", "pass", _app("refs/tags/a"), at=PROD),
    Example("chosen by a generator", "pass", _app("{{ .revision }}"), at=PROD),
    Example("somewhere else", "pass", _app("main"), at="clusters/test/web.yaml"),
    Example("a branch", "fail", _app("main"), at=PROD, path="spec.source.targetRevision", message="web follows main"),
    Example("unset is HEAD", "fail", _app(None), at=PROD, message="web follows HEAD"),
    Example("a range of charts", "fail", _app("1.x", chart="web"), at=PROD, message="web follows 1.x"),
    Example("other files", "fail", _app("main"), params={"paths": ["**"]}),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def argocd_target_revision_mutable(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield revisions that move, of applications in production."""
    if not matches_any(params.paths, pair.head.file):
        return
    for source in sources(application(pair.head)):
        revision = source.targetRevision
        text = revision.string()
        if later(text) or is_commit(text) or text.startswith("refs/tags/"):
            continue
        found = width(text) if text else None
        if found is None or found.size > EXACT:
            yield Problem(revision, f"{pair.head.id.name} follows {text or 'HEAD'}")
