"""Settings that mean nothing: patterns that no file of the repository matches, folders that are not there.

Not for settings that are wrong (`configuration`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from policygate.authoring.advice import Advice
from policygate.globs import matches_any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policygate.model import Path as Place
    from policygate.settings import Settings


def idle_patterns(settings: Settings, root: Path) -> Iterator[Advice]:
    """What settings name and the repository does not have.

    Args:
        settings: The settings.
        root: The folder of the repository.
    """
    globs: list[tuple[Place, str]] = [
        *((("files", "exclude", i), each) for i, each in enumerate(settings.exclude)),
        *((("python_policies", i), each) for i, each in enumerate(settings.python_policies)),
    ]
    for number, override in enumerate(settings.overrides):
        place = ("overrides", number, "match", "paths")
        globs += [((*place, i), each) for i, each in enumerate(override.match.paths)]
    files = _files(root) if globs else []
    locate = settings.positions.locate if settings.positions else None
    for path, glob in globs:
        if not any(matches_any((glob,), file) for file in files):
            yield Advice(path, f"no file matches `{glob}`", line=locate(path).line if locate else 0)
    for index, folder in enumerate(settings.schemas):
        if not (root / folder).is_dir():
            line = locate(("schemas", index)).line if locate else 0
            yield Advice(("schemas", index), f"there is no folder `{folder}`", line=line)


def _files(root: Path) -> list[str]:
    """The files of the repository, hidden folders such as `.git` aside but for the gate's own."""
    found: list[str] = []
    for folder, below, names in os.walk(root):
        below[:] = [each for each in below if not each.startswith(".") or each == ".policygate"]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]  # noqa: PTH118
    return [each.replace(os.sep, "/") for each in found]
