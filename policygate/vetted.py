"""Which files have passed their format before, so that pydantic need not be loaded on every commit.

Only digests are kept, one empty file each, in the user's cache folder. A wrong entry could skip the
check of a file's form, never change its content: what is malformed then fails while it is read, and
the gate exits 2. Not for shipped policies: the tests vet them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from policygate import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST: Final = 200
"""Digests kept; beyond them the folder is emptied."""


class Vetted:
    """The digests of files that passed."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Use `$XDG_CACHE_HOME/policygate` or `~/.cache/policygate`; without a home, nothing."""
        cache = env.get("XDG_CACHE_HOME") or (f"{env['HOME']}/.cache" if env.get("HOME") else "")
        self._folder = Path(cache, "policygate", __version__) if cache else None

    def knows(self, data: bytes, form: str) -> bool:
        """Whether a file of these bytes has passed before, as a file of this form."""
        if self._folder is None:
            return False
        try:
            return (self._folder / _digest(data, form)).is_file()
        except OSError:  # a folder that may not be read, a name that is too long
            return False

    def remember(self, data: bytes, form: str) -> None:
        """Keep the digest of a file that passed; where that is not possible, do without."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            kept = list(self._folder.iterdir())
            for file in kept if len(kept) >= _MOST else ():
                file.unlink(missing_ok=True)
            (self._folder / _digest(data, form)).touch()
        except OSError:
            return


NOTHING: Final = Vetted({})
"""Knows nothing and remembers nothing."""


def _digest(data: bytes, form: str) -> str:
    import hashlib

    return hashlib.sha256(form.encode() + b"\0" + data).hexdigest()
