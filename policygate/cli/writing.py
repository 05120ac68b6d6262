"""Writing files of the repository: never through a link, never over what is there, never half.

Whoever runs a command may stand in a checkout of somebody else's branch.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from policygate.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def refuse_links(root: Path, path: Path) -> None:
    """Refuse a path that leads through a symbolic link, or to something that is no file.

    Raises:
        UsageError: With the part of the path that is a link, or what is there instead of a file.
    """
    parts = path.relative_to(root).parts
    for at in range(1, len(parts) + 1):
        part = root.joinpath(*parts[:at])
        if part.is_symlink():
            raise UsageError(
                f"{part} is a symbolic link: nothing is written through it", "Remove it."
            )
        if at < len(parts) and part.exists() and not part.is_dir():
            raise UsageError(f"{part} is no folder", "Move it out of the way.")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no file", "Move it out of the way.")


def write(root: Path, path: Path, text: str, *, new: bool = False) -> None:
    """Write a file below `root`; a `new` one must not be there.

    Raises:
        UsageError: See `refuse_links`.
    """
    refuse_links(root, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = (
        os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC) | getattr(os, "O_NOFOLLOW", 0)
    )
    with os.fdopen(os.open(path, flags, 0o644), "wb") as file:
        file.write(text.encode("utf-8"))


def append(root: Path, path: Path, text: str) -> None:
    """Add lines at the end of a file, as its lines end, and change nothing of it.

    Raises:
        UsageError: See `refuse_links`.
    """
    refuse_links(root, path)
    before = path.read_bytes()
    end = b"\r\n" if b"\r\n" in before else b"\n"
    start = b"" if not before or before.endswith(b"\n") else end
    flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags), "ab") as file:
        file.write(start + text.encode("utf-8").replace(b"\n", end))


def read(root: Path, path: Path) -> str:
    """Read a text.

    Raises:
        UsageError: See `refuse_links`; or it is no text.
    """
    refuse_links(root, path)
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8", "Nothing was changed.") from None
