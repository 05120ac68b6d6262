"""`policygate test`: which policies, and where the result goes."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from policygate.cli.known import own_files, repository
from policygate.cli.output import targets, write
from policygate.errors import PolicyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.authoring.trial import Trial

_FORMATS = ("junit", "text")


@click.command(name="test", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="F[=FILE]",
    help="text or junit; to FILE instead of standard output.",
)
@click.option("--strict", is_flag=True, help="Let advice fail, too.")
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[Path, ...], formats: tuple[str, ...], strict: bool
) -> None:
    """Run the examples of policies, and advise on what their authors may have overlooked.

    PATHs are policy files or folders of them; without any, this repository's own policies and
    settings, or the shipped policies where it has neither. A Python policy is run: test only
    policies you would import.

    Examples decide: each must pass or fail as it says, at the place and with the words it says.
    Advice is what else was noticed: fields that Kubernetes does not have, names nobody reads,
    verdicts no example shows, missing fields that make a policy fail. It fails with --strict.

    Exit codes: 0 all as expected, 1 something failed, 2 the command could not do its job.
    """
    wanted = targets(formats, _FORMATS)
    # Standard output is the report's: what a policy in Python prints goes beside it.
    with redirect_stdout(sys.stderr):
        trials = [*(_own(paths) if paths else _all())]

    def render(name: str, _printed: bool) -> str:
        from policygate.authoring import junit, text

        return junit.render(trials, strict=strict) if name == "junit" else text.render(trials)

    write(wanted, render)
    from policygate.authoring.text import summary

    click.echo(summary(trials), err=True)
    failed = any(trial.failures or (strict and trial.advice) for trial in trials)
    ctx.exit(1 if failed else 0)


def _all() -> Iterator[Trial]:
    from policygate.authoring.trial import try_policy
    from policygate.policy.loader import load_shipped
    from policygate.settings import FILE, OWN_POLICIES

    root, own = repository(), own_files()
    if root is None or not (own or (root / FILE).exists()):
        yield from map(try_policy, load_shipped())
        return
    if own:
        taken = {policy.id: f"the pack {policy.pack}" for policy in load_shipped(whole=False)}
        yield from _own((root / OWN_POLICIES,), taken)
    yield from _settings(root)


def _settings(root: Path) -> Iterator[Trial]:
    """What is wrong with the settings of the worktree, or means nothing."""
    from policygate.authoring.patterns import idle_patterns
    from policygate.authoring.trial import Trial
    from policygate.configuration import proposed_faults
    from policygate.model import Revision
    from policygate.policy.loader import OWN_PACK
    from policygate.settings import FILE, OWN_POLICIES, read_settings
    from policygate.sources.snapshots import FolderSnapshot

    own = (file.relative_to(root).as_posix() for file in own_files())
    tree = FolderSnapshot(Revision("worktree", ""), root, (FILE, *own))
    for fault in proposed_faults(tree):
        if fault.location is not None and not fault.location.file.startswith(OWN_POLICIES):
            at = fault.location
            error = f"{at.file}:{at.line}:{at.column}: {fault.message}"
            yield Trial("settings", OWN_PACK, FILE, error=error)
            return
    data = tree.read(FILE)
    advice = tuple(idle_patterns(read_settings(data, FILE), root)) if data is not None else ()
    if advice:
        yield Trial("settings", OWN_PACK, FILE, advice=advice)


def _own(
    paths: tuple[Path, ...], known: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Trial]:
    """The trials of policy files; one that cannot be read does not hide the others."""
    from policygate.authoring.trial import Trial, try_policy
    from policygate.policy.loader import OWN_PACK, load_own

    taken = dict(known)
    for file in _files(paths):
        try:
            if file.is_symlink():
                message = f"{file.as_posix()}:1:1: a symbolic link, which `check` does not follow"
                raise PolicyError(message, "Put the policy itself there.")  # noqa: TRY301
            (policy,) = load_own([(file.as_posix(), file.read_bytes())])
            if policy.id in taken:
                message = f"{file}:1:1: the id `{policy.id}` is taken by {taken[policy.id]}"
                raise PolicyError(message, "Ids are unique: rename one of the files.")  # noqa: TRY301
            trial = try_policy(policy)
        except PolicyError as wrong:
            trial = Trial(
                file.stem, OWN_PACK, file.as_posix(), error=wrong.message, hint=wrong.hint
            )
        taken.setdefault(trial.id, file.as_posix())
        yield trial


def _files(paths: tuple[Path, ...]) -> list[Path]:
    from policygate.policy.loader import is_policy_file

    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist")
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        files += [
            f
            for f in found
            if is_policy_file(f.name) and not f.is_dir() and "__pycache__" not in f.parts
        ]
    if not files:
        raise UsageError("no policy files found", "A policy is a .yaml or .py file.")
    return list(dict.fromkeys(files))
