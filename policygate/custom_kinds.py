"""The schemas of custom kinds that a repository holds: its CRDs, and the folder that settings name.

A tree is searched when somebody asks for a kind that is not built in. Names out of manifests are
looked up, never made into a path. Not for what a schema means (`kube.schema`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from policygate.kube.api_files import nearest_version
from policygate.kube.crd import WORD, CustomKind, custom_kinds_in
from policygate.kube.schema import custom
from policygate.kube.schema_checks import either
from policygate.yamldoc import DEFAULT_LIMITS, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policygate.kube.schema_checks import Check
    from policygate.sources import Snapshot

_CATALOGUED: Final = re.compile(r"(?:^|/)([a-z0-9.-]+)/([a-z0-9]+)_([a-z0-9]+)\.json$")
"""How a catalogue of schemas names its files: `<group>/<kind>_<version>.json`."""


class CustomKinds:
    """The schemas of custom kinds.

    Args:
        tree: The state whose CRDs are meant: the head, which brings them with what they describe.
        trusted: The state that the folders are read from: the base.
        folders: Folders with CRDs, or with JSON Schemas in `<group>/<kind>_<version>.json`.
    """

    def __init__(self, tree: Snapshot, trusted: Snapshot | None, folders: Sequence[str]) -> None:
        self._tree = tree
        self._trusted = trusted
        self._folders = folders
        self._found: dict[tuple[str, str], Check | None] = {}
        self._described: dict[tuple[bool, str], list[CustomKind]] = {}
        self._files: tuple[tuple[Snapshot, str], ...] | None = None
        self._catalogue: dict[tuple[str, str], str] = {}

    def check_of(self, api_version: str, kind: str) -> Check | None:
        """The check of a custom kind; None where nothing tells what it looks like.

        Where several clusters have different CRDs of one kind, whatever fits one of them fits.
        """
        key = (api_version, kind)
        if key not in self._found:
            version = nearest_version(None)
            made = [custom(schema, kind, version) for schema in self._schemas(api_version, kind)]
            self._found[key] = either(made) if made else None
        return self._found[key]

    def _schemas(self, api_version: str, kind: str) -> Iterator[Mapping[str, Any]]:
        if "/" not in api_version:
            return
        if self._files is None:
            self._list_files()
        seen: list[Mapping[str, Any]] = []
        for tree, path in self._files or ():
            for each in self._kinds_in(tree, path, kind):
                if (each.api_version, each.kind) == (api_version, kind):
                    seen += [each.schema] if each.schema not in seen else []
        yield from seen
        path = self._catalogue.get((api_version.lower(), kind.lower()), "")
        data = (
            self._trusted.read(path, DEFAULT_LIMITS.file_bytes) if path and self._trusted else None
        )
        schema = _json(data) if data is not None else None
        if isinstance(schema, dict):
            yield schema

    def _kinds_in(self, tree: Snapshot, path: str, kind: str) -> Sequence[CustomKind]:
        """The kinds that a file describes; it is parsed only if it holds the word, and only once."""
        key = (tree is self._tree, path)
        if key not in self._described:
            data = tree.read(path, DEFAULT_LIMITS.file_bytes)
            if data is None or kind.encode("utf-8", "replace") not in data:
                return ()
            self._described[key] = [
                each
                for document in parse(data, path).documents
                if document.readable
                for each in custom_kinds_in(document.value)
            ]
        return self._described[key]

    def _list_files(self) -> None:
        """Find the files that may hold a CRD, and the catalogued schemas."""
        endings = (".yaml", ".yml", ".json")
        files = [(self._tree, p) for p in self._tree.search(WORD) if p.endswith(endings)]
        for folder in self._folders if self._trusted is not None else ():
            for path in self._trusted.paths(folder) if self._trusted else ():
                named = _CATALOGUED.search(path)
                if named is not None:
                    group, kind, version = named.groups()
                    self._catalogue[f"{group}/{version}", kind] = path
                elif path.endswith(endings) and self._trusted is not None:
                    files.append((self._trusted, path))
        self._files = tuple(files)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
