"""A view on a JSON body: every part knows its path, and nothing that is missing raises.

Policies read manifests through it, because a manifest may hold anything anywhere. Not for Kubernetes
knowledge (`kube`), nor for positions in a file (`model.Resource.locate`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Path

RESERVED: Final = frozenset({"path", "exists", "raw", "items", "string", "integer", "boolean"})
"""Keys that `view.key` does not reach because the view itself has them: write `view["items"]`."""


@dataclass(slots=True)  # to freeze it doubles what making one costs, and a check makes millions
class View:
    """A value of a body, or the place where it would be.

    An explicit null is what the cluster makes of it: unset. It counts as false, holds no items, and
    typed reads return their default; `exists` alone still tells that the key is written.

    Attributes:
        raw: The value as parsed, None when missing.
        path: Keys and indexes from the root of the body.
        exists: Whether the path is written in the body, be it as null.
    """

    raw: Any
    path: Path = ()
    exists: bool = True

    def __getitem__(self, key: str | int) -> View:
        """Return the part under a key (of a mapping) or an index from 0 (of a list); never raises."""
        raw, path = self.raw, (*self.path, key)
        if isinstance(raw, dict):
            if isinstance(key, str) and key in raw:
                return View(raw[key], path)
        elif isinstance(raw, list) and type(key) is int and 0 <= key < len(raw):
            return View(raw[key], path)
        return View(None, path, False)  # noqa: FBT003 (a keyword costs as much as the rest)

    def __getattr__(self, name: str) -> View:
        """Return `self[name]`, for every name but those of `RESERVED` and Python's own `__names__`."""
        if name in RESERVED or name.startswith("__"):
            raise AttributeError(name)
        raw, path = self.raw, (*self.path, name)
        if isinstance(raw, dict) and name in raw:
            return View(raw[name], path)
        return View(None, path, False)  # noqa: FBT003

    def __iter__(self) -> Iterator[View]:
        """Yield the items of a list; nothing for anything else."""
        if isinstance(self.raw, list):
            for index, item in enumerate(self.raw):
                yield View(item, (*self.path, index))

    def items(self) -> Iterator[tuple[str, View]]:
        """Yield the entries of a mapping; nothing for anything else."""
        if isinstance(self.raw, dict):
            for key, value in self.raw.items():
                yield key, View(value, (*self.path, key))

    def __bool__(self) -> bool:
        """Whether it is set: written, and not null. `false`, `0` and `""` are set."""
        return self.raw is not None

    def string(self, default: str = "") -> str:
        """Return the string, or the default for every other type."""
        return self.raw if isinstance(self.raw, str) else default

    def boolean(self, default: bool = False) -> bool:  # noqa: FBT001, FBT002 (a value, not a switch)
        """Return the boolean, or the default for every other type."""
        return self.raw if isinstance(self.raw, bool) else default

    def integer(self, default: int = 0) -> int:
        """Return the integer, or the default for every other type; `3.0` is 3, as in the cluster.

        A YAML reader hands on `3.0` as the JSON number 3.
        """
        if isinstance(self.raw, float) and self.raw.is_integer():
            return int(self.raw)
        return default if isinstance(self.raw, bool) or not isinstance(self.raw, int) else self.raw
