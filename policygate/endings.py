"""What ends without being deleted: what is still written, and what nobody builds or applies any more.

To the cluster it is removed, and it counts as removed here. Kustomizations are followed as far as they can
be seen; what other repositories take is not. Not for building them, nor for what is new (`Manifests.begun`).
"""

from __future__ import annotations

import dataclasses
from itertools import chain
from posixpath import basename, dirname, join
from typing import TYPE_CHECKING, Final

from policygate.kube.applied import not_applied
from policygate.kube.argo import sources
from policygate.kube.builds import argo_applications, argo_takes, flux_taking
from policygate.kube.kustomization import FILES
from policygate.model import Change, Ending, Location
from policygate.pairing import pair

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from policygate.manifests import Manifests
    from policygate.model import Resource
    from policygate.sources import FileChange

_NO_FOLDERS: Final = (".yaml", ".yml", ".json")


def changes_of(files: Sequence[FileChange], base: Manifests, head: Manifests) -> tuple[Change, ...]:
    """The resources of files that differ, paired, and what else comes to an end by them."""
    endings = Endings(files, base, head)
    unchanged = set(endings.files).difference(each.base_path for each in files)
    old = [*(each.base_path for each in files), *sorted(unchanged)]
    changes = pair(
        chain.from_iterable(map(base.resources, old)),
        chain.from_iterable(head.resources(each.head_path) for each in files),
        {each.head_path: each.base_path for each in files if each.head_path and each.base_path},
    )
    return endings.settled(changes)


class Endings:
    """What a change ends.

    Args:
        files: The files that differ.
        base: The manifests before.
        head: The manifests after; it is told which of its files are built no more.
    """

    def __init__(self, files: Iterable[FileChange], base: Manifests, head: Manifests) -> None:
        self._base = base
        self._head = head
        self._dropped = _dropped(files, base, head)
        there = frozenset(filter(head.exists, self._dropped))
        self.files: Collection[str] = sorted(there - self._still_built(there))
        head.ended = frozenset(self.files)

    def settled(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """The changes, with the removal of what ends beside what became of its text.

        What is built instead, of the same name or nearly the same, takes its place.
        """
        moved = frozenset(
            each.head.file
            for each in changes
            if each.head and each.base and each.base.file in self._dropped
        )
        lost = moved - self._still_built(moved)
        ends: dict[int, Ending] = {}
        for each in changes:
            found = self._ending(each.base, each.head, lost)
            if found is not None:
                ends[id(each.base)] = found
        if not ends:
            return tuple(changes)
        gone = [each.base for each in changes if each.base is not None and id(each.base) in ends]
        fresh = {
            id(each): each.head
            for each in changes
            if each.base is None and each.head is not None and self._lasts(each.head)
        }
        kept = [
            each
            for each in changes
            if id(each) not in fresh and (each.head is not None or id(each.base) not in ends)
        ]
        again = pair(gone, fresh.values(), {})
        return (*kept, *(_ended(each, ends) for each in again))

    def _ending(
        self, base: Resource | None, head: Resource | None, lost: Collection[str]
    ) -> Ending | None:
        """Why a resource of the base ends, where it does and is not deleted."""
        if base is None or not_applied(base) is not None:
            return None
        if head is None:
            return self._unlisted(base.file) if base.file in self._head.ended else None
        if base.file in self._dropped and head.file in lost:
            return self._unlisted(base.file)
        mark = not_applied(head)
        return None if mark is None else Ending(mark.why, head.locate(mark.at), kept=mark.kept)

    def _unlisted(self, path: str) -> Ending:
        folder = self._dropped[path]
        name = next(each for each in FILES if self._head.exists(join(folder, each)))
        name = join(folder, name)
        parsed = self._head.read(name)
        documents = parsed.documents if parsed else ()
        at = documents[0].locate(("resources",)) if documents else Location(name, 1)
        return Ending(f"{name} does not build {path} any more", at)

    def _lasts(self, head: Resource) -> bool:
        """Whether a new resource may take the place of one that ends."""
        return self._head.is_built(head.file) and not_applied(head) is None

    def _still_built(self, paths: Collection[str]) -> frozenset[str]:
        """Which files somebody builds at the head, be it another kustomization than at the base."""
        return _built_among(paths, {*self._dropped, *paths}, self._head)


def lasts(resource: Resource, state: Manifests) -> bool:
    """Whether a resource that stands in a tree is built and applied, as far as can be seen there."""
    if not_applied(resource) is not None:
        return False
    path = resource.file
    return state.is_built(path) or bool(_built_among([path], {path}, state))


def _built_among(paths: Collection[str], doubted: set[str], state: Manifests) -> frozenset[str]:
    """Which files are built where nobody who is in doubt himself builds them."""
    if not paths:
        return frozenset()
    folders = state.kustomized()
    left = {path for path in doubted if not _is_taken(path, state)}
    while True:
        named = {name for each in folders - left for name in state.names(each)}
        if not left & named:
            return frozenset(paths) - left
        left -= named


def _is_taken(path: str, state: Manifests) -> bool:
    """Whether Flux or Argo CD take a file, as this repository tells them to."""
    return bool(flux_taking(path, state)) or any(
        argo_takes(source, path, state)
        for each in argo_applications(state)
        for source in sources(each.view.spec)
    )


def _dropped(files: Iterable[FileChange], base: Manifests, head: Manifests) -> Mapping[str, str]:
    """What changed kustomizations build no more: files and folders, and the folder of the kustomization.

    Where a kustomization is gone altogether, its folder may be taken whole from now on.
    """
    found: dict[str, str] = {}
    changed = {path for each in files for path in each if path and basename(path) in FILES}
    for folder in sorted(map(dirname, changed)):
        if base.is_kustomized(folder) and head.is_kustomized(folder):
            for path in built(folder, base) - built(folder, head):
                found.setdefault(path, folder)
    return found


def built(folder: str, state: Manifests) -> frozenset[str]:
    """What the kustomization of a folder names, and what those that it names do."""
    waiting, seen = [folder], {folder}
    while waiting:
        names = {"" if name == "." else name for name in state.names(waiting.pop())} - seen
        seen |= names
        waiting += (name for name in names if not name.endswith(_NO_FOLDERS))
    return frozenset(seen)


def _ended(change: Change, ends: Mapping[int, Ending]) -> Change:
    if change.head is not None or id(change.base) not in ends:
        return change
    return dataclasses.replace(change, ending=ends[id(change.base)])
