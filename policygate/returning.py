"""Takes back what a change loosened: puts the lines of the base back, judges again, and keeps what settles it.

What is put back must settle its finding and bring up no other one; else it is left as it is, with the reason. It
writes nothing: `cli.fix` does. Not for where a place stands in a text (`mending`).
"""

from __future__ import annotations

import dataclasses
import os
import shlex
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from policygate.api import Assessed, assess, trust_root
from policygate.configuration import FOLDER
from policygate.errors import BaseError
from policygate.findings import Gate
from policygate.gate import Exceptions
from policygate.mending.plan import NO_PLACE, NOT_LINES, changes_by_place, mend, places_of, texts_of
from policygate.settings import select as selected
from policygate.sources import Comparison, Request, compare
from policygate.sources.comparison import overlaid
from policygate.sources.snapshots import read_file
from policygate.vetted import Vetted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from policygate.model import Change, Finding, Report
    from policygate.policy.types import Context, Policy

    Judge: TypeAlias = Callable[[Comparison], Assessed]
    _Name: TypeAlias = tuple[str, object, str | None, str]

_MARK: Final = b"\xef\xbb\xbf"
_NOT_AS_JUDGED: Final = "the file on disk is not what was judged: git or an editor recodes it"
_MANY: Final = 200
"""Where so many resources changed, nobody waits for the count of what can be put back: `fix` says it."""
_TRIES: Final = 4
"""Rounds in which what settles nothing is left out again."""


class Left(NamedTuple):
    """A finding that is not put back, and why."""

    finding: Finding
    why: str


class Returned(NamedTuple):
    """What can be put back.

    Attributes:
        before: The report as it is.
        files: Path -> the bytes that were judged, and those to write instead.
        mended: The findings that are gone then.
        left: Those that are not, and either block or are of what was loosened.
        after: The report, the files of both states and the cut, as they are then.
        root: The top folder of the repository.
    """

    before: Assessed
    files: dict[str, tuple[bytes, bytes]]
    mended: tuple[Finding, ...]
    left: tuple[Left, ...]
    after: Assessed
    root: FilePath


class _Aim(NamedTuple):
    """A finding that the base may answer: the resource, and the places to put back."""

    finding: Finding
    change: Change
    places: frozenset[str]


def take_back(
    root: str | os.PathLike[str] = ".",
    *,
    paths: Sequence[str] = (),
    base: str | None = None,
    select: Sequence[str] = (),
    today: date | None = None,
    env: Mapping[str, str] | None = None,
) -> Returned:
    """Work out how to take back what the worktree loosened.

    Args:
        root: A folder of the repository.
        paths: Files and folders, relative to the top folder: only what is found there.
        base: As for `policygate.check`.
        select: Ids or packs of policies: only what they find.
        today: The day that waivers are held against.
        env: The environment to find git and the base with.

    Raises:
        PolicygateError: As `policygate.check`; or there is no base.
    """
    environment = os.environ if env is None else env
    with compare(Request(base=base), FilePath(root), environment) as comparison:
        if comparison.base is None or comparison.repository is None:
            raise BaseError("there is no base to go back to", "name one: --base REV")
        vetted = Vetted(environment)
        trust = trust_root(comparison, FilePath(root), vetted)
        settings = trust.settings
        policies = selected(trust.policies, (), (), settings.overrides)
        wanted = selected(trust.policies, select, (), settings.overrides)
        known = {each.id: each for each in trust.policies}
        day = today or datetime.now(UTC).date()
        again = partial(
            assess,
            settings=settings,
            policies=policies,
            gate=Gate(settings.existing, settings.fail_on),  # type: ignore[arg-type]
            exceptions=Exceptions(known, day, vetted, adopted=trust.adopted),
        )
        names = {each.id for each in wanted}
        scope = partial(_is_meant, paths=paths, names=names)
        return _take_back(comparison, again, again(comparison), policies, scope)


def with_mendable(
    comparison: Comparison, again: Judge, found: Assessed, policies: Iterable[Policy]
) -> Assessed:
    """A report that says how many of its findings can be put back on disk, as the base was found."""
    loose = any(each.status == "loosened" for each in found.report.findings)
    if not loose or comparison.base is None or found.report.faults:
        return found
    if found.report.counts.changed > _MANY:
        return found
    if comparison.head.revision.rev not in ("worktree", "index"):
        return found
    done = _take_back(comparison, again, found, policies, lambda _finding: True)
    report = dataclasses.replace(found.report, mendable=len(done.mended))
    return found._replace(report=report)


def _is_meant(finding: Finding, paths: Sequence[str], names: Collection[str]) -> bool:
    file = finding.location.file
    inside = not paths or any(not p or file == p or file.startswith(f"{p}/") for p in paths)
    return inside and (finding.policy in names or any(r.policy in names for r in finding.related))


