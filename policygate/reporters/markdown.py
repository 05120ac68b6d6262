"""The summary that a reviewer reads: can it be merged, what changed, what will run, how to return.

For a step summary or a comment on GitHub, and for whatever else shows Markdown with tables. The verdict stands in
the first line. Not for finding every detail: that is `json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.model import UNSET
from policygate.reporters.fitting import Block, fitted
from policygate.reporters.markdown_return import how_to_return
from policygate.reporters.markdown_running import what_runs
from policygate.reporters.markdown_text import code, prose, row, table
from policygate.reporters.markdown_words import Page
from policygate.reporters.summary import by_level, is_old, ranked, summary_lines
from policygate.reporters.words import is_removed, remaining, was_and_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Finding, Report, Standing
    from policygate.reporters import Options

_VERDICTS: Final = {
    "pass": "✅ policygate: passed",
    "block": "❌ policygate: blocked",
    "error": "❌ policygate: could not judge",
}
_MESSAGE_LIMIT: Final = 400
_SOON: Final = 3
"""Days that a waiver has left when somebody should think of it."""


def render(report: Report, options: Options) -> str:
    """Return the summary, at most `options.max_bytes` long."""
    page = Page(report, options.link)
    blocks = [
        Block("\n\n".join(_verdict(report))),
        *_faults(page),
        *_changes(page),
        *what_runs(page),
        *how_to_return(page),
        *_waivers(page),
        *_remarks(page),
    ]
    return fitted(blocks, options.max_bytes)


def _verdict(report: Report) -> Iterator[str]:
    """The heading, and what else the two lines of every summary say."""
    new = by_level(each for each in report.findings if not is_old(each))
    faults = len(report.faults)
    said = f"{faults} {'fault' if faults == 1 else 'faults'}" if report.outcome == "error" else new
    verdict, work = summary_lines(report)
    rest = verdict.partition(": ")[2].removeprefix(said).lstrip("; ")
    yield f"## {_VERDICTS[report.outcome]}" + (f", {said}" if said else "")
    yield f"{prose(rest[:1].upper() + rest[1:])} {prose(work)}"
    if report.edited:
        files = ", ".join(code(each) for each in report.edited[:3])
        more = f" and {len(report.edited) - 3} more" if len(report.edited) > 3 else ""
        yield f"⚠ **This change edits the gate itself**: {files}{more}. It was judged by the version of the base."


def _faults(page: Page) -> Iterator[Block]:
    if page.report.faults:
        rows = [
            row(prose(each.stage), prose(each.message), page.place(each.location))
            for each in page.report.faults
        ]
        yield Block(
            "### What could not be judged\n\n" + table("Stage", "What is wrong", "Where"), rows
        )


# What changed


def _changes(page: Page) -> Iterator[Block]:
    new = [each for each in ranked(page.report.findings) if not is_old(each)]
    if not new and not page.report.waived:
        return
    rows = [_change(each, page) for each in (*new, *page.report.waived)]
    said = "What changed" if page.report.base.rev else "What was found"
    yield Block(f"### {said}\n\n" + table("", "Resource", said, "Was → now"), rows)
    fixes = {each.policy: each.fix for each in new if each.fix}
    if fixes:
        lines = [f"- {code(policy)}: {prose(fix)}" for policy, fix in fixes.items()]
        yield Block(
            "<details>\n<summary>How to mend it</summary>\n",
            lines,
            "\nMore of each: `policygate explain ID`.\n</details>",
        )


def _change(finding: Finding, page: Page) -> str:
    values = was_and_now(finding)
    shown = " → ".join(_value(each) for each in values) if values else ""
    if is_removed(finding) and finding.now in (None, UNSET):
        shown = "*removed*"
    what = f"{prose(finding.message[:_MESSAGE_LIMIT])} ({code(finding.policy)})"
    about = " ".join(filter(None, (page.subject(finding), page.place_of(finding))))
    return row(_kind(finding), about, what, shown)


def _kind(finding: Finding) -> str:
    """How bad it is, and whether the change loosened it or brought it in."""
    if finding.waiver is not None:
        return "waived"
    level = f"**{finding.level}**" if finding.blocks else finding.level
    has_base = finding.status != "introduced"
    return f"{level}, {finding.status}" if has_base else f"{level}, new"


def _value(text: str) -> str:
    return "*not set*" if text == "not set" else code(text)


# Waivers, and what else there is to say


def _waivers(page: Page) -> Iterator[Block]:
    open_ = [each for each in page.report.waivers if each.state != "removed"]
    if open_:
        rows = [_waiver(each, page) for each in open_]
        head = table("Waiver of", "For", "Ends", "Owner", "Reason")
        yield Block("### Open waivers\n\n" + head, rows)


def _waiver(standing: Standing, page: Page) -> str:
    waiver = standing.waiver
    about = f"{code(waiver.resource)} " if waiver.resource else ""
    inside = f"· {code(waiver.container)} " if waiver.container else ""
    left = standing.days_left
    soon = "**soon:** " if left is not None and 0 <= left < _SOON else ""
    state = "" if standing.state in {"in force", "expired"} else f" ({standing.state})"
    new = " **added by this change**" if standing.added else ""
    reason = prose(waiver.reason or "no reason") + (
        f" ({code(waiver.ticket)})" if waiver.ticket else ""
    )
    return row(
        code(waiver.policy) + new,
        f"{about}{inside}{page.place(waiver.location)}",
        f"{soon}{prose(remaining(standing))}{state}",
        code(waiver.owner),
        reason,
    )


def _remarks(page: Page) -> Iterator[Block]:
    report = page.report
    if report.not_judged:
        rows = [f"- {code(each.file)}: {prose(each.reason)}" for each in report.not_judged]
        yield Block("**Not judged**\n", rows, most=20)
    if report.notes:
        yield Block("**Notes**\n", [f"- {prose(each)}" for each in report.notes], most=20)
    if report.base.rev and not report.edited and report.counts.changed:
        yield Block("This change does not edit the gate itself.")
