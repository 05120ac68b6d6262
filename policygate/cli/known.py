"""The policies that there are to explain, list and test: shipped ones, and those of the worktree.

Not for judging: that is done by the policies of the base (`policygate.api`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policygate.policy.types import Policy


def own_folder() -> Path | None:
    """The folder of the repository's own policies, from here upwards; None where there is none."""
    from policygate.settings import OWN_POLICIES

    here = Path.cwd()
    for up in range(len(here.parts)):
        folder = Path(*[".."] * up, OWN_POLICIES)
        if folder.is_dir():
            return folder
    return None


def available() -> tuple[Policy, ...]:
    """The shipped policies and the repository's own in YAML, as the worktree has them.

    Raises:
        PolicyError: When a file of them is broken.
    """
    from policygate.policy.loader import load_own, load_shipped, sorted_unique

    folder = own_folder()
    # Python policies are not listed: reading them would run them.
    files = sorted(folder.glob("*.y*ml")) if folder else []
    own = [(file.as_posix(), file.read_bytes()) for file in files]
    return sorted_unique((*load_shipped(), *load_own(own)))
