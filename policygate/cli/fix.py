"""`policygate fix`: put back what the worktree loosened, or show what that would be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policygate.cli.days import today_option
from policygate.cli.known import above, complete
from policygate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from policygate.model import Finding
    from policygate.returning import Returned


@click.command(name="fix", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--base", metavar="REV", help="Go back to the merge base of REV.")
@click.option(
    "--diff", "only_diff", is_flag=True, help="Print what would change, and write nothing."
)
@click.option(
    "--select",
    multiple=True,
    metavar="ID|PACK",
    shell_complete=complete,
    help="Put back what these policies find, and nothing else.",
)
@today_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    base: str | None,
    only_diff: bool,
    select: tuple[str, ...],
    today: date | None,
) -> None:
    """Put back what the worktree loosened, line by line as the base has it.

    Only the fields that findings are about are touched. What is new, was deleted, holds a secret or cannot be
    cut out safely is left as it is, and named with the reason. Waivers and settings are never edited.

    Exit codes: 0 nothing that blocks is left, 1 something is, 2 it could not be done; with --diff 1 where
    something would change.
    """
    from policygate.cli.terminal import patience
    from policygate.returning import take_back

    with patience("judging"):
        done = take_back(paths=_inside(paths), base=base, select=select, today=today)
    faults = done.before.report.faults
    if faults:
        raise UsageError(
            f"nothing was changed: {faults[0].message}", "See what `policygate check` says."
        )
    if only_diff:
        for line in _diff(done):
            click.echo(line)
    else:
        _write(done)
    for line in _said(done, only_diff=only_diff):
        click.echo(line, err=only_diff)
    blocked = any(each.finding.blocks for each in done.left)
    ctx.exit(int(bool(done.files) if only_diff else blocked))


def _inside(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Paths as reports name them.

    Raises:
        UsageError: One does not exist, or lies elsewhere.
    """
    from policygate.sources.folder import relative, resolve

    root = (above(".git") or Path()).resolve()
    found = []
    for path in paths:
        there = resolve(path, Path.cwd())
        if there is None:
            raise UsageError(f"{path} does not exist", "paths are relative to the current folder")
        if not there.is_relative_to(root):
            raise UsageError(f"{path} is not in this repository", "nothing is written elsewhere")
        found.append(relative(there, root))
    return tuple(found)


def _write(done: Returned) -> None:
    """Write every file whole, if it still holds what was judged.

    Raises:
        UsageError: One does not, or cannot be written.
    """
    from policygate.cli.writing import put, refuse_links

    for path, (judged, _) in done.files.items():
        file = done.root / path
        refuse_links(done.root, file)
        if file.read_bytes() != judged:
            raise UsageError(f"{path} was edited meanwhile", "Nothing was changed. Run it again.")
    for path, (_, data) in done.files.items():
        try:
            put(done.root / path, data, keep_mode=True)
        except OSError as failed:
            raise UsageError(f"cannot write {path}: {failed.strerror}") from None


def _diff(done: Returned) -> Iterator[str]:
    """The patch of every file; what may be secret is hidden in it, as everywhere."""
    from policygate.reporters.safe import show
    from policygate.undo import between

    for path in sorted(done.files):
        lines = between(path, done.before.context.files, done.after.context.files, done.after.cut)
        for line in lines:
            mark = "" if line.startswith(("---", "+++", "@@")) else line[:1]
            yield mark + show(line[len(mark) :].removesuffix("\r"))


def _said(done: Returned, *, only_diff: bool) -> Iterator[str]:
    from policygate.reporters.safe import show
    from policygate.reporters.summary import count

    for finding in done.mended:
        if not only_diff:
            yield f"put back: {_named(finding)}"
    for each in done.left:
        yield f"left: {_named(each.finding)}: {show(each.why)}"
    would = "would be put back" if only_diff else "put back"
    files = f" in {count(len(done.files), 'file')}" if done.files else ""
    left = f", {len(done.left)} left" if done.left else ""
    yield f"{count(len(done.mended), 'finding')} {would}{files}{left}."


def _named(finding: Finding) -> str:
    from policygate.reporters.safe import show
    from policygate.reporters.words import line_of

    return f"{line_of(finding)} {finding.level}[{show(finding.policy)}] {show(finding.message)}"
