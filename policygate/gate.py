"""What a change does to the gate itself: its waivers, its settings, its policies, what runs it.

The base judges, the head is previewed. Not for saying what is weaker (`weakening`) or where a waiver stands
(`ledger`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policygate.configuration import FOLDER, gate_state, load_adopted
from policygate.engine import FilePair, Judgement, judge, judge_gate
from policygate.errors import UsageError
from policygate.findings import Display, Gate, in_order
from policygate.fingerprints import fingerprint
from policygate.ledger import Ledger
from policygate.manifests import Manifests
from policygate.model import Change
from policygate.peers import WORDS as PEERS
from policygate.policy.types import GateState, completed
from policygate.settings import OWN_POLICIES, override, select
from policygate.surroundings import Surroundings
from policygate.vetted import NOTHING, Vetted
from policygate.waivers import FOLDER as WAIVERS
from policygate.waivers import WORD
from policygate.weakening import differing, may_run_the_gate

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from policygate.model import Finding, Location, Standing
    from policygate.policy.types import Context, Policy
    from policygate.settings import Settings
    from policygate.sources import Comparison, Snapshot
    from policygate.yamldoc import Parsed


class Exceptions(NamedTuple):
    """What waivers, and the gate of the head, are held against.

    Attributes:
        policies: All there are, by id.
        today: The day, in UTC.
        vetted: Which files have passed their format before.
        central: Those of the policies that stand in no tree of the repository.
        adopted: The fingerprints of findings that count as old.
        elsewhere: Whether settings and policies are not those of the base: then nothing weakens them.
    """

    policies: Mapping[str, Policy]
    today: date
    vetted: Vetted = NOTHING
    central: tuple[Policy, ...] = ()
    elsewhere: bool = False
    adopted: Container[str] = frozenset()


def edited(comparison: Comparison) -> tuple[str, ...]:
    """The files of the gate itself that the change edits; waivers count as the head has them."""
    paths = (path for each in comparison.files for path in (each.base_path, each.head_path))
    ours = (path for path in paths if path and path.startswith(FOLDER))
    found = {path for path in ours if not path.startswith(WAIVERS)}
    return tuple(sorted(found)) if comparison.base else ()


def ledger_of(
    comparison: Comparison,
    settings: Settings,
    sides: tuple[Manifests, Manifests],
    exceptions: Exceptions | None,
) -> Ledger | None:
    """The waivers of a run, held against the limits of the base; none without `exceptions`."""
    if exceptions is None:
        return None
    base, head = sides
    for each in sides:
        each.expect(WORD, *PEERS)
    return Ledger(
        (comparison.base, base) if comparison.base else None,
        (comparison.head, head),
        settings,
        exceptions.policies,
        exceptions.today,
        exceptions.vetted,
    )


def standings_of(ledger: Ledger | None, comparison: Comparison) -> tuple[Standing, ...]:
    """Where the waivers stand; of some files that are judged alone only those that are about them."""
    found = ledger.standings() if ledger is not None else ()
    if comparison.base is not None or not comparison.named:
        return found
    files = {each.head_path for each in comparison.files}
    return tuple(
        each
        for each in found
        if each.answers or not files.isdisjoint((each.waiver.file, each.waiver.location.file))
    )


def gate_states(
    comparison: Comparison,
    settings: Settings,
    standings: tuple[Standing, ...],
    exceptions: Exceptions,
    head: Manifests,
) -> tuple[GateState | None, GateState]:
    """The gate at the base, where the change edits it, and at the head."""
    here = GateState(
        exceptions.policies,
        settings,
        standings,
        exceptions.today.isoformat(),
        has_base=comparison.base is not None,
    )
    hooks = tuple(_hooks(comparison))
    if comparison.base is None or exceptions.elsewhere or not (hooks or edited(comparison)):
        return None, here._replace(edited=hooks)
    after = gate_state(comparison.head, exceptions.vetted, exceptions.central)
    here = here._replace(adopted=load_adopted(comparison.base))
    after = after._replace(lost=tuple(_lost(here, after, comparison.head, head)))
    return here, after._replace(waivers=standings, today=here.today, edited=hooks)


def _lost(
    here: GateState, after: GateState, tree: Snapshot, head: Manifests
) -> Iterator[tuple[str, int, Location]]:
    """What a policy finds in the whole tree at the base's word, and not at the head's."""
    names = [name for name in differing(here, after) if not _is_own_python(after.policies[name])]
    if not names:
        return
    changes = tuple(Change(None, r) for path in tree.paths() for r in head.resources(path))
    around = Surroundings(changes, head.folder, head.folder, files=(head, head))
    for name in names:
        was, now = (
            _found(state.policies[name], changes, around, state.settings) for state in (here, after)
        )
        lost = sorted(where for key, where in was.items() if key not in now)
        if lost:
            yield name, len(lost), lost[0]


def _found(
    policy: Policy, changes: Sequence[Change], around: Context, settings: Settings
) -> dict[str, Location]:
    """What a policy finds, by fingerprint; a policy that crashes finds nothing here, and is a fault elsewhere."""
    display = Display(configure=lambda each, change: override(settings, each, change))
    judged = judge([completed(policy)], changes, (), around, Gate(), display)
    return {each.fingerprint: each.location for each in judged.findings}


def _hooks(comparison: Comparison) -> Iterator[tuple[str, bool]]:
    """The files that run the gate and that the change edits, and whether they still do."""
    base, head = comparison.base, comparison.head
    for each in comparison.files if base is not None else ():
        before = each.base_path is not None and base and _runs_the_gate(each.base_path, base)
        after = each.head_path is not None and _runs_the_gate(each.head_path, head)
        if before or after:
            yield (each.head_path if after else each.base_path) or "", after


def _runs_the_gate(path: str, tree: Snapshot) -> bool:
    return may_run_the_gate(path) and b"policygate" in (tree.read(path) or b"")


def with_gate(
    judgement: Judgement,
    policies: Sequence[Policy],
    states: tuple[GateState | None, GateState],
    context: Context,
    gate: Gate,
) -> Judgement:
    """A judgement, and what there is to say of the gate and its waivers."""
    wanted = [completed(each) for each in policies if each.scope == "gate"]
    said = judge_gate(wanted, *states, context, gate)
    findings = sorted((*judgement.findings, *said.findings), key=in_order)
    return Judgement(tuple(findings), (*judgement.faults, *said.faults), judgement.waived)


class Judged(NamedTuple):
    """What a run has judged: the changes, the changed files, and what they were judged with."""

    changes: Sequence[Change]
    files: Sequence[tuple[Parsed | None, Parsed | None]]
    context: Context
    display: Display


def preview(
    here: GateState,
    proposed: GateState,
    judged: Judged,
    tree: Snapshot,
    needed: Callable[[Sequence[Policy], Sequence[Change]], Sequence[Policy]],
) -> Iterator[str]:
    """Say what the settings and policies of the head would find, in the whole tree; nothing of its own is run.

    Args:
        here: The gate of the base.
        proposed: The gate of the head.
        judged: What this run has judged.
        tree: The head.
        needed: Which of some policies may judge some changes.
    """
    if proposed.settings is None:
        return
    own = {name for name, each in here.policies.items() if _is_own_python(each)}
    own |= {name for name, each in proposed.policies.items() if _is_own_python(each)}
    read = Manifests(tree, here.settings)
    again = (
        read
        if _same_files(here.settings, proposed.settings)
        else Manifests(tree, proposed.settings)
    )
    now = _verdicts(here, judged, (tree, read), needed, own)
    then = _verdicts(proposed, judged, (tree, again), needed, own)
    lost, gained = now.keys() - then.keys(), then.keys() - now.keys()
    if lost or gained:
        parts = [f"{len(lost)} fewer ({_ids(now, lost)})"] if lost else []
        parts += [f"{len(gained)} more ({_ids(then, gained)})"] if gained else []
        yield f"by the settings and policies of this change there would be {' and '.join(parts)} findings"


def _same_files(one: Settings, other: Settings) -> bool:
    """Whether two settings have the same files read: then they are read once."""
    return (one.include, one.exclude) == (other.include, other.exclude)


def _verdicts(
    state: GateState,
    judged: Judged,
    whole: tuple[Snapshot, Manifests],
    needed: Callable[[Sequence[Policy], Sequence[Change]], Sequence[Policy]],
    own: Container[str],
) -> dict[str, str]:
    """What is found by one gate, by fingerprint: in what changes, and in everything else as it stands."""
    settings = state.settings
    known = [
        each for name, each in state.policies.items() if name not in own and each.scope != "gate"
    ]
    try:
        chosen = select(known, (), (), settings.overrides)
    except UsageError:
        return {}
    found: dict[str, str] = {}

    def seen(finding: Finding) -> bool:
        found[fingerprint(finding)] = finding.policy
        return False

    display = judged.display._replace(
        configure=lambda policy, change: override(settings, policy, change),
        waive=lambda _finding: None,
        is_adopted=seen,
    )
    tree, manifests = whole
    changes = [each for each in judged.changes if settings.wants(each.resource.file)]
    pairs = [FilePair(*pair) for pair in judged.files if any(pair)]
    judge(needed(chosen, changes), changes, pairs, judged.context, Gate(), display)
    touched = {each.resource.file for each in judged.changes}
    rest = tuple(
        Change(None, resource)
        for path in tree.paths()
        if path not in touched
        for resource in manifests.resources(path)
    )
    around = Surroundings(rest, manifests.folder, manifests.folder, files=(manifests, manifests))
    plain = Display(configure=display.configure, is_adopted=seen)
    judge(needed(chosen, rest), rest, (), around, Gate(), plain)
    return found


def _is_own_python(policy: Policy) -> bool:
    return policy.file.startswith(OWN_POLICIES) and policy.file.endswith(".py")


def _ids(by_name: Mapping[str, str], names: Iterable[str]) -> str:
    return ", ".join(sorted({by_name[name] for name in names}))
