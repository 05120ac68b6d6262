"""`policygate policies`: the list of what is judged."""

from __future__ import annotations

import shutil
import sys
from itertools import groupby
from typing import TYPE_CHECKING

import click

from policygate.cli.known import available
from policygate.errors import UsageError
from policygate.policy.loader import load_shipped
from policygate.reporters.markdown_text import prose
from policygate.reporters.safe import percent_encoded, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.policy.types import Policy


@click.command(name="policies", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("packs", nargs=-1, metavar="[PACK]...")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown", "index"]), default="text"
)
def command(packs: tuple[str, ...], form: str) -> None:
    """List the shipped policies and the repository's own, or those of PACKs: id, level, title.

    A policy that is off judges when settings say `enabled: true` for it or for its pack.
    """
    if form == "index":
        from policygate.policy.index import index_of
        from policygate.policy.loader import shipped_root

        click.echo(index_of(load_shipped(), shipped_root()), nl=False)
        return
    policies = _of(packs, available())
    if form == "json":
        from policygate.reporters.json_text import as_text

        click.echo(as_text([_row(policy) for policy in policies]), nl=False)
    elif form == "markdown":
        click.echo("\n".join(_markdown(policies)))
    else:
        click.echo("\n".join(map(show, _text(policies))))
        on = sum(policy.enabled for policy in policies)
        more = "`policygate explain ID` shows the page of one."
        click.echo(f"\n{len(policies)} policies, {on} of them on by default. {more}", err=True)


def _of(packs: tuple[str, ...], policies: Sequence[Policy]) -> list[Policy]:
    """The policies of some packs, or all, by pack and id."""
    known = sorted({policy.pack for policy in policies})
    for pack in packs:
        if pack not in known:
            raise UsageError(f"there is no pack `{pack}`", f"Packs: {', '.join(known)}.")
    chosen = (policy for policy in policies if not packs or policy.pack in packs)
    return sorted(chosen, key=lambda policy: (policy.pack, policy.id))


def _row(policy: Policy) -> dict[str, object]:
    return {
        "id": policy.id,
        "level": policy.level,
        "pack": policy.pack,
        "enabled": policy.enabled,
        "title": policy.title,
        "standards": list(policy.standards),
        "peers": list(policy.peers),
    }


def _text(policies: Sequence[Policy]) -> Iterator[str]:
    """The lines of a list, a pack after the other; no line wider than the terminal, if it is one."""
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for number, (pack, members) in enumerate(groupby(policies, lambda policy: policy.pack)):
        yield from ([""] if number else [])
        yield pack
        rows = list(members)
        width = max(len(policy.id) for policy in rows)
        for policy in rows:
            line = f"  {policy.id:{width}}  {_level(policy):7}  {policy.title}"
            yield line if not columns or len(line) <= columns else line[: columns - 1] + "…"


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
    for pack, members in groupby(policies, lambda policy: policy.pack):
        yield from ("", f"## {pack}", "", "| policy | level | finds |", "|---|---|---|")
        for policy in members:
            link = f"[`{policy.id}`]({percent_encoded(policy.file)})"
            yield f"| {link} | {_level(policy)} | {prose(policy.title)} |"
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
