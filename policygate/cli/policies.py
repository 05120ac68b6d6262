"""`policygate policies`: the list of what is judged."""

from __future__ import annotations

import json
import shutil
from itertools import groupby
from typing import TYPE_CHECKING

import click

from policygate.cli.known import available
from policygate.policy.loader import load_shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.policy.types import Policy


@click.command(name="policies", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", "index"]), default="text"
)
def command(form: str) -> None:
    """List the shipped policies and the repository's own: id, level, pack, title."""
    policies = available()
    if form == "json":
        rows = [
            {"id": p.id, "level": p.level, "pack": p.pack, "enabled": p.enabled, "title": p.title}
            for p in policies
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    if form == "index":
        from policygate.policy.index import index_of
        from policygate.policy.loader import shipped_root

        click.echo(index_of(load_shipped(), shipped_root()), nl=False)
        return
    if form == "markdown":
        click.echo("\n".join(_markdown(policies)))
        return
    width = max(len(policy.id) for policy in policies)
    room = max(shutil.get_terminal_size((100, 24)).columns - width - 29, 20)
    for policy in policies:
        title = policy.title if len(policy.title) <= room else policy.title[: room - 1] + "…"
        click.echo(f"{policy.id:{width}}  {_level(policy):7}  {policy.pack:14}  {title}")
    click.echo(
        f"\n{len(policies)} policies. `policygate explain ID` shows the page of one.", err=True
    )


def _level(policy: Policy) -> str:
    return policy.level if policy.enabled else "off"


def not_shipped() -> dict[str, str]:
    """The checks of the field that do not ship, by their ids, with the reasons."""
    from policygate.policy.loader import shipped_root

    text = (shipped_root() / "not-shipped.tsv").read_text(encoding="utf-8")
    rows = (line.partition("\t") for line in text.splitlines())
    return {name: reason for name, _, reason in rows}


def _markdown(policies: Sequence[Policy]) -> Iterator[str]:
    """The lines of a page that lists policies by their packs, with links to their files."""
    yield "# Policies"
    yield ""
    yield "<!-- Made by `policygate policies --format markdown`: change the policies, not this page. -->"
    yield ""
    on = sum(policy.enabled for policy in policies)
    yield f"{len(policies)} policies, {on} of them on by default. A file is a policy with its manual page and its examples;"
    yield "`policygate explain ID` shows the page."
    for pack, members in groupby(sorted(policies, key=lambda p: (p.pack, p.id)), lambda p: p.pack):
        yield from ("", f"## {pack}", "", "| policy | level | finds |", "|---|---|---|")
        for policy in members:
            title = policy.title.replace("|", "\\|")
            yield f"| [`{policy.id}`]({policy.file}) | {_level(policy)} | {title} |"
    yield from (
        "",
        "## Not shipped",
        "",
        "Checks of other tools that policygate leaves out, and why.",
        "",
    )
    yield from ("| check | reason |", "|---|---|")
    for name, reason in sorted(not_shipped().items()):
        yield f"| `{name}` | {reason.replace('|', chr(92) + '|')} |"
