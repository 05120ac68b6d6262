"""The engine: policies and changes in, findings and faults out.

Pure: no I/O, no clock, no environment. A policy yields where and what; the engine decides what the
base knew about it (introduced, loosened or existing), what was and is there, and whether it blocks.
A policy that crashes becomes a fault. Not for reading files, choosing policies or printing.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from policygate.faults import fault_of
from policygate.findings import (
    Display,
    Gate,
    at_most,
    finding_of,
    in_order,
    one_line,
    shortened,
    with_short_message,
)
from policygate.fingerprints import fingerprinted
from policygate.folding import alike, folded, refined
from policygate.kube.environments import are_apart
from policygate.kube.workloads import (
    pair_containers,
    pair_pods,
)
from policygate.model import (
    Change,
    Fault,
    Finding,
    Location,
    Operation,
    Resource,
    Status,
)
from policygate.place import in_words
from policygate.policy.match import ByKind, applies, applies_of_kind, applies_to_file
from policygate.policy.types import Context, Pair, Policy, Problem, UnjudgedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policygate.yamldoc import Parsed

_Item = TypeVar("_Item")


class FilePair(NamedTuple):
    """A changed file as text: at the base (None when it is new) and at the head (None when it is gone)."""

    base: Parsed | None
    head: Parsed | None

    @property
    def operation(self) -> Operation:
        """What happens to the file, in the words that are used of resources."""
        return "CREATE" if self.base is None else "DELETE" if self.head is None else "UPDATE"

    @property
    def name(self) -> str:
        """Its path, at the head if it is there."""
        held = self.head or self.base
        return held.file if held is not None else ""


class Judgement(NamedTuple):
    """All findings, sorted, all faults, and what waivers excuse."""

    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]
    waived: tuple[Finding, ...] = ()


def judge(
    policies: Sequence[Policy],
    changes: Iterable[Change],
    files: Iterable[FilePair],
    context: Context,
    gate: Gate,
    display: Display,
) -> Judgement:
    """Judge changes and changed files by policies.

    Args:
        policies: The policies that are on.
        changes: Pairs of resources; those whose bodies are equal are passed over, unless they moved to where
            a policy says something else.
        files: Changed files, for policies of the scope `file`.
        context: The rest of the change and of the tree.
        gate: What blocks.
        display: Excerpts, masking, and settings that depend on the resource.

    Returns:
        Findings sorted by file, line, column, policy and path, and faults.
    """
    findings: list[Finding] = []
    faults: list[Fault] = []
    of_files = [each for each in policies if each.scope == "file"]
    for pair in files:
        for policy in of_files:
            if applies_to_file(policy, pair.name, pair.operation):
                failed = _collect(_judge_file(policy, pair, context, gate), findings)
                if failed is not None:
                    faults.append(fault_of(policy, pair.name, failed, display.cut))
    by_kind = ByKind(policies)
    for change in changes:
        if change.is_untouched:
            continue
        subjects = _Subjects(change, context)
        for policy in by_kind.of(change):
            failed = _judge_change(policy, subjects, gate, display, findings)
            if failed is not None:
                faults.append(fault_of(policy, change, failed, display.cut))
    findings = [with_short_message(display.hide(finding)) for finding in findings]
    kept, waived = _parted(findings, policies, display)
    old = [_adopted(each, gate) if display.is_adopted(each) else each for each in kept]
    shown = sorted(alike(sorted(old, key=in_order), policies), key=in_order)
    return Judgement(fingerprinted(shown), tuple(faults), fingerprinted(waived))


def _parted(
    findings: Sequence[Finding], policies: Sequence[Policy], display: Display
) -> tuple[list[Finding], list[Finding]]:
    """Part what has to be answered for from what waivers excuse; in both, one speaks for what says the same.

    What is excused speaks only for what is at its very place and may be waived, too: a waiver for one
    capability does not take along what else happened to the container. It is done before those that are alike
    become one, for a waiver is for one resource, and hides no other.
    """
    excused: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        standing = display.waive(finding)
        if standing is None:
            others.append(finding)
        else:
            standing = display.hide_waiver(standing)
            excused.append(dataclasses.replace(finding, waiver=standing))
    places = {_place_of(each) for each in excused}
    beside = [each for each in others if _place_of(each) in places and display.may_waive(each)]
    together = folded(refined([*excused, *beside], policies))
    waived = [each for each in together if each.waiver is not None]
    spoken = {(r.policy, r.resource, r.path) for each in waived for r in each.related}
    said = set(map(_as_spoken, waived))
    waived += [
        each  # what would speak for it has to be answered for
        for each in excused
        if _as_spoken(each) not in said | spoken
    ]
    hidden = {id(each) for each in beside if _as_spoken(each) in spoken}
    left = [each for each in others if id(each) not in hidden]
    kept = sorted(folded(refined(left, policies)), key=in_order)
    done = [dataclasses.replace(each, blocks=False) for each in waived]
    return kept, sorted(done, key=in_order)


def _as_spoken(finding: Finding) -> tuple[object, ...]:
    return (finding.policy, finding.resource, finding.path)


def _place_of(finding: Finding) -> tuple[object, ...]:
    return (finding.resource, finding.container, finding.path, finding.location.file)


def _adopted(finding: Finding, gate: Gate) -> Finding:
    """A finding that counts as if the base had it."""
    blocks = gate.blocks(finding.level, "existing")
    return dataclasses.replace(finding, status="existing", blocks=blocks)


def judge_gate(
    policies: Sequence[Policy], base: object, head: object, context: Context, gate: Gate
) -> Judgement:
    """Judge what a change does to the gate itself, by the policies of the scope `gate`.

    Args:
        policies: The policies that are on.
        base: What the gate is at the base, None where there is no base.
        head: What it would be, and its waivers.
        context: The rest of the change and of the tree.
        gate: What blocks.
    """
    findings: list[Finding] = []
    faults: list[Fault] = []
    for policy in policies:
        if policy.scope == "gate":
            judged = _judge_gate(policy, Pair(base, head, None, context), gate)
            failed = _collect(judged, findings)
            if failed is not None:
                faults.append(fault_of(policy, "", failed, lambda text, _about: text))
    return Judgement(fingerprinted(sorted(findings, key=in_order)), tuple(faults))


def _collect(items: Iterable[_Item], into: list[_Item]) -> BaseException | None:
    """Collect what a policy yields; whatever it raises is returned, and nothing before it is lost."""
    try:
        into.extend(items)
    except (Exception, SystemExit) as error:  # noqa: BLE001 (a policy may raise anything)
        return error
    return None


# One policy on one change


class _Subjects:
    """What the policies of each scope judge in one change: found once, for all of them."""

    __slots__ = ("change", "containers", "context", "is_same", "objects", "pods")

    def __init__(self, change: Change, context: Context) -> None:
        self.change = change
        self.context = context
        self.is_same = change.action == "same"
        self.objects = (Pair(change.base, change.head, change, context),)
        self.pods: list[Pair] | None = None
        self.containers: list[Pair] | None = None

    def of(self, policy: Policy) -> Sequence[Pair]:
        """The pairs that a policy of this scope judges; what is gone from the head has no place."""
        change, context = self.change, self.context
        if policy.scope == "object":
            return self.objects
        if self.pods is None:
            pods = pair_pods(change.base, change.head)
            self.pods = [Pair(b, h, change, context) for b, h in pods if h is not None]
        if policy.scope == "pod":
            return self.pods
        if self.containers is None:
            pairs = (both for pod in self.pods for both in pair_containers(pod.base, pod.head))
            self.containers = [Pair(b, h, change, context) for b, h in pairs if h is not None]
        return self.containers


def _judge_change(
    policy: Policy, subjects: _Subjects, gate: Gate, display: Display, findings: list[Finding]
) -> BaseException | None:
    """Judge one change by one policy: findings are added, what it raised is returned."""
    change = subjects.change
    if not applies_of_kind(policy, change.resource, change.operation):
        return None
    found: list[Finding] = []
    failed: BaseException | None = None
    if not (subjects.is_same and _holds_alike(policy, change, display)):
        failed = _run(policy, subjects, gate, display, found)
    others: list[Finding] = []
    for instead in _instead(change):
        if not applies_of_kind(policy, instead.resource, instead.operation):
            continue
        beside = _Subjects(instead, subjects.context)
        wrong = _run(policy, beside, gate, display, others)
        failed = failed or wrong
    findings += _strictest(found, others) if others else found
    return failed


def _instead(change: Change) -> Iterator[Change]:
    """What a change may be as well: of each rival, and something new in the environment that it moves to."""
    for rival in change.rivals:
        yield Change(rival, change.head)
    base, head = change.base, change.head
    if base is not None and head is not None and are_apart(base.file, head.file):
        yield Change(None, head)


def _holds_alike(policy: Policy, change: Change, display: Display) -> bool:
    """Whether a policy asks the same of a resource where it stood and where it stands."""
    was, now = (_alone(policy, side, display) for side in (change.base, change.head))
    return was == now


def _alone(policy: Policy, resource: Resource | None, display: Display) -> Policy | None:
    """A policy as it holds for a resource by itself; None where it does not judge it."""
    if resource is None or not applies_of_kind(policy, resource, "UPDATE"):
        return None
    return display.configure(policy, Change(None, resource))


def _strictest(found: list[Finding], others: list[Finding]) -> Iterator[Finding]:
    """What is new as against any of those that a resource may have been, and all that is as old as its base.

    What only a rival did not have keeps its level, and is said to be possible: else who moves several
    resources of one name at once could choose what each is compared with. So does what is old where it came
    from, and new in its environment: as a copy it would be.
    """
    new = {_place_of(each) for each in found if each.status != "existing"}
    against: dict[tuple[object, str], Finding] = {}
    for each in others:
        place = _place_of(each)
        if each.status != "existing" and place not in new:
            said = dataclasses.replace(each, grade="possible")
            against.setdefault((place, each.message), said)
    places = {place for place, _ in against}
    yield from (each for each in found if _place_of(each) not in places)
    yield from against.values()


def _run(
    policy: Policy, subjects: _Subjects, gate: Gate, display: Display, findings: list[Finding]
) -> BaseException | None:
    """Run a check as it holds for a change: findings are added, what it raised is returned."""
    configured = display.configure(policy, subjects.change)
    if configured is None:
        return None
    failed: BaseException | None = None
    for pair in subjects.of(configured):
        problems: list[Problem] = []
        try:
            problems.extend(configured.check(pair, configured.params))
        except (Exception, SystemExit) as error:  # noqa: BLE001 (a policy may raise anything)
            failed = failed or error
        if problems:
            found = _findings(policy, configured, pair, problems, gate, display)
            wrong = _collect(found, findings)
            failed = failed or wrong
    return failed


def _findings(
    policy: Policy,
    configured: Policy,
    pair: Pair,
    problems: list[Problem],
    gate: Gate,
    display: Display,
) -> Iterator[Finding]:
    known = _known(policy, pair, display)
    for problem in map(_vetted, problems):
        finding = finding_of(configured, pair, problem, known, gate, display)
        if finding is not None:
            yield finding


def _vetted(problem: Any) -> Problem:
    if not isinstance(problem, Problem):
        raise UnjudgedError(f"its check yields {type(problem).__name__}, and not `Problem`")
    return problem


def _known(policy: Policy, pair: Pair, display: Display) -> frozenset[Any]:
    """What the same policy says about the base alone: the keys or the paths of its problems there.

    It is asked as it holds for the base: where it was off, or asked for less, nothing is known.
    """
    change = pair.change
    if pair.base is None or change is None or change.base is None or change.head is None:
        return frozenset()
    alone = Pair(None, pair.base, Change(None, change.base), pair.context.of_base)
    own = display.configure(policy, Change(None, change.base))
    if own is None or not applies(policy, change.base, "CREATE"):
        return frozenset()
    try:
        problems = tuple(own.check(alone, own.params))
    except UnjudgedError as error:
        raise UnjudgedError(f"{error}, at the base, for which nothing is older") from None
    return frozenset(problem.key or problem.path for problem in problems)


# Policies on whole files, and on the gate


def _judge_gate(policy: Policy, pair: Pair, gate: Gate) -> Iterator[Finding]:
    for problem in map(_vetted, policy.check(pair, policy.params)):
        level = policy.level if policy.level_set else problem.level or policy.level
        yield Finding(
            policy=policy.id,
            title=policy.title,
            level=level,
            status="existing" if problem.known and pair.head.has_base else "introduced",
            blocks=gate.blocks(level, "introduced"),
            message=shortened(one_line(problem.message)),
            location=problem.location or Location("", 0),
            was=problem.was,
            now=problem.now,
            fix=policy.fix,
        )


def _judge_file(policy: Policy, pair: FilePair, context: Context, gate: Gate) -> Iterator[Finding]:
    problems = list(policy.check(Pair(pair.base, pair.head, None, context), policy.params))
    if not problems:
        return
    known: frozenset[str] = frozenset()
    if pair.base is not None and pair.head is not None:
        alone = Pair(None, pair.base, None, context.of_base)
        known = frozenset(problem.key for problem in policy.check(alone, policy.params))
    for problem in map(_vetted, problems):
        status: Status = "introduced" if pair.base is None or problem.unordered else "loosened"
        if problem.known or (problem.known is None and problem.key in known):
            status = "existing"
        level = policy.level if policy.level_set else problem.level or policy.level
        if problem.possible:
            level = at_most(level, "warning")
        gone = Location(pair.name, 0, 0, 0, 0)
        # No excerpt: the text of an unreadable document may be anything.
        yield Finding(
            policy=policy.id,
            title=policy.title,
            level=level,
            status=status,
            blocks=gate.blocks(level, status),
            message=one_line(problem.message),
            location=problem.location or (gone if pair.head is None else Location(pair.name, 1)),
            path=in_words(None, problem.path),
            grade="possible" if problem.possible else None,
            fix=policy.fix,
            class_=policy.class_,
        )
