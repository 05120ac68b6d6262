"""The descriptions of the Kubernetes API that kubernetes-validate ships, version by version.

Only its files are read: importing the package takes longer than a whole check. Not for what stands
in them (`openapi`, `schema`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeAlias

REFERENCE: Final = "#/$defs/"
"""What a reference to a definition begins with."""
_WORD: Final = re.compile(r"[A-Za-z0-9]{1,100}")
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


@cache
def nearest_version(wanted: Version | None) -> Version:
    """The described version that is wanted, or the nearest one; the newest for None."""
    known = versions()
    if wanted is None:
        return known[-1]
    return min(known, key=lambda each: (abs(each[1] - wanted[1]), each))


@cache
def definitions(version: Version) -> Definitions:
    """The definitions of a described version, by their names.

    Raises:
        KeyError: For a version that is not described.
    """
    path = _folders()[version] / "_definitions.json"
    return Definitions(path.read_text(encoding="utf-8"))


class Definitions(Mapping[str, Mapping[str, Any]]):
    """Schemas by their names, each read when it is asked for: a manifest needs some forty of 860.

    Args:
        text: JSON, an object whose `$defs` are the schemas.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: dict[str, Mapping[str, Any]] = {}
        self._decoder = json.JSONDecoder()

    def __getitem__(self, name: str) -> Mapping[str, Any]:
        if name not in self._read:
            # Nothing else is written like this: references are values, fields are no such names.
            at = self._text.find(f'"{name}": {{') if "." in name and '"' not in name else -1
            if at < 0:
                raise KeyError(name)
            self._read[name] = self._decoder.raw_decode(self._text, at + len(name) + 4)[0]
        return self._read[name]

    @cached_property
    def _all(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = json.loads(self._text)["$defs"]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def of_kind(self, group: str, version: str, kind: str) -> Mapping[str, Any] | None:
        """The schema of a kind, if there is one."""
        if not _WORD.fullmatch(version) or not _WORD.fullmatch(kind):
            return None
        wanted = {"group": group, "version": version, "kind": kind}
        for found in re.finditer(rf'"(io\.[\w.-]+\.{version}\.{kind})": {{', self._text):
            schema = self[found[1]]
            if wanted in schema.get("x-kubernetes-group-version-kind", ()):
                return schema
        return None
