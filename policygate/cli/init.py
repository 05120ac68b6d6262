"""`policygate init`: what a repository needs to run the gate, and nothing that it has already.

Every file is written once and never changed again; what has to be added to a file of somebody else is added at
its end, or said. Not for settings: `policygate schema config` explains those.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from policygate import __version__
from policygate.adopted import FILE as ADOPTED
from policygate.cli.schema import schema_of
from policygate.cli.writing import append, read, refuse_links, write
from policygate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKFLOW_FILE: Final = ".github/workflows/policygate.yaml"
HOOK_FILE: Final = ".pre-commit-config.yaml"
_OWNER: Final = re.compile(r"@[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)?|[\w.+-]+@[\w.-]+", re.ASCII)
_OWNERS_FILES: Final = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
SETTINGS_FILE: Final = ".policygate/config.yaml"
SCHEMA_FILE: Final = ".policygate/config.schema.json"
_SETTINGS: Final = """\
# yaml-language-server: $schema=config.schema.json
# The settings of policygate. Every key is optional, and nothing has to be set: what a pull request loosens blocks,
# what was there before does not. They count when they are merged: a change is judged by those of its base.
# All keys: policygate schema config. What is in force: policygate check --show-settings.
gate:
  existing: warn # what the base had already: report, warn or fail
  fail_on: error # the lowest level that blocks: error, warning, note or never
waivers:
  max_days: {error: 14, warning: 90}
"""
_WORKFLOW: Final = """\
# The gate on every pull request, and once a day a look at waivers that have expired.
name: policygate
on:
  pull_request:
  merge_group:
  schedule:
    - cron: "17 6 * * *"
permissions: {}
concurrency:
  group: policygate-${{ github.ref }}
  cancel-in-progress: true

jobs:
  gate:
    name: What this change loosens
    if: github.event_name != 'schedule'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 2 # the pull request's merge commit and its first parent, which is the base
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"
      # Isolated (-I): nothing of the pull request is imported.
      - run: python -I -m pip install --quiet gitops-policygate==VERSION
      - run: policygate check --format github --format "markdown=$GITHUB_STEP_SUMMARY"

  waivers:
    name: Waivers that have expired
    if: github.event_name == 'schedule'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"
      - run: python -I -m pip install --quiet gitops-policygate==VERSION
      - run: policygate waivers
"""
_HOOK: Final = """\
- repo: local
  hooks:
    - id: policygate
      name: policygate
      entry: policygate check --staged
      language: python
      additional_dependencies: ["gitops-policygate==VERSION"]
      pass_filenames: false
      always_run: true
      require_serial: true
      stages: [pre-commit, pre-merge-commit, pre-push, manual]
