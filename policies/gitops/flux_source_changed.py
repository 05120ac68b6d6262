"""Flux source reads from somewhere else.

Whoever can write to the new place decides from now on what runs, and what the old one held is pruned if
the new one does not hold it. A wrong fork or a typo looks the same in a review.

Fix:
Check who may write to the new place, and what it holds: `flux diff kustomization` shows what would change.

References:
https://fluxcd.io/flux/components/source/gitrepositories/#url
https://fluxcd.io/flux/components/kustomize/kustomizations/#source-reference
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import later, repository
from policygate.policy import Example, Pair, Problem, policy


def _source(url: str, kind: str = "GitRepository", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": kind, "metadata": {"name": "apps"},
            "spec": {"interval": "1h", "url": url, **spec}}  # fmt: skip


EXAMPLES = (
    Example("another spelling", "pass", base=_source("https://github.com/team/apps"), head=_source("ssh://git@github.com/team/apps.git")),
    Example("filled in later", "pass", base=_source("https://github.com/team/apps"), head=_source("${URL}")),
    Example("a new source", "pass", _source("https://github.com/team/apps")),
    Example("another repository", "fail", base=_source("https://github.com/team/apps"), head=_source("https://github.com/mallory/apps"),
            path="spec.url", message="apps comes from github.com/mallory/apps, no longer from github.com/team/apps"),
    Example("another registry", "fail", base=_source("oci://ghcr.io/team/web", "OCIRepository"), head=_source("oci://quay.io/team/web", "OCIRepository")),
    Example("another bucket", "fail", base=_source("", "Bucket", endpoint="s3.example.com", bucketName="a"),
            head=_source("", "Bucket", endpoint="s3.example.com", bucketName="b"), path="spec.bucketName"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=[
        "source.toolkit.fluxcd.io/GitRepository",
        "source.toolkit.fluxcd.io/OCIRepository",
        "source.toolkit.fluxcd.io/HelmRepository",
        "source.toolkit.fluxcd.io/Bucket",
        "image.toolkit.fluxcd.io/ImageRepository",
    ],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def flux_source_changed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield an address that is another one than at the base."""
    for field in ("url", "endpoint", "bucketName", "image"):
        was, at = pair.base.view.spec[field].string(), pair.head.view.spec[field]
        now = at.string()
        if was and now and not later(was + now) and repository(was) != repository(now):
            yield Problem(
                at,
                f"{pair.head.id.name} comes from {repository(now)}, no longer from {repository(was)}",
                unordered=True,
            )
