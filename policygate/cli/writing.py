"""Writing files of the repository: never through a link, never over what is there, never half.

Whoever runs a command may stand in a checkout of somebody else's branch.
"""

from __future__ import annotations

import os
from contextlib import suppress
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
        UsageError: See `refuse_links`; or it cannot be written.
    """
    refuse_links(root, path)
    _put(path, text.encode("utf-8"), new=new)


def append(root: Path, path: Path, text: str) -> None:
    """Add lines at the end of a file, as its lines end, and change nothing of it.

    Raises:
        UsageError: See `refuse_links`; or it cannot be written.
    """
    refuse_links(root, path)
    before = path.read_bytes()
    end = b"\r\n" if b"\r\n" in before else b"\n"
    start = b"" if not before or before.endswith(b"\n") else end
    _put(path, before + start + text.encode("utf-8").replace(b"\n", end), new=False)


def _put(path: Path, data: bytes, *, new: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, data, new=new, keep_mode=True)
    except OSError as failed:
        raise UsageError(
            f"cannot write {path}: {failed.strerror}", "What was there before is still there."
        ) from None


def put(path: Path, data: bytes, *, new: bool = False, keep_mode: bool = False) -> None:
    """Put a file in its place when it is whole: a full disk or a kill leaves what was there before.

    Raises:
        OSError: It cannot be written; or it is there, and `new` is asked for.
    """
    partial = path.with_name(f".{path.name[:200]}.{os.urandom(4).hex()}.partial")
    try:
        with partial.open("xb") as file:
            file.write(data)
        if new:
            path.open("xb").close()  # of two that make it at a time, one is told
        elif keep_mode and path.exists():
            partial.chmod(path.stat().st_mode & 0o7777)
        partial.replace(path)
    finally:
        with suppress(OSError):  # a file system that takes nothing has nothing to take away
            partial.unlink(missing_ok=True)


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