def _take_back(
    comparison: Comparison,
    again: Judge,
    before: Assessed,
    policies: Iterable[Policy],
    is_meant: Callable[[Finding], bool],
) -> Returned:
    root = comparison.repository.root if comparison.repository else FilePath()
    secret = frozenset(each.id for each in policies if each.secret)
    changes = changes_by_place(before.context.changes)
    aims: list[_Aim] = []
    left: list[Left] = []
    for finding in filter(is_meant, before.report.findings):
        change = changes.get((finding.resource, finding.location.file))
        aim = _aim(finding, change, before.context, secret, before.report)
        if isinstance(aim, _Aim):
            aims.append(aim)
        elif finding.blocks or finding.status == "loosened":
            left.append(Left(finding, aim))
    for _ in range(_TRIES):
        files, failed = _files(aims, before.context, root)
        left += failed
        gone = {id(each.finding) for each in failed}
        aims = [each for each in aims if id(each.finding) not in gone]
        if failed:
            continue
        after = again(overlaid(comparison, {p: new for p, (_, new) in files.items()}))
        worse = _unsettled(aims, before.report, after.report)
        if not worse:
            break
        left += [Left(each.finding, why) for each, why in worse]
        settled = {id(each.finding) for each, _ in worse}
        aims = [each for each in aims if id(each.finding) not in settled]
    else:
        left += [Left(each.finding, NO_PLACE) for each in aims]
        aims, files, after = [], {}, before
    return Returned(before, files, tuple(each.finding for each in aims), tuple(left), after, root)


def _aim(
    finding: Finding,
    change: Change | None,
    context: Context,
    secret: Collection[str],
    report: Report,
) -> _Aim | str:
    """What the base has for a finding; in words why it has nothing, or why nobody should take that."""
    if finding.status != "loosened":
        return "it is new, so the base has nothing to put back"
    if change is None or finding.location.file.startswith(FOLDER):
        return "it is about no field of a manifest"
    if finding.policy in secret:
        return "secrets are not moved about: take it out, and rotate it"
    if change.base is None or change.rivals:
        return "which resource of the base it was is not certain"
    if change.head is None:
        return _restored(change.base.file, context, report)
    if change.ending is not None:
        return f"it is written as before, but {change.ending.why}"
    texts = texts_of(change, context)
    if texts is None:
        return NOT_LINES
    places = places_of(finding, texts[1], texts[0])
    return _Aim(finding, change, places) if places else NO_PLACE


def _restored(file: str, context: Context, report: Report) -> str:
    """The command that brings back what was deleted; of a file that is still there, it asks hunk by hunk."""
    ask = "" if context.files.read(file) is None else "-p "
    return f"restore it: git checkout {ask}{(report.base.rev or '')[:12]} -- {shlex.quote(file)}"


def _files(
    aims: Sequence[_Aim], context: Context, root: FilePath
) -> tuple[dict[str, tuple[bytes, bytes]], list[Left]]:
    """The files with the places of all aims put back, and the aims that fail."""
    texts: dict[str, str] = {}
    left: list[Left] = []
    by_change: dict[int, list[_Aim]] = {}
    for each in aims:
        by_change.setdefault(id(each.change), []).append(each)
    for group in by_change.values():
        found = texts_of(group[0].change, context)
        if found is None:
            continue
        head, base = found
        head = head._replace(text=texts.get(head.file, head.text))
        done = mend(head, base, frozenset().union(*(each.places for each in group)))
        texts[head.file] = done.text.text
        lost = set(done.failed)
        left += [Left(each.finding, NOT_LINES) for each in group if lost & each.places]
    files = {}
    for path, text in texts.items():
        parsed = context.files.read(path)
        disk = read_file(root, path)
        known = parsed.text.encode("utf-8", "surrogateescape") if parsed else None
        if disk is None or known is None or disk.removeprefix(_MARK) != known:
            left += [
                Left(a.finding, _NOT_AS_JUDGED) for a in aims if a.finding.location.file == path
            ]
            continue
        mark = disk[: len(disk) - len(known)]
        files[path] = (disk, mark + text.encode("utf-8", "surrogateescape"))
    return files, left


def _name(finding: Finding) -> _Name:
    """What a finding is called in both reports, wherever its lines are."""
    return finding.policy, finding.resource, finding.container, finding.path


def _unsettled(aims: Sequence[_Aim], before: Report, after: Report) -> list[tuple[_Aim, str]]:
    """The aims that putting back does not settle, or for which something else comes up."""
    known = {_name(each) for each in before.findings}
    still = {_name(each) for each in after.findings if each.status == "loosened"}
    more = {
        each.resource
        for each in after.findings
        if _name(each) not in known and each.status != "existing"
    }
    found = []
    for aim in aims:
        if _name(aim.finding) in still:
            found.append((aim, "what the base has there does not settle it alone"))
        elif aim.finding.resource in more:
            found.append((aim, "what the base has there would bring up another finding"))
    if after.faults and not found:
        return [(aim, "it could not be judged again") for aim in aims]
    return found
