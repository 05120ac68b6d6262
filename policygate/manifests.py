"""The manifests of one state: which of its files are read, and what they hold.

A file is read once, whoever asks. Not for the way to a state (`sources`), nor for what a document
means to Kubernetes (`kube`).
"""

from __future__ import annotations

import dataclasses
from posixpath import basename, dirname, join
from typing import TYPE_CHECKING, Final

from policygate.kube.kustomization import FILES, named_files
from policygate.kube.resources import resources_of
from policygate.model import Fault, Location
from policygate.yamldoc import DEFAULT_LIMITS, Parsed, parse
from policygate.yamldoc.stream import find_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.model import Resource
    from policygate.settings import Settings
    from policygate.sources import Snapshot

OWN_GROUP: Final = "policygate.dev"
"""Policies look like resources. Whatever else stands in `.policygate` is a manifest like any other."""


class Manifests:
    """The manifests of a snapshot.

    Args:
        snapshot: The state, or None for one that does not exist and holds nothing.
        settings: Which files are looked at.
        named: Files that are read whatever they are called.

    Attributes:
        faults: Files that should be there and cannot be read.
    """

    def __init__(
        self, snapshot: Snapshot | None, settings: Settings, named: frozenset[str] = frozenset()
    ) -> None:
        self.faults: list[Fault] = []
        self._snapshot = snapshot
        self._settings = settings
        self._named = named
        self._files: dict[str, Parsed | None] = {}
        self._resources: dict[str, tuple[Resource, ...]] = {}
        self._listed: dict[str, frozenset[str]] = {}
        self._charts: dict[str, bool] = {}

    def file(self, path: str | None) -> Parsed | None:
        """Return what a file holds; None when nobody wants it or it cannot be read."""
        if self._snapshot is None or path is None or not self._wants(path):
            return None
        if path not in self._files:
            # One byte more than the bound tells the parser that the file is beyond it.
            data = self._snapshot.read(path, DEFAULT_LIMITS.file_bytes)
            if data is None:
                self.faults.append(Fault("read", f"{path} cannot be read", Location(path, 1)))
            self._files[path] = None if data is None else parse(data, path)
        return self._files[path]

    def resources(self, path: str | None) -> tuple[Resource, ...]:
        """Return the resources that a file holds."""
        parsed = self.file(path)
        if parsed is None:
            return ()
        if parsed.file not in self._resources:
            found: tuple[Resource, ...] = tuple(
                resource
                for document in parsed.documents
                if document.readable
                for resource in resources_of(document.value, document, parsed.file)
                if resource.id.group != OWN_GROUP
            )
            if self.is_chart_template(parsed):
                found = tuple(dataclasses.replace(each, partial=True) for each in found)
            self._resources[parsed.file] = found
        return self._resources[parsed.file]

    def folder(self, scope: str) -> Iterator[Resource]:
        """Yield the resources of one folder's files."""
        for path in self._snapshot.paths(scope, deep=False) if self._snapshot else ():
            yield from self.resources(path)

    def is_chart_template(self, parsed: Parsed) -> bool:
        """Say whether a file is a Helm template that happens to parse, its marks inside of values.

        What it does not set may be set when it is rendered.
        """
        above, is_below, _ = f"/{parsed.file}".rpartition("/templates/")
        if not is_below or "{{" not in parsed.text or not self._is_chart(above[1:]):
            return False
        return find_mark(parsed.text, 0, len(parsed.text)) is not None

    def begun(self, changed: Iterable[str], base: Manifests) -> Iterator[str]:
        """Yield the files that kustomize begins to read and that are not called manifests.

        Nobody judged them as long as they were mere texts; to the cluster they are new.

        Args:
            changed: The files that changed.
            base: The state before.
        """
        changed = frozenset(changed)
        for folder in sorted({dirname(path) for path in changed if basename(path) in FILES}):
            for name in sorted(self._listed_in(folder) - base._listed_in(folder) - changed):
                if not self._settings.wants(name) and self._wants(name) and self._exists(name):
                    yield name

    def _exists(self, path: str) -> bool:
        return self._snapshot is not None and self._snapshot.read(path, 0) is not None

    def _is_chart(self, folder: str) -> bool:
        if folder not in self._charts:
            self._charts[folder] = self._exists(join(folder, "Chart.yaml"))
        return self._charts[folder]

    def _wants(self, path: str) -> bool:
        if path in self._named or self._settings.wants(path):
            return True
        return not self._settings.excludes(path) and path in self._listed_in(dirname(path))

    def _listed_in(self, folder: str) -> frozenset[str]:
        """The files that the kustomization of a folder names: kustomize asks for no ending."""
        if folder not in self._listed:
            found: set[str] = set()
            for name in FILES:
                path = join(folder, name)
                data = (
                    self._snapshot.read(path, DEFAULT_LIMITS.file_bytes) if self._snapshot else None
                )
                for document in parse(data, path).documents if data else ():
                    found.update(named_files(document.value, folder))
            self._listed[folder] = frozenset(found)
        return self._listed[folder]
