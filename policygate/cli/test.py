"""`policygate test`: run the examples of policies."""

from __future__ import annotations

from pathlib import Path

import click

from policygate.errors import UsageError


@click.command(name="test", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    """Run the examples of the policies in PATHs (files or folders), by default the shipped ones.

    A Python policy is run: test only policies you would import.
    """
    from policygate.examples import run_examples
    from policygate.policy.loader import load_own, load_shipped

    policies = (
        load_own((str(f), f.read_bytes()) for f in _files(paths)) if paths else load_shipped()
    )
    failures = [failure for policy in policies for failure in run_examples(policy)]
    for failure in failures:
        click.echo(f"{failure.policy}: {failure.example}: {failure.message}")
    examples = sum(len(policy.examples) for policy in policies)
    click.echo(f"{len(policies)} policies, {examples} examples, {len(failures)} failures", err=True)
    ctx.exit(1 if failures else 0)


def _files(paths: tuple[Path, ...]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist")
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        files += [
            f
            for f in found
            if f.suffix in (".yaml", ".yml", ".py") and "__pycache__" not in f.parts
        ]
    if not files:
        raise UsageError("no policy files found", "A policy is a .yaml or .py file.")
    return files
