"""Which files a kustomization names, and which of them it only copies. Not for building it: only `kustomize` knows what comes out.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

from posixpath import join, normpath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP: Final = "kustomize.config.k8s.io"
FILES: Final = ("Kustomization", "kustomization.yaml", "kustomization.yml")
"""The names that kustomize looks for."""

_NAMING: Final = (
    "resources", "bases", "components", "crds", "configurations", "generators", "transformers",
    "validators", "patchesStrategicMerge",
)  # fmt: skip
_WITH_PATH: Final = ("patches", "patchesJson6902", "replacements")
_PATCHING: Final = ("patches", "patchesStrategicMerge", "patchesJson6902")
_GENERATORS: Final = ("configMapGenerator", "secretGenerator")


def is_kustomization(body: Any) -> bool:
    """Whether a document of a file with one of these names is for kustomize, and not one of Flux's objects."""
    version = body.get("apiVersion") if isinstance(body, dict) else None
    return isinstance(body, dict) and (version is None or str(version).startswith(f"{GROUP}/"))


def named_files(body: Any, folder: str) -> Iterator[str]:
    """Yield the files and folders that a kustomization names, relative to the repository.

    Args:
        body: Its body; anything at all.
        folder: Where it stands. Files of other repositories and of folders above this one's
            repository are left out.
    """
    yield from _named(body, folder, _NAMING + _WITH_PATH)


def resource_files(body: Any, folder: str) -> Iterator[str]:
    """Yield what a kustomization takes whole. See `named_files` for the arguments."""
    yield from _named(body, folder, ("resources",))


def patch_files(body: Any, folder: str) -> Iterator[str]:
    """Yield the files that a kustomization patches others with. See `named_files` for the arguments."""
    yield from _named(body, folder, _PATCHING)


def copied_files(body: Any, folder: str) -> Iterator[str]:
    """Yield the files that the generators of a kustomization make ConfigMaps and Secrets of.

    They are texts of any kind, and no manifests. See `named_files` for the arguments.
    """
    for generator in (each for key in _GENERATORS for each in _items(body, key)):
        for name in (
            generator.get("env") if isinstance(generator, dict) else None,
            *_items(generator, "envs"),
        ):
            yield from _inside(name, folder)
        for name in _items(generator, "files"):
            yield from _inside(name.rpartition("=")[2] if isinstance(name, str) else None, folder)


def _named(body: Any, folder: str, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        for each in _items(body, key):
            name = each.get("path") if isinstance(each, dict) else each
            yield from _inside(name, folder)


def _items(body: Any, key: str) -> list[Any]:
    held = body.get(key) if isinstance(body, dict) else None
    return held if isinstance(held, list) else []


def _inside(name: Any, folder: str) -> Iterator[str]:
    """The path that a name means, if it lies in this repository."""
    if isinstance(name, str) and name and "\n" not in name and "://" not in name:
        path = normpath(join(folder, name))
        if not path.startswith(("../", "/")):
            yield path
