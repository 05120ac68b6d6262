"""Versions of components of a cluster with holes that are used, by image. Data alone, and how to look it up.

Not a scanner: what stands here is what peers check, and what a scanner of images would find as well.
Sources: the advisories of each project, by the number that stands beside each entry.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from policygate.kube.image import Image

Version = tuple[int, int, int]

_VERSION: Final = re.compile(r"v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(-\w[\w.-]*)?", re.ASCII)
_BEFORE_RELEASE: Final = re.compile(r"-(?:alpha|beta|rc|pre)", re.ASCII)


class Hole(NamedTuple):
    """A hole of one image.

    Attributes:
        number: The number of its advisory.
        ranges: From the first version that has it to the first one that has not.
        words: What it lets whom do.
    """

    number: str
    ranges: tuple[tuple[Version, Version], ...]
    words: str


_START: Final = (0, 0, 0)
HOLES: Final[dict[str, tuple[Hole, ...]]] = {
    "argocd": (
        Hole(
            "CVE-2022-24348",
            ((_START, (2, 1, 9)), ((2, 2, 0), (2, 2, 4))),
            "a Helm chart reads values of other applications",
        ),
    ),
    "grafana": (
        Hole(
            "CVE-2021-43798",
            (
                ((8, 0, 0), (8, 0, 7)),
                ((8, 1, 0), (8, 1, 8)),
                ((8, 2, 0), (8, 2, 7)),
                ((8, 3, 0), (8, 3, 1)),
            ),
            "anybody reads its files",
        ),
        Hole("CVE-2022-39328", (((9, 2, 0), (9, 2, 4)),), "anybody gets the rights of others"),
    ),
    "kubernetes-dashboard": (
        Hole("CVE-2018-18264", ((_START, (1, 10, 1)),), "anybody reads Secrets with its account"),
    ),
    "kyverno": (
        Hole("CVE-2022-47633", (((1, 8, 3), (1, 8, 5)),), "a registry passes unsigned images"),
    ),
    "ingress-nginx": (
        Hole(
            "CVE-2025-1974",
            ((_START, (1, 11, 5)), ((1, 12, 0), (1, 12, 1))),
            "any pod runs code in the controller and reads its Secrets",
        ),
    ),
}
"""Component: its holes."""

_IMAGES: Final = (
    (re.compile(r"(?:.*/)?argocd", re.ASCII), "argocd"),
    (re.compile(r"(?:.*/)?grafana(?:-oss|-enterprise)?", re.ASCII), "grafana"),
    (
        re.compile(
            r"(?:.*/)?kubernetes-dashboard(?:-(?:amd64|arm|arm64|ppc64le|s390x))?", re.ASCII
        ),
        "kubernetes-dashboard",
    ),
    (re.compile(r"(?:.*/)?kyverno", re.ASCII), "kyverno"),
    (
        re.compile(
            r"(?:.*/)?(?:ingress-nginx/controller(?:-chroot)?|nginx-ingress-controller)", re.ASCII
        ),
        "ingress-nginx",
    ),
)
"""Repositories in any registry, for mirrors keep the end of a name: component."""


def component_of(image: Image) -> str:
    """The component that an image is of; empty for one that nothing is known of."""
    return next((name for pattern, name in _IMAGES if pattern.fullmatch(image.repository)), "")


def holes_of(image: Image) -> tuple[Hole, ...]:
    """The holes of an image, by its tag; none for a tag that is no version."""
    found = _VERSION.fullmatch(image.tag)
    if found is None:
        return ()
    version = (int(found[1]), int(found[2]), int(found[3]))
    # What comes before a release lacks what the release mends.
    early = bool(found[4] and _BEFORE_RELEASE.match(found[4]))
    return tuple(
        hole
        for hole in HOLES.get(component_of(image), ())
        if any(
            first <= version < fixed or (early and version == fixed) for first, fixed in hole.ranges
        )
    )
