"""`policygate explain`: the manual. The page of a policy is made from its one file, other pages are `manual`.

The file may be the author's of a pull request, whom somebody asks what the policy is for.
"""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

import click

from policygate.cli.known import available, complete, own_files
from policygate.cli.manual import pages, text_of, title_of
from policygate.cli.policies import not_shipped
from policygate.errors import UsageError
from policygate.reporters.safe import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policygate.policy.types import Example, Policy

_LEVELS = {"error": "blocks the merge", "warning": "does not block", "note": "for information"}


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """What a shell completes to a page: those of the manual, and the policies that ship."""
    found = [name for name in pages() if name.startswith(incomplete)]
    return [*found, *complete(ctx, param, incomplete)]


@click.command(name="explain", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", metavar="[ID|PAGE]", required=False, shell_complete=_complete)
def command(name: str | None) -> None:
    """Show a page of the manual: that of the policy ID, or another PAGE; without a name, which there are.

    The page of a policy says why it exists, how to satisfy it, and gives examples. ID may be the one that
    another tool gives the same check, such as CKV_K8S_20. A policy of yours that is called like a page comes
    before it.
    """
    if name is None:
        click.echo("\n".join(_contents()))
        return
    if name in pages() and name not in {file.stem.replace("_", "-") for file in own_files()}:
        click.echo(text_of(pages()[name]))
        return
    policies = {policy.id: policy for policy in available()}
    if name in policies:
        click.echo("\n".join(page(policies[name])))
    else:
        _explain_same(name, policies)


def _contents() -> Iterator[str]:
    found = {name: title_of(file) for name, file in pages().items()}
    width = max(map(len, found))
    yield "Pages of the manual:"
    yield ""
    yield from (f"  policygate explain {name:{width}}  {title}" for name, title in found.items())
    yield f"  policygate explain {'ID':{width}}  a policy: `policygate policies` lists them all"


def _explain_same(name: str, policies: Mapping[str, Policy]) -> None:
    """Show what another tool calls by a name.

    Raises:
        UsageError: Nothing is called so.
    """
    same = _known_elsewhere(name, policies.values())
    if len(same) > 1:
        click.echo(
            "\n".join((f"{name} is several policies here:", "", *map(show, map(_row, same))))
        )
        return
    if same:
        click.echo(f"{name} is here:\n")
        click.echo("\n".join(page(same[0])))
        return
    if name in not_shipped():
        raise UsageError(f"there is no policy `{name}`", not_shipped()[name])
    import difflib

    close = difflib.get_close_matches(name, [*pages(), *policies], n=1, cutoff=0.5)
    hint = f"Did you mean `{close[0]}`? " if close else ""
    raise UsageError(
        f"there is no policy and no page `{name}`",
        f"{hint}Policies: `policygate policies`. Pages: {', '.join(pages())}.",
    )


def _known_elsewhere(name: str, policies: Iterable[Policy]) -> list[Policy]:
    """The policies that take the place of another tool's check, with its tool before it or without."""

    def is_meant(peer: str) -> bool:
        return name.lower() in {peer.lower(), peer.partition(":")[2].lower()}

    return [policy for policy in policies if any(map(is_meant, policy.peers))]


def _row(policy: Policy) -> str:
    return f"  {policy.id}: {policy.title}"


def page(policy: Policy) -> Iterator[str]:
    """Yield the lines of a policy's manual page, as they may be shown."""
    yield from map(show, _page(policy))


def _page(policy: Policy) -> Iterator[str]:
    yield f"{policy.id}: {policy.title}"
    yield ""
    yield f"  level      {policy.level} ({_LEVELS[policy.level]} when introduced or loosened)"
    if not policy.enabled:
        yield "  off        until settings say `enabled: true` for it or its pack"
    yield f"  pack       {policy.pack}"
    if policy.class_:
        yield f"  class      {policy.class_}"
    yield f"  judges     {_judges(policy)}"
    yield from _params(policy)
    for title, text in (("Why", policy.why), ("Fix", policy.fix)):
        yield from ("", title, *_wrapped(text))
    if not policy.examples:
        yield from (
            "",
            f"Its parameters and examples stand in {policy.file}, which is not run here.",
        )
    for title, wanted in (("Passes", "pass"), ("Fails", "fail")):
        for example in [e for e in policy.examples if e.expect == wanted][:2]:
            yield from ("", f"{title}: {example.name}", *_example(example))
    for title, several in (("Standards", policy.standards), ("Coming from", policy.peers)):
        if several:
            yield from ("", title, *_wrapped(", ".join(several)))
    if policy.references:
        yield from ("", "References", *(f"  {reference}" for reference in policy.references))


def _judges(policy: Policy) -> str:
    whole = {"file": "every manifest file", "gate": "settings, policies and waivers, in every run"}
    if policy.scope in whole:
        return whole[policy.scope]
    kinds = ", ".join(policy.match.kinds) or "every kind"
    each = {"pod": "each pod spec of ", "container": "each container of ", "object": ""}
    operations = [operation.lower() for operation in policy.match.operations]
    return f"{each[policy.scope]}{kinds}, on {' and '.join(operations)}"


def _params(policy: Policy) -> Iterator[str]:
    from policygate.policy.params import params_of

    for name, value, about in params_of(policy):
        yield f"  parameter  {name} = {json.dumps(value, default=str)}" + (about and f": {about}")


def _wrapped(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield from textwrap.wrap(
            " ".join(paragraph.split()),
            88,
            initial_indent="  ",
            subsequent_indent="  ",
            break_on_hyphens=False,
        )


def _example(example: Example) -> Iterator[str]:
    for label, text, body in (
        ("at the base:", example.base_text, example.base),
        ("at the head:" if example.base or example.base_text else "", example.text, example.head),
    ):
        lines = text.splitlines() if text is not None else _yaml(body) if body is not None else []
        if label and (lines or example.base or example.base_text):
            yield f"  {label}" + ("" if lines else " nothing")
        yield from _indented(lines)
    for path, text in example.beside.items():
        yield f"  {path}, beside {example.at}:"
        yield from _indented(text.splitlines())


def _indented(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"    {line}" if line else ""


def _yaml(body: Any) -> list[str]:
    import yaml

    plain = json.loads(json.dumps(body))
    return yaml.safe_dump(plain, sort_keys=False, width=88).rstrip().splitlines()
