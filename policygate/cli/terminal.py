"""What the terminal can show, and whether a person watches it. Not for what is shown: that is `reporters`."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE: Final = 2.0
"""Seconds after which somebody who waits is told that the gate is at work."""
_LINKING: Final = ("WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "KITTY_WINDOW_ID", "GHOSTTY_RESOURCES_DIR")  # fmt: skip
"""Variables of terminals that show links, https://github.com/Alhadis/OSC8-Adoption."""
_PROGRAMS: Final = frozenset({"Hyper", "WezTerm", "ghostty", "iTerm.app", "vscode"})
_VTE_WITH_LINKS: Final = 5000


def width() -> int | None:
    """The columns of the terminal; None when nobody looks at one."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def wants_color(choice: str) -> bool:
    """--color, then NO_COLOR and FORCE_COLOR (https://no-color.org, https://force-color.org), then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def shows_links() -> bool:
    """Whether the terminal shows links (OSC 8); others would print them, so only those that are known to."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return False
    version = os.environ.get("VTE_VERSION", "")
    return (
        any(os.environ.get(name) for name in _LINKING)
        or os.environ.get("TERM_PROGRAM") in _PROGRAMS
        or (version.isdecimal() and int(version) >= _VTE_WITH_LINKS)
    )


@contextmanager
def patience(what: str) -> Iterator[None]:
    """Say on standard error what takes longer than two seconds, where a person watches; take it back at the end.

    Args:
        what: What is done: `judging`.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    from threading import Timer

    said = f"policygate: {what} …"
    timer = Timer(_PATIENCE, _say, (said,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        _say("\r" + " " * len(said) + "\r")


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
