"""Flux source is not among those that are allowed.

What a source holds is applied to the cluster. A list of the places that are trusted keeps a fork, a
personal account or a typo from becoming one of them.

Fix:
Use a source that is on the list, or have its owner add this one.

References:
https://fluxcd.io/flux/security/best-practices/

Peers:
kyverno:flux/verify-flux-sources, kyverno:flux/verify-git-repositories
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from policygate.kube.argo import later, repository
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Globs over addresses without scheme and `.git`, such as `github.com/team/*`; none allows everything."""

    allowed: tuple[str, ...] = ()


TEAM = {"allowed": ["github.com/team/*", "ghcr.io/team/*"]}


def _source(
    url: str, kind: str = "GitRepository", group: str = "source", field: str = "url"
) -> dict[str, Any]:
    return {
        "apiVersion": f"{group}.toolkit.fluxcd.io/v1",
        "kind": kind,
        "metadata": {"name": "apps"},
        "spec": {field: url},
    }


EXAMPLES = (
    Example("nobody made a list", "pass", _source("https://github.com/mallory/apps")),
    Example("on the list, by another way", "pass", _source("ssh://git@github.com/team/apps.git"), params=TEAM),
    Example("images", "pass", _source("ghcr.io/team/web", "ImageRepository", "image", "image"), params=TEAM),
    Example("filled in later", "pass", _source("${URL}"), params=TEAM),
    Example("not on the list", "fail", _source("https://github.com/mallory/apps"), params=TEAM, path="spec.url",
            message="apps comes from github.com/mallory/apps"),
    Example("a registry", "fail", _source("oci://docker.io/team/apps", "OCIRepository"), params=TEAM),
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
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def flux_source_not_allowed(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield addresses that no glob matches."""
    for field in ("url", "endpoint", "image"):
        at = pair.head.view.spec[field]
        text = at.string()
        if not params.allowed or not text or later(text):
            continue
        address = repository(text)
        if not any(fnmatchcase(address, each.lower()) for each in params.allowed):
            yield Problem(at, f"{pair.head.id.name} comes from {address}, which is not allowed")
