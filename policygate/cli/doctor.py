"""`policygate doctor`: what is installed, what would be compared with what, and who runs the gate."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from policygate import __version__
from policygate.cli.known import above
from policygate.errors import PolicygateError

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUNNERS: Final = (".pre-commit-config.yaml", ".github/workflows", ".gitlab-ci.yml", "azure-pipelines.yml")  # fmt: skip
_MOST: Final = 1_000_000


@click.command(name="doctor", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--base", metavar="REV", help="As for check.")
@click.pass_context
def command(ctx: click.Context, base: str | None) -> None:
    """Say what is installed, which base would be taken and why, and what runs the gate here.

    Exits with 2 where `policygate check` could not do its job.
    """
    from policygate.reporters.safe import show

    click.echo(f"policygate: {__version__}, Python {platform.python_version()}")
    failed = False
    try:
        for line in _compared(base):
            click.echo(show(line))
    except PolicygateError as wrong:
        failed = True
        click.echo(f"error: {show(wrong.message)}")
        if wrong.hint:
            click.echo(f"  {show(wrong.hint[:1].upper() + wrong.hint[1:])}")
    root = above(".git")
    found = sorted(_runners(root)) if root else []
    click.echo(
        f"run by: {show(', '.join(found)) or 'nothing that was found; see `policygate init`'}"
    )
    ctx.exit(2 if failed else 0)


def _compared(base: str | None) -> Iterator[str]:
    """The repository, both states, and what would judge them.

    Raises:
        PolicygateError: As `policygate.check`.
    """
    from policygate.api import trust_root
    from policygate.kube.schema import versions_of
    from policygate.sources import Request, compare
    from policygate.vetted import Vetted

    with compare(Request(base=base), Path(), os.environ) as comparison:
        if comparison.repository is not None:
            yield f"repository: {comparison.repository.root}"
        before = comparison.base.revision if comparison.base else None
        yield (
            f"base: {before.rev} ({before.how})"
            if before
            else "base: none, so every finding counts"
        )
        yield from (f"  {note}" for note in comparison.notes)
        found = trust_root(comparison, Path(), Vetted(os.environ))
        where = "the base" if before else "the worktree"
        file = ".policygate/config.yaml"
        own = found.settings.positions is not None
        yield "settings: " + (f"{file} of {where}" if own else f"defaults, {where} has no {file}")
        on = sum(each.enabled for each in found.policies)
        yield f"policies: {on} of {len(found.policies)} on"
        versions = versions_of(found.settings.kubernetes)
        yield f"Kubernetes: {', '.join('.'.join(map(str, each)) for each in versions)}"


def _runners(root: Path) -> Iterator[str]:
    """The files that hooks and pipelines are set up in, and that name policygate."""
    for name in _RUNNERS:
        path = root / name
        files = sorted(path.glob("*.y*ml")) if path.is_dir() else [path]
        for file in files:
            is_plain = file.is_file() and not file.is_symlink() and file.stat().st_size < _MOST
            if is_plain and b"policygate" in file.read_bytes():
                yield file.relative_to(root).as_posix()
