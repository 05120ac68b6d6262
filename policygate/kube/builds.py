"""Which files a controller takes from a folder: by kustomizations, or all there are.

Names are followed as they are written; generators, remote bases and charts are not built.
https://fluxcd.io/flux/components/kustomize/kustomizations/#path,
https://argo-cd.readthedocs.io/en/stable/user-guide/directory/
"""

from __future__ import annotations

from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, Final

from policygate.identity import Identity
from policygate.kube.kustomization import FILES, GROUP, named_files
from policygate.place import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policygate.model import Resource
    from policygate.policy.types import Files
    from policygate.view import View

FLUX: Final = "kustomize.toolkit.fluxcd.io"
ARGO: Final = "argoproj.io"
_MANIFESTS: Final = (".yaml", ".yml", ".json")


def flux_kustomizations(files: Files) -> Sequence[Resource]:
    """The Kustomizations of Flux of a whole state."""
    return _all_of(Identity(files), FLUX, ("Kustomization",))


def argo_applications(files: Files) -> Sequence[Resource]:
    """The Applications of Argo CD of a whole state, and what makes some."""
    return _all_of(Identity(files), ARGO, ("Application", "ApplicationSet"))


@lru_cache(maxsize=4)
def _all_of(files: Identity, group: str, kinds: tuple[str, ...]) -> tuple[Resource, ...]:
    # A kind that is not written as it is has an escape. Many files have but an annotation of the group.
    return tuple(
        each
        for path in files.value.holding(f"{group}/", *kinds, "\\")
        for each in files.value.resources(path)
        if each.id.group == group and each.id.kind in kinds and not each.partial
    )


def flux_taking(file: str, files: Files) -> Sequence[Resource]:
    """The innermost Kustomizations that take a file; several clusters may have one each."""
    found: dict[str, list[Resource]] = {}
    for each in flux_kustomizations(files):
        folder = folder_of(each.view.spec["path"])
        if folder is not None and lies_in(file, folder) and flux_takes(folder, file, files):
            found.setdefault(folder, []).append(each)
    return found[max(found, key=len)] if found else ()


def reads_here(kustomization: Resource, files: Files) -> bool:
    """Whether a Kustomization of Flux surely reads the repository that it stands in.

    It does if one from the same source takes it.
    """
    source = kustomization.view.spec.sourceRef
    if source.kind.raw != "GitRepository":
        return False
    if (
        source["name"].raw == "flux-system"
    ):  # what `flux bootstrap` calls the repository it writes to
        return True
    return any(
        each.view.spec.sourceRef["name"].raw == source["name"].raw
        for each in flux_taking(kustomization.file, files)
    )


def is_patched(field: str, files: Files) -> bool:
    """Whether a patch anywhere sets a field of this name of some Kustomization of Flux."""
    return _is_patched(field, Identity(files))


@lru_cache(maxsize=4)
def _is_patched(field: str, files: Identity) -> bool:
    for path in files.value.holding(field):
        for each in files.value.resources(path):
            if each.id.kind == "Kustomization":
                spec = each.view if each.id.group == GROUP else each.view.spec
                is_patch = each.id.group == FLUX and not spec.sourceRef and bool(spec[field])
                if is_patch or field in canonical(spec.patches.raw):
                    return True
    return False


def folder_of(path: View) -> str | None:
    """The folder that a path in a repository means; None where it is filled in later."""
    text = path.string()
    if "{" in text or "$" in text or "*" in text:
        return None
    folder = normpath(text.strip("/") or ".")
    return None if folder.startswith("..") else "" if folder == "." else folder


def lies_in(file: str, folder: str) -> bool:
    """Whether a file lies in a folder or below it."""
    return not folder or file.startswith(f"{folder}/")


def flux_takes(folder: str, file: str, files: Files) -> bool:
    """Whether Flux takes a file that lies in a folder: without a kustomization it takes everything."""
    inner = dirname(file)
    ways = [inner]
    while inner != folder and inner:
        inner = dirname(inner)
        ways.append(inner)
    for each in reversed(ways):
        if _is_kustomized(each, Identity(files)):
            return kustomize_takes(each, file, files)
    return file.endswith(_MANIFESTS[:2])


def argo_takes(source: View, file: str, files: Files) -> bool:
    """Whether Argo CD takes a file as a manifest: in plain folders, and what kustomize takes."""
    folder = folder_of(source["path"])
    if folder is None or source.chart or source.helm or source.plugin:
        return False
    if _is_kustomized(folder, Identity(files)):
        return kustomize_takes(folder, file, files)
    if files.read(join(folder, "Chart.yaml")) is not None or not file.endswith(_MANIFESTS):
        return False
    plain = source.directory
    if plain.include or plain.exclude:
        return False
    return dirname(file) == folder or (plain.recurse.boolean() and lies_in(file, folder))


def kustomize_takes(folder: str, file: str, files: Files) -> bool:
    """Whether the kustomization of a folder names a file, or one that it names does."""
    return file in _built(folder, Identity(files))


@lru_cache(maxsize=4096)
def _built(folder: str, files: Identity) -> frozenset[str]:
    """What the kustomization of a folder names, and what those that it names do."""
    waiting, seen = [folder], {folder}
    while waiting:
        for body in _bodies(at := waiting.pop(), files.value):
            names = set(named_files(body, at)) - seen
            seen |= names
            waiting += (name for name in names if not name.endswith(_MANIFESTS))
    return frozenset(seen)


def _bodies(folder: str, files: Files) -> list[Any]:
    return [
        each.body
        for name in FILES
        for each in files.resources(join(folder, name))
        if each.id.group == GROUP
    ]


@lru_cache(maxsize=8192)
def _is_kustomized(folder: str, files: Identity) -> bool:
    return bool(_bodies(folder, files.value))
