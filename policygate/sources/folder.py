"""Paths that the caller names, and the files of a folder that git has no say in.

A named path is trusted: symbolic links in it are resolved. Below it none is followed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from policygate.errors import UsageError
from policygate.model import NotJudged

LINK: Final = "a symbolic link, never followed"
SUBMODULE: Final = "another repository (submodule), never entered"
NOT_A_FILE: Final = "neither a file nor a folder"


def resolve(path: str, here: Path) -> Path | None:
    """Return the absolute path of something that exists, or None."""
    try:
        return (here / path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # absent; a NUL; a loop of links
        return None


def relative(path: Path, root: Path) -> str:
    """Return `path` as reports name it: relative to `root`, `/` between names, empty for `root`."""
    name = os.fsencode(os.path.relpath(path, root)).decode("utf-8", "surrogateescape")
    return "" if name == os.curdir else name.replace(os.sep, "/")


def walk(root: Path, path: str) -> tuple[list[str], list[NotJudged]]:
    """Return the regular files at `path` and below it, and what else lies there.

    Folders named `.git` are passed over.

    Raises:
        UsageError: `path` is neither a file nor a folder, or a folder may not be read.
    """
    top = root / path
    if top.is_file():
        return [path], []
    if not top.is_dir():
        raise UsageError(f"{path} is {NOT_A_FILE}", "pipe it: policygate check -")
    files: list[str] = []
    special: list[NotJudged] = []
    folders = [top]
    while folders:
        for entry in _listed(folders.pop()):
            name = relative(Path(entry.path), root)
            if entry.is_symlink():
                special.append(NotJudged(name, LINK))
            elif entry.is_dir(follow_symlinks=False):
                if entry.name != ".git":
                    folders.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                files.append(name)
            else:
                special.append(NotJudged(name, NOT_A_FILE))
    return files, special


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}") from error
