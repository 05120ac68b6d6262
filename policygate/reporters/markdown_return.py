"""The part of the Markdown summary that says how to return from a change."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from policygate.reporters.fitting import Block
from policygate.reporters.markdown_text import code, fenced, prose, row, table
from policygate.reporters.markdown_words import called
from policygate.reporters.safe import show
from policygate.reporters.summary import count, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Finding, Hazard, Undo
    from policygate.reporters.markdown_words import Page

_COMMANDS: Final = 20


def how_to_return(page: Page) -> Iterator[Block]:
    """Yield the base, the files to restore, the patches, and what a revert does not bring back."""
    report = page.report
    if report.base.rev is None or not (report.running or report.undo or report.hazards):
        return
    base = code(short(report.base))
    then = (
        ", except for what the table below names"
        if report.hazards
        else "; nothing was found that it would miss"
    )
    yield Block(
        "### How to return\n\n"
        f"The base is {base}. After the merge, reverting it brings the manifests back to there{then}."
    )
    commands = [*_restoring(report.undo, short(report.base))]
    if commands:
        yield Block(
            "Before the merge, this takes back what was loosened:\n\n"
            + fenced(commands[:_COMMANDS], "sh")
        )
    patches = [each for each in report.undo if each.patch]
    if patches:
        yield Block(
            f"<details>\n<summary>{_title(patches)}</summary>\n",
            [*map(_patch, patches)],
            "</details>",
            most=30,
        )
    if report.hazards:
        head = table("A revert is not enough for", "What happens", "Why, and what to do")
        yield Block(head, [*map(_hazard, report.hazards)], most=50)
    yield from _waiving(report.findings)


def _restoring(undo: tuple[Undo, ...], base: str) -> Iterator[str]:
    """Commands for files that are gone, and those of which no patch says enough."""
    for each in undo:
        if each.gone:
            yield f"git checkout {base} -- {_quoted(each.base_file)}"
    for each in undo:
        if not each.gone and not each.applies:
            yield f"git checkout -p {base} -- {_quoted(each.file)}"


def _quoted(path: str) -> str:
    return shlex.quote(show(path))


def _title(patches: list[Undo]) -> str:
    found = sum(each.findings for each in patches)
    return f"What takes back {count(found, 'finding')} in {count(len(patches), 'file')}"


def _patch(undo: Undo) -> str:
    how = (
        "for `git apply`"
        if undo.applies
        else "what may be secret is hidden, so git does not take it"
    )
    return f"{code(undo.file)}, {how}:\n\n{fenced(undo.patch, 'diff')}\n"


def _hazard(hazard: Hazard) -> str:
    about = called(hazard.resource) if hazard.resource else code(hazard.location.file)
    return row(about, prose(hazard.what), f"{prose(hazard.why)} {prose(hazard.advice)}")


def _waiving(findings: tuple[Finding, ...]) -> Iterator[Block]:
    """How to let it through for a while: the command for the first finding that blocks."""
    first = next(
        (each for each in findings if each.blocks and each.resource and each.status == "loosened"),
        None,
    )
    if first is None or first.resource is None:
        return
    command = [
        "policygate", "waive", first.policy, "--resource", str(first.resource),
        *(("--container", first.container) if first.container else ()),
        "--until", "7d", "--owner", "WHO", "--reason", "WHY",
    ]  # fmt: skip
    line = shlex.join(show(each) for each in command)
    yield Block("Needed right now? Record it, with an end:\n\n" + fenced([line], "sh"))
