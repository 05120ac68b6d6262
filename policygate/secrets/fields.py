"""What the keys of a mapping say of their values: asked once for each shape that mappings have.

Not for the values (`bodies`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from sys import maxsize
from typing import Final, NamedTuple

from policygate.secrets.anywhere import SHORTEST, is_for_both
from policygate.secrets.names import naming

_PASSED: Final = frozenset(
    {
        "caBundle", "creationTimestamp", "encrypted", "encryptedData", "managedFields", "matchLabels", "openAPIV3Schema", "resourceVersion",
        "sops", "uid",
    }
)  # fmt: skip
"""Keys below which nothing is looked at: schemas, certificates, what is encrypted."""
_HOLDERS: Final = frozenset(
    {"content", "data", "default", "inline", "literal", "plain", "plaintext", "raw", "string", "text", "value"}
)  # fmt: skip
"""Keys that are named by the key above them: `password: {value: …}`."""
_FILE: Final = re.compile(
    r"\.(?:cfg|cnf|conf|env|ini|json|properties|sh|toml|txt|xml|ya?ml)$|pgpass|netrc|htpasswd$",
    re.IGNORECASE,
)
"""A name that a file has: its text is read as one, even of a single line."""
_BARE: Final = re.compile(r"pgpass|netrc|userlist")
"""Files that hold passwords without a name."""


class _Field(NamedTuple):
    """What the key of a mapping says of its value.

    Attributes:
        key: The key.
        called: The name of its value.
        least: How long a text must be for the name to count.
        filed: Whether the name is that of a file.
    """

    key: str
    called: str
    least: int
    filed: bool


@lru_cache(maxsize=8192)  # a manifest has the keys of all others of its kind
def fields_of(keys: tuple[str, ...], name: str, least: int) -> tuple[_Field | None, ...]:
    """What the keys of a mapping say of their values; None for those below which nothing is looked at.

    Args:
        keys: The keys.
        name: What the mapping is called.
        least: How long a text must be for its name to count.
    """
    fields: list[_Field | None] = []
    for key in keys:
        called = key
        if name and key in _HOLDERS:
            called = name
        elif name and key in ("key", "Key"):
            called = f"{name}.key"
        counts = maxsize
        if naming(called) is not None:
            counts = least
        elif is_for_both(called):
            counts = SHORTEST
        field = _Field(key, called, counts, is_file_name(called))
        fields.append(None if key in _PASSED else field)
    return tuple(fields)


@lru_cache(maxsize=8192)
def is_file_name(name: str) -> bool:
    """Whether a name is that of a file: its text is read as one, even of a single line."""
    return ("." in name and _FILE.search(name) is not None) or _BARE.search(name) is not None
