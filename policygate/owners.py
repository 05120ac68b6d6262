"""Who brings a file into a cluster: Applications of Argo CD and Kustomizations of Flux, as the tree has them.

Names are followed as they are written (`kube.builds`); what a generator finds elsewhere is not seen. Not for
what becomes of the file there (`outlook`).
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Final

from policygate.globs import matches
from policygate.kube.argo import application, is_completed, later, repository, sources
from policygate.kube.builds import (
    FLUX,
    argo_applications,
    argo_takes,
    flux_kustomizations,
    flux_taking,
    folder_of,
    kustomize_takes,
    reads_here,
)
from policygate.model import Reconciler
from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.model import Grade, Resource
    from policygate.policy.types import Files

_PATH_OF_GENERATOR: Final = frozenset({"{{path}}", "{{.path.path}}"})
"""How a template of an ApplicationSet writes the folder that its generator found, blanks left out."""


class Owners:
    """Who brings the files of one state into a cluster.

    Args:
        files: The state.
        here: The name of the repository, `owner/name`; empty where nobody knows it.
    """

    def __init__(self, files: Files, here: str = "") -> None:
        self._files = files
        self._here = here.lower()
        self._of: dict[str, tuple[Reconciler, ...]] = {}

    def of(self, file: str) -> tuple[Reconciler, ...]:
        """Those that take a file, sorted; where some surely read this repository, these alone."""
        if file not in self._of:
            found = sorted({*self._argo(file), *self._flux(file)}, key=lambda each: each.resource)
            sure = tuple(each for each in found if each.grade == "proven")
            self._of[file] = sure or tuple(found)
        return self._of[file]

    def all(self) -> Iterator[Reconciler]:
        """Every one that there is."""
        for each in argo_applications(self._files):
            yield _argo(each, "possible")
        for each in flux_kustomizations(self._files):
            yield _flux(each, "possible")

    def _argo(self, file: str) -> Iterator[Reconciler]:
        for each in argo_applications(self._files):
            taking = [
                source for source in sources(application(each)) if self._takes(source, each, file)
            ]
            if taking:
                yield _argo(each, "proven" if any(map(self._is_here, taking)) else "possible")

    def _takes(self, source: View, owner: Resource, file: str) -> bool:
        if source["path"].string().replace(" ", "") in _PATH_OF_GENERATOR:
            folders = _generated(owner.view.spec.generators, file)
            return any(argo_takes(_at(source, folder), file, self._files) for folder in folders)
        return argo_takes(source, file, self._files)

    def _is_here(self, source: View) -> bool:
        url = source.repoURL.string()
        return bool(self._here) and repository(url).endswith("/" + self._here)

    def _flux(self, file: str) -> Iterator[Reconciler]:
        for each in flux_taking(file, self._files) or self._building(file):
            yield _flux(each, "proven" if reads_here(each, self._files) else "possible")

    def _building(self, file: str) -> Sequence[Resource]:
        """The Kustomizations whose folder does not hold a file, but names it: that of a base."""
        found = []
        for each in flux_kustomizations(self._files):
            folder = folder_of(each.view.spec["path"])
            if folder is not None and kustomize_takes(folder, file, self._files):
                found.append(each)
        return found


def _generated(generators: View, file: str) -> Iterator[str]:
    """The folders above a file that a generator of directories finds, also one inside of another."""
    for generator in generators:
        for name, inner in generator.items():
            if name in {"matrix", "merge"}:
                yield from _generated(inner.generators, file)
        wanted = [
            (each["path"].string(), each.exclude.raw is True) for each in generator.git.directories
        ]
        folder = dirname(file)
        while folder:
            found = [excluded for glob, excluded in wanted if matches(glob, folder)]
            if found and not any(found):
                yield folder
            folder = dirname(folder)


def _at(source: View, folder: str) -> View:
    return View({**source.raw, "path": folder}, source.path)


def _argo(owner: Resource, grade: Grade) -> Reconciler:
    automated = application(owner).syncPolicy.automated
    unknown = None if is_completed(owner) and not automated else False
    on = isinstance(automated.raw, dict) and automated.enabled.raw is not False
    heals, prunes = (
        _said(automated[field], on=on) if automated else unknown for field in ("selfHeal", "prune")
    )
    return Reconciler(owner.id, owner.locate(()), heals, prunes, grade)


def _said(view: View, *, on: bool) -> bool | None:
    return None if later(view.string()) else on and view.raw is True


def _flux(owner: Resource, grade: Grade) -> Reconciler:
    """Flux mends what is changed by hand with every interval, as long as it is not told to look away."""
    spec = owner.view.spec
    if later(spec.suspend.string()):
        return Reconciler(owner.id, owner.locate(()), None, None, grade)
    on = spec.suspend.raw is not True
    return Reconciler(owner.id, owner.locate(()), on, _said(spec.prune, on=on), grade)


def is_owner(resource: Resource) -> bool:
    """Whether a resource brings others into a cluster."""
    key = (resource.id.group, resource.id.kind)
    return key in {
        ("argoproj.io", "Application"),
        ("argoproj.io", "ApplicationSet"),
        (FLUX, "Kustomization"),
    }
