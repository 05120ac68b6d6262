"""Where reports go: formats, files and standard output. Not for what stands in them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from policygate.cli.writing import put
from policygate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

Targets: TypeAlias = "list[tuple[str, str | None]]"
"""Formats, each with its file or None for standard output."""


def targets(formats: tuple[str, ...], known: Collection[str]) -> Targets:
    """Split each `F[=FILE]`; `text` on standard output when there is none.

    Raises:
        UsageError: For an unknown format, or when two want standard output or the same file.
    """
    found: Targets = []
    for item in formats or ("text",):
        name, _, file = item.partition("=")
        if name not in known:
            raise UsageError(f"unknown format `{name}`", f"Formats: {', '.join(sorted(known))}.")
        found.append((name, file or None))
    if sum(1 for _, file in found if file is None) > 1:
        raise UsageError(
            "two formats want standard output",
            f"Give all but one a file: --format {found[0][0]}=report.{found[0][0]}.",
        )
    files = [os.path.normpath(file) for _, file in found if file is not None]
    twice = next((file for at, file in enumerate(files) if file in files[:at]), None)
    if twice is not None:
        raise UsageError(f"two formats want the file {twice}", "Give each a file of its own.")
    return found


def write(wanted: Targets, render: Callable[[str, bool], str]) -> None:
    """Write every report, when all of them are made: files first, each whole or not at all.

    Args:
        wanted: What `targets` returned.
        render: Makes the report of a format; told whether it goes to standard output.

    Raises:
        UsageError: When a file or standard output cannot be written.
    """
    made = [
        (file, render(name, file is None).encode("utf-8", "backslashreplace"))
        for name, file in wanted
    ]
    for file, data in made:
        if file is not None:
            try:
                _write(file, data)
            except OSError as failed:
                raise UsageError(f"cannot write {file}: {failed.strerror}") from None
    for file, data in made:
        if file is None:
            _print(data)


def _write(file: str, data: bytes) -> None:
    """Put a new file in the place of whatever is there; only what is no file is written into.

    So a link that stands there, which may be the author's of a pull request, leads nowhere, and nobody
    ever reads half a report.
    """
    path, is_device = Path(file), file.startswith(("/dev/", "/proc/"))
    if is_device or (path.exists() and not path.is_file()):
        path.write_bytes(data)
        return
    put(path, data)


def _print(data: bytes) -> None:
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except (OSError, AttributeError) as failed:
        reason = getattr(failed, "strerror", None) or "it is closed"
        raise UsageError(f"cannot write to standard output: {reason}") from None
