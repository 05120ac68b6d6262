"""`policygate check`: the options, and where the reports go."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policygate.cli.days import today_option
from policygate.cli.known import above, complete
from policygate.cli.output import targets, write
from policygate.cli.terminal import patience, shows_links, wants_color, width
from policygate.errors import PolicygateError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from policygate.api import Existing, FailOn
    from policygate.cli.output import Targets
    from policygate.model import Report


@click.command(name="check", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--base", metavar="REV|none", help="Compare with the merge base of REV; none: with nothing."
)
@click.option("--head", metavar="REV", help="Judge this revision instead of the worktree.")
@click.option("--staged", is_flag=True, help="Judge what is staged for the next commit.")
@click.option(
    "--all", "everything", is_flag=True, help="Judge the state of every manifest, without a base."
)
@click.option(
    "--select",
    multiple=True,
    metavar="ID|PACK",
    shell_complete=complete,
    help="Judge by these policies alone.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="ID|PACK",
    shell_complete=complete,
    help="Leave these policies out.",
)
@click.option(
    "--existing",
    type=click.Choice(["report", "warn", "fail"]),
    help="What to do with findings the base had already: count them, show them too, let them block.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    help="The lowest level that blocks.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="F[=FILE]",
    help="azure, concise, github, gitlab, json, jsonl, junit, markdown, rdjson, sarif or text; to FILE instead of standard output.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1000),
    default=1_000_000,
    metavar="N",
    help="Cut the markdown report after so many bytes: 65000 for a comment on GitHub.",
)
@click.option(
    "--require-input",
    is_flag=True,
    help="Exit 2 where there is no manifest at all, as after a typing error in a path.",
)
@click.option(
    "--explain-neutral", is_flag=True, help="Say why a changed resource is no looser than before."
)
@click.option(
    "--stdin-filename",
    metavar="PATH",
    help="With PATH `-`: the path that standard input stands for.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour the text report.",
)
@click.option(
    "--policy-ref", metavar="REV", help="Judge by the settings and policies of this revision."
)
@click.option(
    "--policies",
    type=click.Path(),
    metavar="DIR",
    help="Judge by the policies of this folder too; it must lie outside of the repository.",
)
@click.option(
    "--show-settings",
    is_flag=True,
    help="Print what would judge, and where it is set; judge nothing.",
)
@click.option(
    "--show-files",
    is_flag=True,
    help="List the files that would be judged, and why others would not; judge nothing.",
)
@today_option
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what was compared.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    base: str | None,
    head: str | None,
    staged: bool,
    everything: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    existing: Existing | None,
    fail_on: FailOn | None,
    formats: tuple[str, ...],
    max_bytes: int,
    require_input: bool,
    explain_neutral: bool,
    stdin_filename: str | None,
    color: str,
    policy_ref: str | None,
    policies: str | None,
    show_settings: bool,
    show_files: bool,
    today: date | None,
    verbose: bool,
) -> None:
    """Judge what a change does to the manifests of this repository.

    Without arguments the worktree is compared with the merge base: what the change introduced or
    loosened blocks, what was there before is only counted. With PATHs (or --all) the state alone
    is judged and every finding counts; PATH `-` reads one file from standard input.

    The base is --base, else the first parent of a pull-request merge commit, else the merge base
    with the target branch, the upstream default branch, or for --staged HEAD.
    """
    from policygate.reporters import FORMATS, LOOKING_AHEAD
    from policygate.reporters.safe import show

    wanted = targets(formats, FORMATS)
    stdin = None
    if paths == ("-",):
        paths, stdin = (), sys.stdin.buffer.read()
    if show_settings:
        from policygate.cli.in_force import shown

        click.echo(
            shown(base, policy_ref, policies, everything=everything, staged=staged), nl=False
        )
        return
    if show_files:
        from policygate.cli.listed_files import listed
        from policygate.sources import Request

        request = Request(paths, base, head, staged, everything, stdin, stdin_filename)
        form = next((name for name, _ in wanted if name == "json"), "text")
        write([(form, None)], lambda _name, _printed: listed(request, policy_ref, form))
        return
    from policygate.api import check

    try:
        # Standard output is the report's: what a policy in Python prints goes beside it.
        with redirect_stdout(sys.stderr), patience("judging"):
            report = check(
                paths=paths,
                base=base,
                head=head,
                staged=staged,
                everything=everything,
                stdin=stdin,
                stdin_filename=stdin_filename,
                select=select,
                ignore=ignore,
                existing=existing,
                fail_on=fail_on,
                explain_neutral=explain_neutral,
                outlook=any(name in LOOKING_AHEAD for name, _ in wanted),
                # Only where `policygate fix` would judge by the same, and so does what is said here.
                mending=("text", None) in wanted
                and not any((paths, base, head, select, ignore, policy_ref, policies)),
                today=today,
                policy_ref=policy_ref,
                policies=policies,
            )
        if require_input:
            _demand_input(report)
    except BaseException as failed:  # a crash and Ctrl-C leave no old report either
        _tell(failed, wanted, max_bytes)
        raise
    if ("text", None) not in wanted:  # the text report says them itself
        for note in report.notes:
            click.echo(f"policygate: {show(note)}", err=True)
    if verbose:
        _say_what(report)
    write(wanted, lambda name, printed: _rendered(report, name, color, max_bytes, printed=printed))
    ctx.exit(report.exit_code)


def _demand_input(report: Report) -> None:
    if not report.counts.resources and report.exit_code < 2:
        raise UsageError(
            "no manifest was judged, and --require-input asks for one",
            "Name files that hold manifests, or see `files` in .policygate/config.yaml.",
        )


def _tell(failed: BaseException, wanted: Targets, max_bytes: int) -> None:
    """Say what went wrong in every file, and in the summary: who reads one must not find that of a run before."""
    told = failed if isinstance(failed, PolicygateError) else PolicygateError(_why(failed))
    for target in wanted:
        if target[1] is not None or target[0] == "markdown":
            try:
                write(
                    [target],
                    lambda name, printed: _rendered(
                        told, name, "never", max_bytes, printed=printed
                    ),
                )
            except UsageError as too:
                from policygate.reporters.safe import show

                click.echo(f"policygate: {show(too.message)}", err=True)


def _why(failed: BaseException) -> str:
    """What may be said of it: the text of a crash may quote a manifest."""
    if isinstance(failed, KeyboardInterrupt):
        return "interrupted before everything was judged"
    return f"policygate crashed ({type(failed).__name__})"


def _say_what(report: Report) -> None:
    from policygate.reporters.safe import show

    for side, revision in (("base", report.base), ("head", report.head)):
        said = show(f"{side} {revision.rev or '-'} ({revision.how})")
        click.echo(f"policygate: {said}", err=True)


def _rendered(
    report: Report | PolicygateError, name: str, color: str, max_bytes: int, *, printed: bool
) -> str:
    from policygate.rendering import render

    prefix, github = _prefix(), _github()
    return render(
        report,
        name,
        color=printed and wants_color(color),
        width=width() if printed else None,
        path_prefix=prefix,
        root=str(_root()) if printed and shows_links() else "",
        link=f"{github}/blob" if github and not prefix else "",
        max_bytes=max_bytes,
        repository=github or os.environ.get("CI_PROJECT_URL", ""),
    )


def _github() -> str:
    """The address of the repository that a workflow of GitHub runs for; empty elsewhere."""
    import re

    server = os.environ.get("GITHUB_SERVER_URL", "")
    repository = os.environ.get("GITHUB_REPOSITORY", "")
    is_plain = re.fullmatch(r"https://[\w.-]+(?::\d+)?", server, re.ASCII) and re.fullmatch(
        r"[\w.-]+/[\w.-]+", repository, re.ASCII
    )
    return f"{server}/{repository}" if is_plain else ""


def _prefix() -> str:
    """The folder of the repository in GitHub's workspace, which annotations are relative to."""
    workspace = os.environ.get("GITHUB_WORKSPACE")
    if not workspace:
        return ""
    try:
        prefix = _root().relative_to(Path(workspace).resolve()).as_posix()
    except ValueError:
        return ""
    return "" if prefix == "." else prefix


def _root() -> Path:
    """The top folder of the repository, which paths in a report are relative to."""
    return (above(".git") or Path()).resolve()
