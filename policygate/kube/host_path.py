"""Paths on a node, as volumes reach them.

A path is the folder and everything below it: mounting `/var` reaches the socket in `/var/run`. Not for
which paths are dangerous: policies say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.workloads import pod_specs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.kube.places import Certainty
    from policygate.model import Resource
    from policygate.view import View

_RUN: Final = "/var/run"
"""On every node of today a link to `/run`."""
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_VOLUMES: Final = frozenset({("", "PersistentVolume")})


class HostPath(NamedTuple):
    """A path of a node that a resource reaches: where it says so, the path, and who mounts it."""

    view: View
    path: str
    who: str
    certainty: Certainty


def normalised(path: str) -> str:
    r"""A path as the node resolves it: without `.`, `..`, doubled and trailing slashes.

    Those of Windows read like others: `C:\var\lib` is `/var/lib`.
    """
    if "\\" in path or _DRIVE.match(path):
        path = _DRIVE.sub("", path.replace("\\", "/"), count=1)
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


def host_paths(resource: Resource) -> Iterator[HostPath]:
    """The paths of nodes that the pods of a resource mount, or a PersistentVolume stands for."""
    if (resource.id.group, resource.id.kind) in _VOLUMES:
        who = f"PersistentVolume {resource.id.name}".rstrip()
        for source in (resource.view.spec.hostPath, resource.view.spec.local):
            if source:
                yield HostPath(source, source["path"].string(), who, "known")
    for pod in pod_specs(resource):
        for volume in pod.view.volumes:
            if volume.hostPath:
                path = volume.hostPath["path"].string()
                yield HostPath(volume.hostPath, path, "pod", pod.certainty)
