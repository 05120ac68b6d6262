"""Application is deployed from another repository.

Whoever can push to the new repository decides from now on what runs, and what the old one deployed is
pruned if the new one does not hold it. A wrong fork or a typo looks the same in a review.

Fix:
Check who may write to the new repository, and look at what would change with `argocd app diff` before
the merge.

References:
https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application, later, paired_sources, repository
from policygate.policy import Example, Pair, Problem, policy


def _app(url: str, kind: str = "Application", **source: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"source": {"repoURL": url, "path": "web", **source}}
    spec = {"template": {"spec": spec}} if kind == "ApplicationSet" else spec
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


EXAMPLES = (
    Example("another spelling", "pass", base=_app("https://github.com/team/apps.git"), head=_app("git@github.com:team/apps")),
    Example("another path of it", "pass", base=_app("https://github.com/team/apps"), head=_app("https://github.com/team/apps", path="api")),
    Example("filled in later", "pass", base=_app("https://github.com/team/apps"), head=_app("{{ .url }}", "Application")),
    Example("a new application", "pass", _app("https://github.com/team/apps")),
    Example("another repository", "fail", base=_app("https://github.com/team/apps"), head=_app("https://github.com/mallory/apps"),
            path="spec.source.repoURL", message="web comes from github.com/mallory/apps, no longer from github.com/team/apps"),
    Example("all that a set makes", "fail", base=_app("https://a.example/x", "ApplicationSet"), head=_app("https://b.example/x", "ApplicationSet"),
            path="spec.template.spec.source.repoURL"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def argocd_source_changed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield sources whose repository is another one."""
    for old, new in paired_sources(application(pair.base), application(pair.head)):
        was, now = old.repoURL.string(), new.repoURL.string()
        if not was or not now or later(was + now) or repository(was) == repository(now):
            continue
        yield Problem(
            new.repoURL,
            f"{pair.head.id.name} comes from {repository(now)}, no longer from {repository(was)}",
            unordered=True,
        )
