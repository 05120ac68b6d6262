"""The library: `check()` wires the pipeline from two states of a repository to a report.

It prints nothing, never exits, keeps no state between calls and may be called from threads. Not
for command-line concerns: `cli` turns options into arguments and the report into text.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from policygate.configuration import load_adopted, load_central, load_policies, proposed_faults
from policygate.custom_kinds import CustomKinds
from policygate.display import display_of
from policygate.endings import changes_of
from policygate.engine import FilePair, Judgement, judge
from policygate.errors import UsageError
from policygate.findings import Gate
from policygate.fingerprints import fingerprint
from policygate.gate import (
    Exceptions,
    Judged,
    edited,
    gate_states,
    ledger_of,
    preview,
    standings_of,
    with_gate,
)
from policygate.kube.schema import is_described
from policygate.manifests import Manifests
from policygate.model import Change, Counts, Fault, Report, Revision
from policygate.neutral import explain, not_ordered
from policygate.policy.match import needed
from policygate.settings import Settings, select
from policygate.sources import Comparison, FileChange, Request, compare
from policygate.surroundings import Surroundings
from policygate.unjudged import head_of, not_judged
from policygate.vetted import Vetted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policygate.findings import Cut
    from policygate.policy.types import Context, Policy
    from policygate.yamldoc import Parsed

Existing = Literal["report", "warn", "fail"]
FailOn = Literal["error", "warning", "note", "never"]

_NO_BASE: Final = Revision(None, "no base: every finding counts")


def check(  # noqa: PLR0913 (one keyword an option)
    root: str | os.PathLike[str] = ".",
    *,
    paths: Sequence[str] = (),
    base: str | None = None,
    head: str | None = None,
    staged: bool = False,
    everything: bool = False,
    stdin: bytes | None = None,
    stdin_filename: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    existing: Existing | None = None,
    fail_on: FailOn | None = None,
    explain_neutral: bool = False,
    outlook: bool = False,
    mending: bool = False,
    today: date | None = None,
    policy_ref: str | None = None,
    policies: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
) -> Report:
    """Judge what a change does to the manifests of a repository.

    Args:
        root: A folder of the repository (or any folder, when `paths` are given).
        paths: Files and folders, relative to `root`: judge their state alone, without a base.
        base: The revision to compare with; `"none"` judges the state alone; None finds the base.
        head: A revision to judge instead of the worktree.
        staged: Judge the index.
        everything: Judge the state of every manifest.
        stdin: The bytes of one file to judge instead of anything else.
        stdin_filename: The path `stdin` stands for.
        select: Ids or packs of policies: judge by these alone.
        ignore: Ids or packs of policies to leave out.
        existing: What to do with findings that the base had already: `report` counts them, `warn` shows them too,
            `fail` lets them block; default from the settings.
        fail_on: The lowest level that blocks; default from the settings.
        explain_neutral: Say in the notes why a changed resource is no looser.
        outlook: Look ahead as well: what will run, and how to return (`report.running`, `hazards`, `undo`).
        mending: Count as well what `policygate fix` can put back (`report.mendable`).
        today: The day that waivers are held against; default today, in UTC.
        policy_ref: A revision whose settings and policies judge, instead of the base's.
        policies: A folder of further policies, outside of the repository; those in Python run.
        env: The environment to find git and the base with; default `os.environ`.

    Returns:
        A report; `report.exit_code` is what the command would exit with.

    Raises:
        UsageError: For arguments that do not fit together, unknown policies or paths.
        BaseError: When the base cannot be found or read.
        GitError: When git fails or there is no repository.
        SettingsError: When the settings of the base are broken.
        PolicyError: When a policy file is broken.
    """
    environment = os.environ if env is None else env
    request = Request(
        paths=tuple(paths),
        base=base,
        head=head,
        staged=staged,
        all=everything,
        stdin=stdin,
        stdin_filename=stdin_filename,
    )
    with compare(request, FilePath(root), environment) as comparison:
        vetted = Vetted(environment)
        trust = trust_root(comparison, FilePath(root), vetted, policy_ref, policies)
        chosen = _selected(trust.policies, select, ignore, trust.settings)
        settings = trust.settings
        gate = Gate(existing or settings.existing, fail_on or settings.fail_on)  # type: ignore[arg-type]
        proposed = edited(comparison)
        wrong = proposed_faults(comparison.head, vetted, trust.central) if proposed else ()
        exceptions = Exceptions(
            {each.id: each for each in trust.policies},
            today or datetime.now(UTC).date(),
            vetted,
            trust.central,
            elsewhere=policy_ref is not None,
            adopted=trust.adopted,
        )
        again = partial(
            assess,
            settings=settings,
            policies=chosen,
            gate=gate,
            proposed=wrong,
            exceptions=exceptions,
            explain_neutral=explain_neutral,
        )
        found = again(comparison)
        if mending and found.report.counts.loosened:
            from policygate.returning import with_mendable

            found = with_mendable(comparison, again, found, chosen)
        return _ahead(found, chosen, environment.get("GITHUB_REPOSITORY", "") if outlook else None)


def everything_found(
    root: str | os.PathLike[str] = ".", env: Mapping[str, str] | None = None
) -> frozenset[str]:
    """The fingerprints of all that is found in the worktree, for `policygate init --adopt`.

    Raises:
        PolicygateError: As `check`.
    """
    environment = os.environ if env is None else env
    with compare(Request(all=True), FilePath(root), environment) as comparison:
        vetted = Vetted(environment)
        trust = trust_root(comparison, FilePath(root), vetted)
        seen = _Seen()
        known = {each.id: each for each in trust.policies}
        exceptions = Exceptions(known, datetime.now(UTC).date(), vetted, adopted=seen)
        chosen = _selected(trust.policies, (), (), trust.settings)
        report_on(comparison, trust.settings, chosen, Gate(), exceptions=exceptions)
        return frozenset(seen.names)


class _Seen:
    """A container that holds nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return False


