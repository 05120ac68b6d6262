"""The command line: options in, report out, exit code. Everything else is `policygate.api`.

Commands are loaded when they are called: a commit should not pay for `explain`.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from io import StringIO
from typing import Final

import click

from policygate import __version__
from policygate.errors import PolicygateError
from policygate.reporters.safe import show

_COMMANDS: Final = {
    "check": "Judge what a change does to the manifests of this repository.",
    "completion": "Print what completes the command in a shell.",
    "demo": "Try the gate on a small made-up pull request.",
    "doctor": "Say what is installed, which base would be taken, and what runs the gate.",
    "explain": "Show the manual: the page of a policy, or another one.",
    "fix": "Put back what the worktree loosened, as the base has it.",
    "init": "Set up this repository: settings, hook, workflow, owners.",
    "policies": "List the policies.",
    "schema": "Print the JSON Schema of a file that people or tools read.",
    "test": "Run the examples of policies, and advise their authors.",
    "waive": "Record a dated exception for a finding.",
    "waivers": "List the exceptions: what is open, by whom, until when.",
}


class _Lazy(click.Group):
    """A group whose commands are modules, imported by name when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"policygate.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f"Did you mean `{close[0]}`?" if close else f"Commands: {', '.join(_COMMANDS)}."
            ctx.fail(f"no such command `{args[0]}`. {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="policygate", message="%(prog)s %(version)s")
def cli() -> None:
    """The pre-merge gate of a GitOps repository.

    policygate compares every changed Kubernetes manifest with itself at the merge base, says what
    the change loosened, and blocks that. What was wrong before does not block anybody.

    \b
    Start with:
      policygate demo               see it at work on a made-up pull request
      policygate check              judge your worktree against the merge base
      policygate check --all        judge everything there is, without a base
      policygate explain ID         why a policy exists and how to satisfy it
      policygate fix                put back what your worktree loosened
      policygate explain            the pages of the manual: trust, adopting, coming-from, …
      policygate waive ID           let an emergency through: with a reason, an owner and an end

    Exit codes: 0 nothing blocks, 1 something blocks, 2 the gate could not do its job.
    """  # noqa: D301 (click wants the character)


def main() -> None:
    """Run the command and exit: 0, 1 or 2 as documented, 130 when interrupted."""
    # The process lives for one answer and makes no cycles worth collecting.
    gc.disable()
    sys.exit(_run())


def _run() -> int:
    try:
        result = cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as wrong:
        said = StringIO()
        wrong.show(said)
        click.echo("\n".join(map(show, said.getvalue().rstrip("\n").split("\n"))), err=True)
        return 2
    except PolicygateError as wrong:
        click.echo(f"error: {show(wrong.message)}", err=True)
        for line in wrong.excerpt.splitlines():
            click.echo(show(line), err=True)
        if wrong.hint:
            click.echo(f"  {show(wrong.hint[:1].upper() + wrong.hint[1:])}", err=True)
        return wrong.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # The reader went away; Python would complain once more when it closes stdout.
        sys.stdout = None
        return 2
    except Exception as crash:  # noqa: BLE001 (the last line of defence: no pass, no dump)
        return _crashed(crash)
    return result if isinstance(result, int) else 0


def _crashed(crash: Exception) -> int:
    import os

    if os.environ.get("POLICYGATE_TRACEBACK"):
        raise crash
    click.echo(
        f"error: policygate crashed ({type(crash).__name__}); this is a bug, please report it\n"
        "  Set POLICYGATE_TRACEBACK=1 for the traceback (it may quote manifests).",
        err=True,
    )
    return 2