"""


@click.command(name="init", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--owner",
    "owners",
    multiple=True,
    metavar="WHO",
    help="Who owns the gate, for CODEOWNERS: `@org/team`.",
)
@click.option(
    "--adopt",
    is_flag=True,
    help="Record what is wrong today as old debt; run it again to shrink the record.",
)
def command(owners: tuple[str, ...], *, adopt: bool) -> None:
    """Set up this repository: settings, pre-commit hook, workflow, and a line of CODEOWNERS.

    The settings come with their schema, by which editors complete and check them. It changes nothing that is
    there, and may be run again. No baseline file is needed, since a pull request is
    compared with its base. For a tree without a history (a first import, a vendored chart) `--adopt` records
    what is found today by fingerprints, in a file that can only shrink.
    """
    for owner in owners:
        if not _OWNER.fullmatch(owner):
            hint = "CODEOWNERS wants `@user`, `@org/team` or an address."
            raise UsageError(f"`{owner}` is not an owner", hint)
    root = _root()
    for name in (SETTINGS_FILE, SCHEMA_FILE, WORKFLOW_FILE, HOOK_FILE, *_OWNERS_FILES, ADOPTED):
        refuse_links(root, root / name)  # all of them, before the first is written
    for path, text in (
        (SETTINGS_FILE, _SETTINGS),
        (SCHEMA_FILE, f"{json.dumps(schema_of('config'), indent=2)}\n"),
        (WORKFLOW_FILE, _WORKFLOW.replace("VERSION", __version__)),
    ):
        _say(path, "wrote" if _write_new(root, root / path, text) else "kept")
    for path, what in (*_hook(root), *_code_owners(root, owners)):
        _say(path, what)
    if adopt:
        _adopt(root)


def _say(path: str, what: str) -> None:
    from policygate.reporters.safe import show

    click.echo(f"{what:8} {show(path)}")


def _root() -> Path:
    from policygate.git import Repository

    with Repository.open(Path.cwd(), os.environ) as repository:
        return repository.root


def _write_new(root: Path, path: Path, text: str) -> bool:
    if path.exists():
        return False
    write(root, path, text, new=True)
    return True


# The hook


def _hook(root: Path) -> Iterator[tuple[str, str]]:
    hook = _HOOK.replace("VERSION", __version__)
    path = root / HOOK_FILE
    if _write_new(root, path, "repos:\n" + _indented(hook, 2)):
        yield HOOK_FILE, "wrote"
        return
    text = read(root, path)
    if "id: policygate" in text:
        yield HOOK_FILE, "kept"
        return
    more = _further(text, hook)
    if more is None:
        yield HOOK_FILE, "kept"
        click.echo(f"\nAdd this to the `repos` of {HOOK_FILE}:\n\n" + _indented(hook, 2))
        return
    append(root, path, more)
    yield HOOK_FILE, "extended"


def _further(text: str, hook: str) -> str | None:
    """The lines to add to a configuration; None where that does not make one hook more of it."""
    before = _repos(text)
    if before is None:
        return None
    lines = [line for line in text.split("\n") if line.strip().startswith("- repo:")]
    more = _indented(hook, len(lines[0]) - len(lines[0].lstrip()) if lines else 2)
    start = "" if text.endswith("\n") else "\n"
    return more if _repos(text + start + more) == before + 1 else None


def _repos(text: str) -> int | None:
    """How many repositories a configuration of pre-commit lists; None where it cannot be read."""
    from policygate.yamldoc import parse

    documents = parse(text.encode("utf-8"), HOOK_FILE, templates=False).documents
    value = documents[0].value if len(documents) == 1 and documents[0].readable else None
    repos = value.get("repos") if isinstance(value, dict) else None
    return len(repos) if isinstance(repos, list) else None


def _indented(text: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())


# Who owns it


def _code_owners(root: Path, owners: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    name = next((each for each in _OWNERS_FILES if (root / each).is_file()), _OWNERS_FILES[0])
    path = root / name
    text = read(root, path) if path.is_file() else ""
    if "/.policygate/" in text:
        yield name, "kept"
    elif owners:
        lines = "".join(f"/{each} {' '.join(owners)}\n" for each in (".policygate/", WORKFLOW_FILE))
        if path.is_file():
            append(root, path, lines)
        else:
            write(root, path, lines, new=True)
        yield name, "extended" if text else "wrote"
    else:
        click.echo(f"skipped  {name}: say who owns the gate with --owner @org/team")


# Old debt


def _adopt(root: Path) -> None:
    from policygate.adopted import FILE, read_adopted, write_adopted
    from policygate.api import everything_found

    path = root / FILE
    found = everything_found(root)
    if not path.exists():
        write(root, path, write_adopted(found), new=True)
        click.echo(f"wrote    {FILE}: {len(found)} findings are old debt")
        return
    known = read_adopted(path.read_bytes())
    left = known & found
    write(root, path, write_adopted(left))
    gone, new = len(known) - len(left), len(found - known)
    more = f"; {new} new, not adopted" if new else ""
    click.echo(f"{'shrunk' if gone else 'kept':8} {FILE}: {gone} mended, {len(left)} left{more}")