class InForce(NamedTuple):
    """What judges: settings, all policies with what settings made of them, and the tree they are from."""

    settings: Settings
    policies: tuple[Policy, ...]
    where: Revision
    central: tuple[Policy, ...] = ()
    adopted: frozenset[str] = frozenset()


def trust_root(
    comparison: Comparison,
    root: FilePath,
    vetted: Vetted,
    policy_ref: str | None = None,
    policies: str | os.PathLike[str] | None = None,
) -> InForce:
    """Find and load what judges: the base's settings and policies, or those that the caller names.

    Raises:
        UsageError: The revision or the folder is none, or the folder is one of the repository.
        SettingsError: When the settings are broken.
        PolicyError: When a policy file is broken.
    """
    central: tuple[Policy, ...] = ()
    if policies is not None:
        folder = (root / policies).resolve()
        inside = comparison.repository
        if inside is not None and folder.is_relative_to(inside.root):
            raise UsageError(
                f"{os.fspath(policies)} is in the repository: the change could edit what judges it",
                "Its own policies belong in .policygate/policies, and are read from the base.",
            )
        central = load_central(folder, vetted)
    tree = comparison.base or comparison.head
    if policy_ref is not None:
        tree = comparison.at(policy_ref)
    settings, known = load_policies(tree, vetted, central)
    return InForce(settings, known, tree.revision, central, load_adopted(tree))


def _selected(
    policies: Sequence[Policy],
    wanted: Sequence[str],
    unwanted: Sequence[str],
    settings: Settings,
) -> tuple[Policy, ...]:
    return select(policies, wanted, unwanted, settings.overrides)


def report_on(
    comparison: Comparison,
    settings: Settings,
    policies: tuple[Policy, ...],
    gate: Gate,
    proposed: Iterable[Fault] = (),
    *,
    exceptions: Exceptions | None = None,
    explain_neutral: bool = False,
    outlook: str | None = None,
) -> Report:
    """Judge two states that are at hand already: the pipeline after its source. See `assess`.

    Args:
        comparison: The base (or None), the head, and the files that differ.
        settings: Which files are looked at, and overrides by resource.
        policies: The policies that are on.
        gate: What blocks.
        proposed: What is wrong with the settings and policies of the head.
        exceptions: What waivers are held against; without it, none counts.
        explain_neutral: Whether notes say why a changed resource is no looser.
        outlook: What this repository is called, `owner/name` or empty, to look ahead; None not to.
    """
    assessed = assess(
        comparison,
        settings,
        policies,
        gate,
        proposed,
        exceptions=exceptions,
        explain_neutral=explain_neutral,
    )
    return _ahead(assessed, policies, outlook)


def _ahead(found: Assessed, policies: Iterable[Policy], outlook: str | None) -> Report:
    if outlook is None:
        return found.report
    from policygate.outlook import looking_ahead

    secret = frozenset(each.id for each in policies if each.secret)
    return looking_ahead(found.report, found.context, found.cut, secret, outlook)


class Assessed(NamedTuple):
    """A report, and what it was made of: the change with its files, and what takes secrets out of a text."""

    report: Report
    context: Surroundings
    cut: Cut


