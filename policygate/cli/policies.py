"""`policygate policies`: the list of what is judged."""

from __future__ import annotations

import json
import shutil

import click


@click.command(name="policies", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(form: str) -> None:
    """List the shipped policies and the repository's own: id, level, pack, title."""
    from policygate.cli.explain import available

    policies = available()
    if form == "json":
        rows = [{"id": p.id, "level": p.level, "pack": p.pack, "title": p.title} for p in policies]
        click.echo(json.dumps(rows, indent=2))
        return
    width = max(len(policy.id) for policy in policies)
    room = max(shutil.get_terminal_size((100, 24)).columns - width - 29, 20)
    for policy in policies:
        title = policy.title if len(policy.title) <= room else policy.title[: room - 1] + "…"
        click.echo(f"{policy.id:{width}}  {policy.level:7}  {policy.pack:14}  {title}")
    click.echo(
        f"\n{len(policies)} policies. `policygate explain ID` shows the page of one.", err=True
    )
