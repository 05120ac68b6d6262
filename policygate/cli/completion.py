"""`policygate completion`: what a shell needs to complete commands, options and the ids of policies."""

from __future__ import annotations

import click


@click.command(name="completion", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("shell", type=click.Choice(["bash", "fish", "zsh"]))
def command(shell: str) -> None:
    """Print a script that completes policygate in SHELL.

    \b
    bash:  eval "$(policygate completion bash)"      in ~/.bashrc
    zsh:   eval "$(policygate completion zsh)"       in ~/.zshrc
    fish:  policygate completion fish | source       in ~/.config/fish/config.fish
    """  # noqa: D301 (click wants the character)
    from click.shell_completion import get_completion_class

    from policygate.cli import cli

    made = get_completion_class(shell)
    if made is None:  # all three are click's own
        raise click.UsageError(f"there is no completion for {shell}")
    # Its template alone: `source` would run a shell to ask for its version.
    script = made(cli, {}, "policygate", "_POLICYGATE_COMPLETE")
    click.echo(script.source_template % script.source_vars())
