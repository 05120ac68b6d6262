"""The descriptions of the Kubernetes API that kubernetes-validate ships, version by version.

Only its files are read: importing the package takes longer than a whole check. Not for what stands
in them (`openapi`, `schema`).
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

REFERENCE: Final = "#/$defs/"
"""What a reference to a definition begins with."""
_FOLDER: Final = re.compile(r"v(\d+)\.(\d+)\.\d+-local")

Version: TypeAlias = tuple[int, int]
"""A version of Kubernetes, major and minor."""


@cache
def _folders() -> Mapping[Version, Path]:
    package = find_spec("kubernetes_validate")
    roots = package.submodule_search_locations if package else None
    folder = Path(next(iter(roots or ()), "")) / "kubernetes-json-schema"
    return {
        (int(found[1]), int(found[2])): entry
        for entry in folder.iterdir()
        if (found := _FOLDER.fullmatch(entry.name))
    }


def versions() -> tuple[Version, ...]:
    """The versions that are described, oldest first."""
    return tuple(sorted(_folders()))


def nearest_version(wanted: Version | None) -> Version:
    """The described version that is wanted, or the nearest one; the newest for None."""
    known = versions()
    if wanted is None:
        return known[-1]
    return min(known, key=lambda each: (abs(each[1] - wanted[1]), each))


@cache
def definitions(version: Version) -> Mapping[str, Mapping[str, Any]]:
    """The definitions of a described version, by their names.

    Raises:
        KeyError: For a version that is not described.
    """
    text = _folders()[version].joinpath("_definitions.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Any]] = json.loads(text)["$defs"]
    return found
