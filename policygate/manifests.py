"""The manifests of one state: which of its files are read, and what they hold.

A file is read once, whoever asks. Not for the way to a state (`sources`), nor for what a document
means to Kubernetes (`kube`).
"""

from __future__ import annotations

import dataclasses
import re
from posixpath import basename, dirname, join
from typing import TYPE_CHECKING, Final, TypeAlias

from policygate.git_attributes import FILE as ATTRIBUTES
from policygate.git_attributes import GitAttributes
from policygate.kube.inline import patched_resources
from policygate.kube.kustomization import (
    FILES,
    copied_files,
    is_kustomization,
    named_files,
    patch_files,
    resource_files,
)
from policygate.kube.resources import resources_of, without_directives
from policygate.model import Fault, Location
from policygate.yamldoc import DEFAULT_LIMITS, GIT_CRYPT, TOO_LARGE, Parsed, parse, parse_plain
from policygate.yamldoc.stream import find_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policygate.model import Resource, ResourceId
    from policygate.settings import Settings
    from policygate.sources import Snapshot

    _Names: TypeAlias = Callable[[object, str], Iterable[str]]
    """The body of a kustomization and its folder -> files that it names for some purpose."""

OWN_GROUP: Final = "policygate.dev"
"""Policies look like resources. Whatever else stands in `.policygate` is a manifest like any other."""


_MARK_BYTES: Final = 64
"""Enough of a file to see whether it is encrypted."""
_UTF_16: Final = ("\udcff\udcfe", "\udcfe\udcff")
"""Its byte order marks; bytes that are no text, as surrogates."""
_ABOVE: Final = 3
"""How far up a kustomization may stand that names a file: `files: [conf/a/b/web.conf]`."""


_ESCAPED: Final = re.compile(r"\\(?:u00|x|U000000)([4-7][0-9A-Fa-f])")
"""A letter that JSON or YAML may write in another way: `"\\u0061piVersion"`."""


