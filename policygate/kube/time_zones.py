"""Time zones as the API server takes them in `spec.timeZone` of a CronJob.

Which zones there are is in the data of the machine: where it has none, or only a part of it, a name that
could be one is taken for one.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

_WITNESSES: Final = ("Europe/Berlin", "Pacific/Auckland", "US/Eastern", "Etc/GMT+2")
"""Zones that the whole data has; some systems split the old names off into a package of their own."""


class Refusal(NamedTuple):
    """Why a name is none of a time zone. It is certain where no data of this machine decided."""

    words: str
    certain: bool


def refused(name: str) -> Refusal | None:
    """Why the API server refuses a time zone; None where it takes it, or this machine cannot tell.

    The server has data of its own: a zone that is newer than the data of this machine may be there.
    """
    if not name:
        return Refusal("is empty", certain=True)
    if name.lower() == "local":
        return Refusal("is Local, which is another one on each machine", certain=True)
    if name[0] in "/\\" or ".." in name or any(letter.isspace() for letter in name):
        return Refusal(f"is {name[:40]}, which is no name of a zone", certain=True)
    if not _loads(name) and all(map(_loads, _WITNESSES)):
        return Refusal(f"is {name[:40]}, which is no zone that is known", certain=False)
    return None


@cache
def _loads(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (
        KeyError,
        ValueError,
        OSError,
    ):  # not found; not in the folder of zones; a folder itself
        return False
    return True
