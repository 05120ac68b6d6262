"""The policies that there are to explain, list, complete and test: shipped ones, and those of the worktree.

Not for judging: that is done by the policies of the base (`policygate.api`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from policygate.policy.types import Policy


def repository() -> Path | None:
    """The folder that holds `.policygate`, from here upwards; None where none does."""
    from policygate.configuration import FOLDER

    return above(FOLDER, Path.is_dir)


def above(name: str, is_meant: Callable[[Path], bool] = Path.exists) -> Path | None:
    """The nearest folder, from here upwards, that holds something of a name; None where none does."""
    folders = (Path(*[".."] * up) for up in range(len(Path.cwd().parts)))
    return next((folder for folder in folders if is_meant(folder / name)), None)


def available() -> tuple[Policy, ...]:
    """The shipped policies and the repository's own, as the worktree has them.

    Policies in Python are not run: what can be read of them is there. A file that is broken is told
    on standard error, and hides no other.
    """
    from policygate.errors import PolicyError
    from policygate.policy.loader import load_own, load_shipped, sorted_unique
    from policygate.reporters.safe import show

    policies = load_shipped()
    for file in own_files():
        try:
            own = load_own([(file.as_posix(), file.read_bytes())], run=False)
            policies = sorted_unique((*policies, *own))
        except PolicyError as wrong:
            click.echo(f"policygate: left out: {show(wrong.message)}", err=True)
    return policies


def own_files() -> list[Path]:
    """The files of the repository's own policies in the worktree."""
    from policygate.policy.loader import is_policy_file
    from policygate.settings import OWN_POLICIES

    root = repository()
    found = sorted((root / OWN_POLICIES).rglob("*")) if root else []
    return [file for file in found if is_policy_file(file.name) and file.is_file()]


def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What a shell completes to an id: the policies that ship."""
    from policygate.policy.loader import load_shipped

    ids = (policy.id for policy in load_shipped(whole=False))
    return sorted(name for name in ids if name.startswith(incomplete))