def assess(
    comparison: Comparison,
    settings: Settings,
    policies: tuple[Policy, ...],
    gate: Gate,
    proposed: Iterable[Fault] = (),
    *,
    exceptions: Exceptions | None = None,
    explain_neutral: bool = False,
) -> Assessed:
    """Judge two states, and keep what they were judged with.

    Args:
        comparison: The base (or None), the head, and the files that differ.
        settings: Which files are looked at, and overrides by resource.
        policies: The policies that are on.
        gate: What blocks.
        proposed: What is wrong with the settings and policies of the head.
        exceptions: What waivers are held against; without it, none counts.
        explain_neutral: Whether notes say why a changed resource is no looser.
    """
    base = Manifests(comparison.base, settings, comparison.named)
    head = Manifests(comparison.head, settings, comparison.named)
    changed = [each.head_path for each in comparison.files if each.head_path]
    compared = [
        *comparison.files,
        *(FileChange(None, path) for path in head.begun(changed, base) if comparison.base),
    ]
    reasons = {each.file: each.reason for each in comparison.special}
    files = [(base.file(each.base_path), head_of(each, head, reasons)) for each in compared]
    heads = [after for _, after in files if after is not None]
    changes = changes_of(compared, base, head)
    custom = CustomKinds(comparison.head, comparison.base or comparison.head, settings.schemas)
    around = Surroundings(
        changes, head.folder, base.folder, settings.kubernetes, custom.check_of, (head, base)
    )
    ledger = ledger_of(comparison, settings, (base, head), exceptions)
    touched = edited(comparison)
    display = display_of(files, changes, settings)
    if ledger is not None and exceptions is not None:
        # With a base, the base says what is old: what was mended since then is new again.
        old = exceptions.adopted if comparison.base is None else frozenset()
        display = display._replace(
            waive=ledger.waive,
            may_waive=ledger.may_waive,
            is_adopted=lambda finding: fingerprint(finding) in old,
        )
    judgement = judge(
        needed(policies, changes, any_file=any(map(any, files))),
        changes,
        [FilePair(*pair) for pair in files if any(pair)],
        around,
        gate,
        display,
    )
    standings = tuple(map(display.hide_waiver, standings_of(ledger, comparison)))
    previewed: tuple[str, ...] = ()
    if exceptions is not None:
        states = gate_states(comparison, settings, standings, exceptions, head)
        judgement = with_gate(judgement, policies, states, around, gate)
        if states[0] is not None and touched:
            judged = Judged(changes, files, around, display)
            previewed = tuple(preview(*states, judged, comparison.head, needed))  # type: ignore[arg-type]
    later = "after the merge every check would fail"
    faults = (
        *(each._replace(message=f"{later}: {each.message}") for each in proposed),
        *base.faults,
        *head.faults,
        *judgement.faults,
    )
    unjudged = (reason for each in heads for reason in not_judged(each, head))
    named = sorted({*comparison.special, *unjudged}, key=lambda each: (each.file, each.reason))
    blocked = any(finding.blocks for finding in judgement.findings)
    neutral = explain(policies, changes, judgement.findings, display.cut) if explain_neutral else ()
    report = Report(
        outcome="error" if faults else "block" if blocked else "pass",
        base=comparison.base.revision if comparison.base else _NO_BASE,
        head=comparison.head.revision,
        findings=judgement.findings,
        faults=faults,
        not_judged=tuple(named),
        notes=(*_notes(comparison, settings, heads, touched), *previewed, *neutral),
        counts=_counts(heads, changes, policies, judgement, len(faults), len(named))._replace(
            not_validated=_not_validated(changes, around),
            not_ordered=not_ordered(policies, changes) if comparison.base else 0,
        ),
        waived=judgement.waived,
        waivers=standings,
        edited=touched,
        shows_old=gate.existing != "report",
    )
    return Assessed(report, around, display.cut)


def _notes(
    comparison: Comparison, settings: Settings, heads: Sequence[Parsed], touched: Sequence[str]
) -> Iterable[str]:
    """What somebody who reads the report should know beside it."""
    yield from comparison.notes
    if touched:
        yield f"this change edits {', '.join(touched)}; it was judged by the base's version"
    named = sorted(comparison.named)
    if named and not any(map(_holds_something, heads)):
        # Empty input is mostly the output of a command that failed.
        yield f"no manifest in {named[0] if len(named) == 1 else f'{len(named)} named files'}"
    paths = {each.head_path for each in comparison.files if each.head_path}.difference(named)
    excluded = sum(settings.includes(path) and settings.excludes(path) for path in paths)
    if excluded:
        files = "1 changed file is" if excluded == 1 else f"{excluded} changed files are"
        yield f"{files} left out by the settings of the base"


def _holds_something(head: Parsed) -> bool:
    return any(isinstance(each.value, dict) or not each.readable for each in head.documents)


def _not_validated(changes: Sequence[Change], context: Context) -> int:
    """How many changed resources are of kinds that nothing describes."""
    heads = (change.head for change in changes if change.action != "same")
    return sum(
        not is_described(head.body, context.kubernetes, context.custom_check)
        for head in heads
        if head is not None
    )


def _counts(
    heads: Sequence[Parsed],
    changes: Sequence[Change],
    policies: Sequence[Policy],
    judgement: Judgement,
    faults: int,
    not_judged: int,
) -> Counts:
    statuses = [finding.status for finding in judgement.findings]
    said = {finding.resource for finding in judgement.findings}
    return Counts(
        files=len(heads),
        documents=sum(len(head.documents) for head in heads),
        resources=sum(1 for change in changes if change.head is not None),
        changed=sum(1 for each in changes if each.action != "same" or each.id in said),
        policies=len(policies),
        introduced=statuses.count("introduced"),
        loosened=statuses.count("loosened"),
        existing=statuses.count("existing"),
        waived=len(judgement.waived),
        faults=faults,
        not_judged=not_judged,
    )
