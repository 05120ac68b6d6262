"""Old debt without a history: findings that were adopted, by their fingerprints, in a file that can only shrink.

For a first import and for `check --all`, where there is no base to compare with: where there is one, the base
says what is old, and this file says nothing. Not for exceptions: those are waivers, which have an end.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from policygate.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE: Final = ".policygate/adopted.json"
_HOW: Final = "Run `policygate init --adopt` on the default branch."


def read_adopted(data: bytes) -> frozenset[str]:
    """Read the fingerprints of a file.

    Raises:
        SettingsError: When it is not what `write_adopted` writes.
    """
    try:
        value = json.loads(data)
        names = value["adopted"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise SettingsError(f"{FILE}:1:1: it is no list of adopted findings", _HOW) from None
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise SettingsError(f"{FILE}:1:1: `adopted` is no list of fingerprints", _HOW)
    return frozenset(names)


def write_adopted(names: Iterable[str]) -> str:
    """The text of the file: one fingerprint a line, sorted, so that a diff shows what is gone."""
    return json.dumps({"adopted": sorted(names)}, indent=1) + "\n"
