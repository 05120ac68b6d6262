"""Values as keys of caches: by what they are, and not by what they equal.

Only for values that are never changed, such as the bodies of manifests.
"""

from __future__ import annotations

from typing import Any


class Identity:
    """One value, which it keeps alive; equal to itself alone."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)
