"""`policygate waivers`: what is open, by whom, why, since when, until when, for which value.

Made for a scheduled job: it exits with 1 when somebody has to act. Not for judging manifests: `check` is.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from policygate.cli.days import today_option, today_or

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from policygate.model import Standing, Waiver
    from policygate.sources import Snapshot

_WRONG: Final = ("expired", "refused", "exceeded")
FORMATS: Final = ("text", "json", "markdown", "ics")


@click.command(name="waivers", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", help="How to print them."
)
@click.option(
    "--log", "as_log", is_flag=True, help="What git remembers: opened, extended, removed, by whom."
)
@today_option
@click.pass_context
def command(ctx: click.Context, form: str, as_log: bool, today: date | None) -> None:
    """List the exceptions of this repository, as the worktree has them.

    Each with its state: in force, expired, refused (it excuses nothing), settled (what it excused is
    restored), exceeded (it is worse than what was accepted), orphaned or unused. Exits with 1 when one has
    expired, or is refused or exceeded: when it fails every pull request.
    """
    day = today_or(today)
    if as_log:
        click.echo(_logged(tuple(_events()), form, day), nl=False)
        return
    standings = _standings(day)
    click.echo(_PRINTED[form](standings, day), nl=False)
    ctx.exit(1 if any(each.state in _WRONG for each in standings) else 0)


def _standings(today: date) -> tuple[Standing, ...]:
    from policygate.api import check

    return check(everything=True, today=today).waivers


# Where they stand


def _text(standings: Sequence[Standing], _today: date) -> str:
    from policygate.reporters.safe import show
    from policygate.reporters.words import waiver_line

    lines = []
    for each in standings:
        at = each.waiver.location
        lines.append(f"{each.state}: {waiver_line(each)}")
        lines.append(f"  {show(at.file)}:{at.line}" + _since(each.waiver))
        lines += [f"  {show(text)}" for text in _values(each.waiver)]
        lines += [f"  ! {show(o.message)}" for o in each.objections]
    count = len(standings)
    lines.append(f"{count} waiver{'' if count == 1 else 's'}{_by_state(standings)}.")
    return "\n".join(lines) + "\n"


def _by_state(standings: Iterable[Standing]) -> str:
    from collections import Counter

    counts = Counter(each.state for each in standings)
    return (
        ": " + ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
        if counts
        else ""
    )


def _since(waiver: Waiver) -> str:
    from policygate.reporters.safe import show

    return f", since {show(waiver.opened)}" if waiver.opened else ""


def _values(waiver: Waiver) -> Iterator[str]:
    from policygate.model import UNSET

    for each in waiver.accepted:
        if each.was is not UNSET or each.now is not UNSET:
            was, now = (
                "?" if value is UNSET else json.dumps(value) for value in (each.was, each.now)
            )
            yield f"{each.path or 'the resource'}: {was} → {now}"


def _json(standings: Sequence[Standing], today: date) -> str:
    from policygate.reporters.fields import waivers_as_json
    from policygate.reporters.json_text import as_text

    return as_text({"today": today.isoformat(), "waivers": waivers_as_json(standings)})


def _markdown(standings: Sequence[Standing], _today: date) -> str:
    from policygate.reporters.safe import in_markdown
    from policygate.reporters.words import remaining

    if not standings:
        return "No waivers.\n"
    lines = ["| State | Policy | For | Until | Owner | Reason |", "|---|---|---|---|---|---|"]
    for each in standings:
        waiver = each.waiver
        about = waiver.resource or waiver.file
        inside = f", container {waiver.container}" if waiver.container else ""
        cells = (
            each.state,
            waiver.policy,
            about + inside,
            remaining(each),
            waiver.owner,
            waiver.reason,
        )
        lines.append("| " + " | ".join(map(in_markdown, cells)) + " |")
    return "\n".join(lines) + "\n"


def _ics(standings: Sequence[Standing], today: date) -> str:
    """A calendar with the last day of each waiver, RFC 5545."""
    from datetime import timedelta

    from policygate.waivers import day_of

    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//policygate//waivers//EN"]
    for each in standings:
        waiver, end = each.waiver, day_of(each.waiver.expires)
        if end is None:
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_escaped(f'{waiver.policy}/{waiver.resource}/{waiver.container or str()}/{waiver.id}')}@policygate",
            f"DTSTAMP:{today:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{end:%Y%m%d}",
            f"DTEND;VALUE=DATE:{end + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(f'Waiver ends: {waiver.policy} of {waiver.resource or waiver.file}')}",
            f"DESCRIPTION:{_escaped(f'{waiver.reason} ({waiver.owner})')}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "\r\n".join(_folded(line) for line in lines) + "\r\n"


def _escaped(text: str) -> str:
    """A text value of RFC 5545, on one line; a fold puts no two colons first on a line, which runners obey."""
    from policygate.reporters.safe import show

    clean = re.sub(r"(?<=:)([^\x00-\x7f]*):", r"\1 :", show(text))
    for each in ("\\", ";", ","):
        clean = clean.replace(each, f"\\{each}")
    return clean


def _folded(line: str) -> str:
    """Lines of at most 75 octets, the further ones after a blank."""
    parts: list[str] = []
    current = ""
    for each in line:
        if len((current + each).encode()) > (75 if not parts else 74):
            parts.append(current)
            current = ""
        current += each
    return "\r\n ".join([*parts, current])


_PRINTED: Final = {"text": _text, "json": _json, "markdown": _markdown, "ics": _ics}


# What git remembers


class Event(NamedTuple):
    """What a commit did to a waiver: opened, extended, edited or removed, after how many days."""

    day: str
    commit: str
    author: str
    what: str
    waiver: Waiver
    lived: int | None = None


def _events() -> Iterator[Event]:
    from policygate.git import Repository
    from policygate.model import Revision
    from policygate.sources.snapshots import CommitTree, ObjectSnapshot
    from policygate.waivers import FOLDER, day_of

    began: dict[str, str] = {}
    before: Mapping[str, Waiver] = {}
    with Repository.open(Path.cwd(), os.environ) as repository:
        if repository.shallow:
            click.echo(
                "This clone is shallow: what is older than it is missing (fetch-depth: 0).",
                err=True,
            )
        for touched in repository.history(FOLDER):
            commit = repository.commit(touched.id)
            if commit is None:
                continue
            tree = CommitTree(repository, commit.tree)
            after = _held(ObjectSnapshot(Revision(commit.id, ""), repository, tree))
            for path in sorted({*before, *after}):
                what, waiver = _what(before.get(path), after.get(path))
                if waiver is None:
                    continue
                began.setdefault(path, touched.day)
                lived = None
                if what == "removed":
                    start, end = day_of(began.pop(path)), day_of(touched.day)
                    lived = (end - start).days if start and end else None
                yield Event(touched.day, touched.id[:7], touched.author, what, waiver, lived)
            before = after


def _held(tree: Snapshot) -> dict[str, Waiver]:
    from policygate.errors import SettingsError
    from policygate.redaction import cleaned
    from policygate.waivers import FOLDER, is_waiver_file, read_waiver

    found = {}
    for path in tree.paths(FOLDER):
        data = tree.read(path) if is_waiver_file(path) else None
        if data is not None:
            try:
                found[path] = cleaned(read_waiver(data, path), _without_credentials)
            except SettingsError:
                continue
    return found


def _without_credentials(text: str) -> str:
    """A text without what has the shape of a credential: the manifests of long ago are not read for others."""
    from policygate.redaction import Cutter
    from policygate.secrets.anywhere import everywhere

    return Cutter(found.value for found in everywhere(text)).cut(text)


def _what(before: Waiver | None, after: Waiver | None) -> tuple[str, Waiver | None]:
    if before == after:
        return "", None
    if before is None:
        return "opened", after
    if after is None:
        return "removed", before
    return ("extended" if after.expires > before.expires else "edited"), after


def _logged(events: Sequence[Event], form: str, _today: date) -> str:
    if form == "json":
        rows = [_event(each) for each in events]
        from policygate.reporters.json_text import as_text

        return as_text({"events": rows})
    if form != "text":
        raise click.UsageError("--log prints text or json")
    from policygate.reporters.safe import show

    lines = []
    for each in events:
        about = each.waiver.resource or each.waiver.file
        lived = (
            "" if each.lived is None else f" after {each.lived} day{'' if each.lived == 1 else 's'}"
        )
        until = "" if each.what == "removed" else f" until {each.waiver.expires}"
        text = f"{each.waiver.policy} of {about}{until}{lived}: {each.waiver.reason}"
        lines.append(f"{each.day} {each.commit} {each.what} {show(text)} ({show(each.author)})")
    return "\n".join(lines or ["No waiver was ever committed."]) + "\n"


def _event(each: Event) -> dict[str, Any]:
    waiver = each.waiver
    return {
        "day": each.day,
        "commit": each.commit,
        "author": each.author,
        "what": each.what,
        "lived_days": each.lived,
        "id": waiver.id,
        "policy": waiver.policy,
        "resource": waiver.resource or None,
        "container": waiver.container,
        "owner": waiver.owner or None,
        "reason": waiver.reason or None,
        "expires": waiver.expires or None,
    }
