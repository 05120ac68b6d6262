"""Paths on a node, as a hostPath volume reaches them.

A path is the folder and everything below it: mounting `/var` reaches the socket in `/var/run`. Not for
which paths are dangerous: policies say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.view import View

_RUN: Final = "/var/run"
"""On every node of today a link to `/run`."""


def normalised(path: str) -> str:
    """A path as the node resolves it: without `.`, `..`, doubled and trailing slashes."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    found = "/" + "/".join(parts)
    return found.removeprefix("/var") if is_below(found, _RUN) else found


def is_below(path: str, folder: str) -> bool:
    """Whether a normalised path is a folder, or lies in it."""
    return folder in ("/", path) or path.startswith(folder + "/")


def reached(path: str, targets: Iterable[str]) -> str:
    """The first target that a mounted path is or contains; empty for none."""
    mounted = normalised(path)
    return next((each for each in targets if is_below(normalised(each), mounted)), "")


def host_paths(spec: View) -> Iterator[tuple[View, str]]:
    """The hostPath volumes of a pod spec, each with its path."""
    for volume in spec.volumes:
        if volume.hostPath:
            yield volume.hostPath, volume.hostPath["path"].string()
