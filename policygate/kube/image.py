"""Container image references: registry, repository, tag and digest.

Source of the rules: https://github.com/distribution/reference/blob/main/regexp.go, which kubelet and
container runtimes use. Not for what makes a tag mutable or a registry trusted: policies say so.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

HUB: Final = "docker.io"
"""The registry of a reference that names none."""

_HOST: Final = (
    r"(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
    r"(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
)
_COMPONENT: Final = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REGISTRY: Final = re.compile(_HOST, re.ASCII)
_REPOSITORY: Final = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*", re.ASCII)
_TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}", re.ASCII
)
_IDENTIFIER: Final = re.compile(r"[a-f0-9]{64}", re.ASCII)
_LONGEST_NAME: Final = 255
_LONGEST: Final = 1024


class Image(NamedTuple):
    """A parsed reference; every part as written, an empty string where there is none."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """Registry and repository in full: `nginx` is `docker.io/library/nginx`."""
        registry = HUB if self.registry in {"", "index.docker.io"} else self.registry
        library = "library/" if registry == HUB and "/" not in self.repository else ""
        return f"{registry}/{library}{self.repository}"

    @property
    def effective_tag(self) -> str:
        """The tag that is pulled: `latest` where neither tag nor digest is written.

        Empty for a digest without a tag. imagePullPolicy defaults to Always exactly where this is
        `latest`, even beside a digest.
        """
        return self.tag or ("" if self.digest else "latest")


def parse_image(text: str) -> Image | None:
    """Parse `registry[:port]/repository[:tag][@digest]`.

    Returns:
        The parts, or None for what no container runtime would pull: the empty string of a template,
        `${IMAGE}`, capitals in the repository, white space.
    """
    if len(text) > _LONGEST:
        return None
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return None
    first, slash, path = rest.partition("/")
    if not slash or not (set(first) & set(".:[") or first == "localhost" or first != first.lower()):
        first, path = "", rest
    repository, colon, tag = path.partition(":")
    if (
        (slash and first and not _REGISTRY.fullmatch(first))
        or not _REPOSITORY.fullmatch(repository)
        or len(first) + len(repository) >= _LONGEST_NAME
        or (not first and _IDENTIFIER.fullmatch(repository))
        or (colon and not _TAG.fullmatch(tag))
    ):
        return None
    return Image(first, repository, tag, digest)


def holds(place: str, name: str) -> bool:
    """Whether a registry, a folder of one or a repository holds an image.

    Names end at a slash: `ghcr.io/team` does not hold `ghcr.io/team-b/web`.

    Args:
        place: Such as `docker.io/library` or `registry.example:5000/`.
        name: The full name of the image, see `Image.name`.
    """
    place = place.rstrip("/")
    return bool(place) and (name == place or name.startswith(place + "/"))