class Manifests:
    """The manifests of a snapshot; implements `policygate.policy.types.Files`.

    What kustomize copies into ConfigMaps and Secrets, and what git-crypt should encrypt, is read as well, as
    text without documents where it is not called a manifest.

    Args:
        snapshot: The state, or None for one that does not exist and holds nothing.
        settings: Which files are looked at.
        named: Files that are read whatever they are called.

    Attributes:
        faults: Files that should be there and cannot be read.
        ended: Files that are there and that nobody builds any more.
    """

    def __init__(
        self, snapshot: Snapshot | None, settings: Settings, named: frozenset[str] = frozenset()
    ) -> None:
        self.faults: list[Fault] = []
        self.ended: frozenset[str] = frozenset()
        self._snapshot = snapshot
        self._settings = settings
        self._named = named
        self._files: dict[str, Parsed | None] = {}
        self._resources: dict[str, tuple[Resource, ...]] = {}
        self._kustomizations: dict[str, tuple[object, ...]] = {}
        self._taken: dict[tuple[str, _Names], frozenset[str]] = {}
        self._charts: dict[str, bool] = {}
        self._holding: dict[str, tuple[str, ...]] = {}
        self._in_utf_16: tuple[str, ...] | None = None
        self._expected: tuple[str, ...] = ()
        self._with_expected: tuple[str, ...] | None = None
        self._missing: set[str] = set()
        self._attributes = GitAttributes(self._text)

    def file(self, path: str | None) -> Parsed | None:
        """Return what a file holds; None when nobody wants it or it cannot be read."""
        if path is None or not (self._wants(path) or self._wants_text(path)):
            return None
        found = self.read(path)
        if found is None and self._snapshot is not None and path not in self._missing:
            self._missing.add(path)
            self.faults.append(Fault("read", f"{path} cannot be read", Location(path, 1)))
        return found

    def read(self, path: str) -> Parsed | None:
        """Return what a file holds, whatever it is called; None when there is none."""
        if path not in self._files:
            data = self._data(path)
            self._files[path] = None if data is None else self._parsed(data, path)
        return self._files[path]

    def is_plain(self, path: str) -> bool:
        """Whether a file is read as text only."""
        if not self._wants(path):
            return True
        return path.lower().endswith(".json") and self._is_copied(path)

    def is_left_plain(self, path: str) -> bool:
        """Whether git-crypt should encrypt a file, and git keeps it as it is; it leaves empty files alone."""
        if self._snapshot is None or not self._attributes.is_git_crypt(path):
            return False
        data = self._snapshot.stored(path, _MARK_BYTES)
        return bool(data) and parse_plain(data or b"", path).not_text != GIT_CRYPT

    def holding(self, word: str, *others: str) -> tuple[str, ...]:
        """Return the sorted paths of the text files that hold a word, and one of some others if there are any."""
        if word not in self._holding:
            more = [path for path in self._wide() if word in (self._text(path) or "")]
            self._holding[word] = tuple(sorted({*self._searched(word), *more}))
        found = self._holding[word]
        return tuple(path for path in found if self._holds(path, others)) if others else found

    def expect(self, *words: str) -> None:
        """Take note of words that will be asked for and that few trees hold: one search tells of all of them."""
        self._expected = words
        self._with_expected = None

    def _searched(self, word: str) -> tuple[str, ...]:
        if self._snapshot is None:
            return ()
        if word not in self._expected:
            return self._snapshot.search(word)
        if self._with_expected is None:
            self._with_expected = self._snapshot.search(*self._expected)
        among = self._with_expected
        return self._snapshot.search(word, among=among) if among else ()

    def _holds(self, path: str, words: tuple[str, ...]) -> bool:
        """Whether a file holds one of some words; it need not be parsed for that."""
        if path in self._files or path in self._wide():
            text = self._text(path) or ""
            return any(word in text for word in words)
        data = self._data(path) or b""
        return any(word.encode() in data for word in words)

    def _wide(self) -> tuple[str, ...]:
        """The files in UTF-16 that are looked at: a search through bytes finds no word in them."""
        if self._in_utf_16 is None:
            found = self._snapshot.search(*_UTF_16) if self._snapshot is not None else ()
            self._in_utf_16 = tuple(filter(self._wants, found))
        return self._in_utf_16

    def resources(self, path: str | None) -> tuple[Resource, ...]:
        """Return the resources that a file holds."""
        parsed = self.read(path) if path is not None and self._wants(path) else None
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
            elif any(each.partial for each in found) and not self.is_patch(parsed.file):
                found = tuple(map(without_directives, found))
            self._resources[parsed.file] = (*found, *_patched(parsed))
        return self._resources[parsed.file]

    def resource(self, path: str, ident: ResourceId | None) -> Resource | None:
        """Return the first resource of an identity that a file holds; None where there is none."""
        return next((each for each in self.resources(path) if each.id == ident), None)

    def folder(self, scope: str) -> Iterator[Resource]:
        """Yield the resources of one folder's files."""
        for path in self._snapshot.paths(scope, deep=False) if self._snapshot else ():
            yield from self.resources(path)

    def is_built(self, path: str) -> bool:
        """Whether a file is taken as far as its folders tell: one without kustomization is taken whole."""
        if path in self.ended:
            return False
        if basename(path) in FILES or not self.is_kustomized(dirname(path)):
            return True
        return self._is_listed(path)

    def names(self, folder: str) -> frozenset[str]:
        """Return the files and folders that the kustomization of a folder names."""
        return self._named_in(folder, named_files)

    def is_kustomized(self, folder: str) -> bool:
        """Whether a folder has a kustomization."""
        return bool(self._kustomizations_in(folder))

    def kustomized(self) -> frozenset[str]:
        """Return all folders that have a kustomization."""
        paths = self._snapshot.paths() if self._snapshot else ()
        folders = {dirname(path) for path in paths if basename(path) in FILES}
        return frozenset(filter(self.is_kustomized, folders))

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        return self._snapshot is not None and self._snapshot.read(path, 0) is not None

    def is_chart_template(self, parsed: Parsed) -> bool:
        """Say whether a file is a Helm template that happens to parse, its marks inside of values.

        What it does not set may be set when it is rendered.
        """
        if "{{" not in parsed.text or self._chart_of(parsed.file) is None:
            return False
        return find_mark(parsed.text, 0, len(parsed.text)) is not None

    def is_patch(self, path: str) -> bool:
        """Whether a file only patches others; one that is built as well is a manifest like any other."""
        return self._is_named(path, patch_files) and not self._is_named(path, resource_files)

    def begun(self, changed: Iterable[str], base: Manifests) -> Iterator[str]:
        """Yield the files that kustomize begins to read or to copy and that are not called manifests.

        Nobody judged them as long as they were mere texts; to the cluster they are new.

        Args:
            changed: The files that changed.
            base: The state before.
        """
        changed = frozenset(changed)
        for folder in sorted({dirname(path) for path in changed if basename(path) in FILES}):
            for name in sorted(self._taken_in(folder) - base._taken_in(folder) - changed):
                if self._is_begun(name) and self.exists(name):
                    yield name

    def _is_begun(self, path: str) -> bool:
        if self._settings.wants(path):
            return self.is_plain(path)
        return self._wants(path) or self._wants_text(path)

    def _chart_of(self, path: str) -> str | None:
        """The folder of the Helm chart that a file is a template of; None where it is none.

        What a kustomization names is built as it is, whatever stands around it.
        """
        above, is_below, _ = f"/{path}".rpartition("/templates/")
        is_template = is_below and self._is_chart(above[1:]) and not self._is_listed(path)
        return above[1:] if is_template else None

    def _is_chart(self, folder: str) -> bool:
        if folder not in self._charts:
            self._charts[folder] = self.exists(join(folder, "Chart.yaml"))
        return self._charts[folder]

    def _data(self, path: str) -> bytes | None:
        """The bytes of a file: those that git keeps where a checkout has others.

        What git-crypt encrypts is the same for everybody then, and who reads from git itself, as
        Flux does, knows no encoding of a worktree.
        """
        if self._snapshot is None:
            return None
        # One byte more than the bound tells the parser that the file is beyond it.
        limit = DEFAULT_LIMITS.file_bytes
        of = self._attributes
        if basename(path) != ATTRIBUTES and (of.is_git_crypt(path) or of.is_recoded(path)):
            kept = self._snapshot.stored(path, limit)
            if kept is not None:
                return kept
        return self._snapshot.read(path, limit)

    def _parsed(self, data: bytes, path: str) -> Parsed:
        if self.is_plain(path):
            found = parse_plain(data, path)
            if not self._wants(path) or is_other_json(found):
                return found
        return parse(data, path, rendered=self._chart_of(path) is not None)

    def _text(self, path: str) -> str | None:
        found = self.read(path)
        return None if found is None else found.text

    def _wants(self, path: str) -> bool:
        if path in self._named or self._settings.wants(path):
            return True
        return not self._settings.excludes(path) and self._is_listed(path)

    def _wants_text(self, path: str) -> bool:
        if self._settings.excludes(path):
            return False
        return self._is_copied(path) or self._attributes.is_git_crypt(path)

    def _is_listed(self, path: str) -> bool:
        """Whether a kustomization of its folder, or of one above, names a file: it asks for no ending."""
        return self._is_named(path, named_files)

    def _is_copied(self, path: str) -> bool:
        """Whether a generator copies a file: that of its folder, or of one above."""
        return self._is_named(path, copied_files)

    def _is_named(self, path: str, names: _Names) -> bool:
        folder = dirname(path)
        for _ in range(_ABOVE + 1):
            if path in self._named_in(folder, names):
                return True
            if not folder:
                return False
            folder = dirname(folder)
        return False

    def _taken_in(self, folder: str) -> frozenset[str]:
        return self._named_in(folder, named_files) | self._named_in(folder, copied_files)

    def _named_in(self, folder: str, names: _Names) -> frozenset[str]:
        """The files that the kustomization of a folder names for a purpose."""
        if (folder, names) not in self._taken:
            bodies = self._kustomizations_in(folder)
            found = frozenset(name for body in bodies for name in names(body, folder))
            self._taken[folder, names] = found
        return self._taken[folder, names]

    def _kustomizations_in(self, folder: str) -> tuple[object, ...]:
        if folder not in self._kustomizations:
            found: list[object] = []
            for path in (join(folder, name) for name in FILES):
                data = (
                    self._snapshot.read(path, DEFAULT_LIMITS.file_bytes) if self._snapshot else None
                )
                values = (each.value for each in parse(data, path).documents) if data else ()
                found += filter(is_kustomization, values)
            self._kustomizations[folder] = tuple(found)
        return self._kustomizations[folder]


def _patched(parsed: Parsed) -> Iterator[Resource]:
    """What patches that stand inside of a file's documents set."""
    if "patch" in parsed.text or "jsonOp" in parsed.text:
        for document in parsed.documents:
            if document.readable:
                yield from patched_resources(document.value, document, parsed.file)


def is_other_json(head: Parsed) -> bool:
    """Say whether a file is JSON for something else (`tsconfig.json`): its faults are not ours.

    What is beyond the bounds was not looked at, and what could be read says itself what it is.
    """
    if not head.file.lower().endswith(".json") or head.not_text == TOO_LARGE:
        return False
    if any(issue.kind == "limit" for document in head.documents for issue in document.issues):
        return False
    if any(
        isinstance(each.value, dict) and {"apiVersion", "kind"} <= each.value.keys()
        for each in head.documents
    ):
        return False
    text = (
        _ESCAPED.sub(lambda found: chr(int(found[1], 16)), head.text)
        if "\\" in head.text
        else head.text
    )
    return "apiVersion" not in text or "kind" not in text
