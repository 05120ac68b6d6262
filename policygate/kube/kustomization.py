"""Which files a kustomization names. Not for building it: only `kustomize` knows what comes out.

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


def named_files(body: Any, folder: str) -> Iterator[str]:
    """Yield the files and folders that a kustomization names, relative to the repository.

    Args:
        body: Its body; anything at all.
        folder: Where it stands. Files of other repositories and of folders above this one's
            repository are left out.
    """
    if not isinstance(body, dict):
        return
    for key in _NAMING + _WITH_PATH:
        held = body.get(key)
        for each in held if isinstance(held, list) else ():
            name = each.get("path") if isinstance(each, dict) else each
            if isinstance(name, str) and name and "\n" not in name and "://" not in name:
                path = normpath(join(folder, name))
                if not path.startswith(("../", "/")):
                    yield path
