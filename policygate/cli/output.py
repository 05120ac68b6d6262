"""Where reports go: formats, files and standard output. Not for what stands in them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeAlias

from policygate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

Targets: TypeAlias = "list[tuple[str, str | None]]"
"""Formats, each with its file or None for standard output."""


def targets(formats: tuple[str, ...], known: Collection[str]) -> Targets:
    """Split each `F[=FILE]`; `text` on standard output when there is none.

    Raises:
        UsageError: For an unknown format, or when two want standard output.
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
    return found


def write(wanted: Targets, render: Callable[[str, bool], str]) -> None:
    """Write every report.

    Args:
        wanted: What `targets` returned.
        render: Makes the report of a format; told whether it goes to standard output.

    Raises:
        UsageError: When a file or standard output cannot be written.
    """
    for name, file in wanted:
        if file is None:
            _print(render(name, True).encode("utf-8", "backslashreplace"))  # noqa: FBT003
            continue
        try:
            with open(file, "wb") as out:
                out.write(render(name, False).encode("utf-8", "backslashreplace"))  # noqa: FBT003
        except OSError as failed:
            raise UsageError(f"cannot write {file}: {failed.strerror}") from None


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
