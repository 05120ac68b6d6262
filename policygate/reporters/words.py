"""A finding in words: what it is about, where it is, what was and is there.

Shared by the formats that people read. Not for layout, and not for counting (`summary`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from policygate.model import UNSET, Finding
from policygate.reporters.safe import shorten, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.model import Fault, Location, Standing

VALUE_LIMIT: Final = 80
"""Characters of one value; whoever needs all of it has the JSON report."""
_SIMPLE: Final = r"[\w/.*][\w/.:@*+-]*"
_LITERAL: Final = r"true|false|null|[\d.][\d._]*(?:[eE][+-]?\d+)?|0[xob]\w+"


def subject(finding: Finding) -> str:
    """Return the resource and container a finding is about; empty for a finding about a file."""
    if finding.resource is None:
        return ""
    inside = f", container {finding.container}" if finding.container is not None else ""
    return show(f"{finding.resource.called}{inside}")


def suggestion(finding: Finding) -> str:
    """Return the edit that mends a finding in words: `set spec.hostNetwork: false`."""
    edit = finding.edit
    if edit is None:
        return ""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in edit.path)
    at = show("".join(parts).removeprefix("."))
    if edit.action == "remove":
        return f"remove {at}"
    shown = value(edit.value)
    return f"rename {at} to {shown}" if edit.action == "rename" else f"set {at}: {shown}"


def is_removed(finding: Finding) -> bool:
    """Return whether the finding's place is no more in any file of the head."""
    return finding.location.line == 0


def place(finding: Finding) -> str:
    """Return `file:line:column`, or the file and what became of the place."""
    at, base = finding.location, finding.base_location
    if not is_removed(finding):
        return f"{show(at.file)}:{at.line}:{at.column}"
    if base and base.file == at.file:
        return f"{show(at.file)} (removed; was line {base.line} at the base)"
    return f"{show(at.file)} ({removal(finding)})"


def spot(at: Location | None) -> str:
    """Return `file:line:column` as far as there is that much; of nothing the name of the gate."""
    if at is None or not at.file:
        return "policygate"
    return f"{show(at.file)}:{at.line}:{at.column}" if at.line else show(at.file)


def headline(finding: Finding, level: str) -> str:
    """Return a finding as compilers print one: `file:line:column: level[policy] message`."""
    return f"{spot(finding.location)}: {level}[{show(finding.policy)}] {said(finding)}"


def faultline(fault: Fault) -> str:
    """Return a fault in the same way."""
    return f"{spot(fault.location)}: error[fault:{show(fault.stage)}] {show(fault.message)}"


def line_of(finding: Finding) -> str:
    """Return `file:line`; the file alone where there is no line any more."""
    line = finding.location.line
    return show(finding.location.file) + (f":{line}" if line else "")


def removal(finding: Finding) -> str:
    """Return what to say of a removed place: `removed; was a.yaml:3 at the base`."""
    base = finding.base_location
    return f"removed; was {show(base.file)}:{base.line} at the base" if base else "removed"


def said(finding: Finding) -> str:
    """Return the message on one line, with the values that changed, or where a removed thing was."""
    values, message = was_and_now(finding), show(finding.message)
    if is_removed(finding):
        return f"{message} ({removal(finding)})"
    return f"{message} ({values[0]} → {values[1]})" if values else message


def distinct(names: Iterable[str]) -> list[str]:
    """Return names of which no two are the same: a later one gets a number behind it."""
    seen: set[str] = set()
    found = []
    for name in names:
        unique, number = name, 1
        while unique in seen:
            number += 1
            unique = f"{name} ({number})"
        seen.add(unique)
        found.append(unique)
    return found


def base_place(finding: Finding) -> str:
    """Return where the thing stood at the base, as an afterthought in brackets; may be empty."""
    base = finding.base_location
    if base is None or not base.line or is_removed(finding):
        return ""
    if base.file == finding.location.file:
        return f" (line {base.line} at the base)"
    return f" ({show(base.file)}:{base.line} at the base)"


def was_and_now(finding: Finding, limit: int = VALUE_LIMIT) -> tuple[str, str] | None:
    """Return the values at the base and at the head; None unless both are known and differ."""
    if finding.was is UNSET or finding.now is UNSET:
        return None
    was, now = value(finding.was, limit), value(finding.now, limit)
    return None if was == now else (was, now)


def value(given: Any, limit: int = VALUE_LIMIT) -> str:
    """Return a JSON value on one line, as short as it stays clear, cut after `limit` characters."""
    if given is None:
        return "not set"
    text = ""
    for piece in _pieces(given):
        text += piece
        if len(text) > limit:
            return shorten(show(text[: limit - 1]) + "…", limit)
    return shorten(show(text), limit)


def _pieces(given: Any) -> Iterator[str]:
    if given is None:
        yield "null"
    elif isinstance(given, bool):
        yield "true" if given else "false"
    elif isinstance(given, str):
        yield _string(given)
    elif isinstance(given, dict):
        yield from _listed("{", ((f"{_string(str(key))}: ", item) for key, item in given.items()))
        yield "}"
    elif isinstance(given, list | tuple):
        yield from _listed("[", (("", item) for item in given))
        yield "]"
    elif isinstance(given, int) and given.bit_length() > 256:
        yield hex(given)
    else:
        yield str(given)


def _listed(opening: str, items: Iterator[tuple[str, Any]]) -> Iterator[str]:
    yield opening
    for index, (label, item) in enumerate(items):
        yield f", {label}" if index else label
        yield from _pieces(item)


def _string(text: str) -> str:
    text = text[: VALUE_LIMIT * 2]
    if re.fullmatch(_SIMPLE, text) and not re.fullmatch(_LITERAL, text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def remaining(standing: Standing) -> str:
    """Return until when a waiver holds: `until 2026-12-07, 6 days left`."""
    end = show(standing.waiver.expires)
    left = standing.days_left
    if left is None:
        return "without an end"
    if left < 0:
        return f"expired on {end}"
    days = "last day" if left == 0 else "1 day left" if left == 1 else f"{left} days left"
    return f"until {end}, {days}"


def waiver_line(standing: Standing) -> str:
    """Return a waiver in one line: what it is for, until when, whose it is, and why."""
    waiver = standing.waiver
    about = waiver.resource or waiver.file
    inside = f", container {waiver.container}" if waiver.container is not None else ""
    owner = f", {waiver.owner}" if waiver.owner else ""
    ticket = f" ({waiver.ticket})" if waiver.ticket else ""
    said = f"{owner}: {waiver.reason or 'no reason'}{ticket}"
    state = "" if standing.state in ("in force", "expired") else f" ({standing.state})"
    return show(f"{waiver.policy} of {about}{inside} {remaining(standing)}{state}{said}")
