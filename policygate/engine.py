"""The engine: policies and changes in, findings and faults out.

Pure: no I/O, no clock, no environment. A policy yields where and what; the engine decides what the
base knew about it (introduced, loosened or existing), what was and is there, and whether it blocks.
A policy that crashes becomes a fault. Not for reading files, choosing policies or printing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias, TypeVar

from policygate.faults import fault_of
from policygate.fingerprints import fingerprinted
from policygate.folding import alike, folded, refined
from policygate.kube.workloads import (
    Container,
    PodSpec,
    pair_containers,
    pair_pods,
)
from policygate.model import (
    LEVELS,
    UNSET,
    Change,
    Fault,
    Finding,
    Level,
    Location,
    Operation,
    Path,
    Resource,
    ResourceId,
    SourceLine,
    Status,
)
from policygate.place import Counterpart, canonical, counterpart, in_words, look_up
from policygate.policy.match import ByKind, applies, applies_of_kind, applies_to_file
from policygate.policy.types import Context, Pair, Policy, Problem, UnjudgedError

if TYPE_CHECKING:
    from policygate.yamldoc import Parsed

Existing: TypeAlias = Literal["report", "warn", "fail"]
FailOn: TypeAlias = Literal["error", "warning", "note", "never"]
Excerpt: TypeAlias = Callable[[Resource, Path, bool], tuple[SourceLine, ...]]
"""The lines of a place of a resource, and whether what stands there is a secret."""
Hide: TypeAlias = Callable[["Finding"], "Finding"]
Cut: TypeAlias = Callable[[str, ResourceId | str], str]
Show: TypeAlias = Callable[[Resource, Path, Any], Any]
Configure: TypeAlias = Callable[[Policy, Change], Policy | None]

_MESSAGE_LIMIT: Final = 500
_READ_LIMIT: Final = 50_000
"""So much of a message is read before it is shortened."""
_Item = TypeVar("_Item")


class Gate(NamedTuple):
    """What blocks: findings at or above `fail_on`, those of the base only where `existing` says so."""

    existing: Existing = "warn"
    fail_on: FailOn = "error"

    def blocks(self, level: Level, status: Status) -> bool:
        """Whether a finding of this level and status blocks the merge."""
        if self.fail_on == "never" or (status == "existing" and self.existing != "fail"):
            return False
        return LEVELS.index(level) <= LEVELS.index(self.fail_on)


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


class Display(NamedTuple):
    """How the engine shows things it must not read itself: source lines, and values if not secret.

    `hide` takes out of a finding, whichever policy made it, what is known to be a secret; `cut` takes it
    out of a text about a resource or a file.
    """

    excerpt: Excerpt = lambda _resource, _path, _secret: ()
    value: Show = lambda _resource, _path, value: value
    configure: Configure = lambda policy, _change: policy
    hide: Hide = lambda finding: finding
    cut: Cut = lambda text, _about: text


class Judgement(NamedTuple):
    """All findings, sorted, and all faults."""

    findings: tuple[Finding, ...]
    faults: tuple[Fault, ...]


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
        changes: Pairs of resources; those whose bodies are equal are passed over.
        files: Changed files, for policies of the scope `file`.
        context: The rest of the change and of the tree.
        gate: What blocks.
        display: Excerpts, masking, and settings that depend on the resource.

    Returns:
        Findings sorted by file, line, column, policy and path, and faults.
    """
    findings: list[Finding] = []
    faults: list[Fault] = []
    for pair in files:
        for policy in policies:
            if policy.scope == "file" and applies_to_file(policy, pair.name, pair.operation):
                judged = _judge_file(policy, pair, context, gate)
                failed = _collect(judged, findings)
                if failed is not None:
                    faults.append(fault_of(policy, pair.name, failed, display.cut))
    by_kind = ByKind(policies)
    for change in changes:
        if change.action == "same":
            continue
        subjects = _Subjects(change, context)
        for policy in by_kind.of(change):
            failed = _judge_change(policy, subjects, gate, display, findings)
            if failed is not None:
                faults.append(fault_of(policy, change, failed, display.cut))
    findings = [_shortened(display.hide(finding)) for finding in findings]
    findings = sorted(folded(refined(findings, policies)), key=_order)
    findings = sorted(alike(findings, policies), key=_order)
    return Judgement(fingerprinted(findings), tuple(faults))


def _order(finding: Finding) -> tuple[Location, str, str, str]:
    return (finding.location, finding.policy, finding.path, finding.message)


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

    __slots__ = ("change", "containers", "context", "objects", "pods")

    def __init__(self, change: Change, context: Context) -> None:
        self.change = change
        self.context = context
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
    configured = display.configure(policy, change)
    if configured is None:
        return None
    begun = len(findings)
    failed = _run(configured, subjects.of(configured), gate, display, findings)
    if change.rivals and "CREATE" not in configured.match.operations:
        said = {finding.path for finding in findings[begun:]}
        others: list[Finding] = []
        for rival in change.rivals:
            pairs = _Subjects(Change(rival, change.head), subjects.context).of(configured)
            wrong = _run(configured, pairs, gate, display, others, possible=True)
            failed = failed or wrong
        findings += [
            finding
            for at, finding in enumerate(others)
            if finding.path not in said | {each.path for each in others[:at]}
        ]
    return failed


def _run(
    policy: Policy,
    pairs: Iterable[Pair],
    gate: Gate,
    display: Display,
    findings: list[Finding],
    *,
    possible: bool = False,
) -> BaseException | None:
    """Run a check on some pairs: findings are added, what it raised is returned."""
    failed: BaseException | None = None
    for pair in pairs:
        problems: list[Problem] = []
        try:
            problems.extend(policy.check(pair, policy.params))
        except (Exception, SystemExit) as error:  # noqa: BLE001 (a policy may raise anything)
            failed = failed or error
        if problems:
            if possible:
                problems = [_vetted(each)._replace(possible=True) for each in problems]
            found = _findings(policy, pair, problems, gate, display)
            wrong = _collect(found, findings)
            failed = failed or wrong
    return failed


def _findings(
    policy: Policy, pair: Pair, problems: list[Problem], gate: Gate, display: Display
) -> Iterator[Finding]:
    known = _known(policy, pair)
    for problem in map(_vetted, problems):
        finding = _finding(policy, pair, problem, known, gate, display)
        if finding is not None:
            yield finding


def _vetted(problem: Any) -> Problem:
    if not isinstance(problem, Problem):
        raise UnjudgedError(f"its check yields {type(problem).__name__}, and not `Problem`")
    return problem


def _known(policy: Policy, pair: Pair) -> frozenset[Any]:
    """What the same policy says about the base alone: the keys or the paths of its problems there."""
    change = pair.change
    if pair.base is None or change is None or change.base is None or change.head is None:
        return frozenset()
    if not applies(policy, change.base, "CREATE"):
        return frozenset()
    alone = Pair(None, pair.base, Change(None, change.base), pair.context.of_base)
    try:
        problems = tuple(policy.check(alone, policy.params))
    except UnjudgedError as error:
        raise UnjudgedError(f"{error}, at the base, for which nothing is older") from None
    return frozenset(problem.key or problem.path for problem in problems)


def _root(subject: Resource | PodSpec | Container) -> Path:
    return () if isinstance(subject, Resource) else subject.view.path


def _finding(
    policy: Policy,
    pair: Pair,
    problem: Problem,
    known: frozenset[Any],
    gate: Gate,
    display: Display,
) -> Finding | None:
    change = pair.change
    if change is None:
        return None
    subject, resource = pair.head or pair.base, change.resource
    old = _at_base(pair, problem.path)
    held = old is not None and old.exists
    now, exists = look_up(resource.body, problem.path) if change.head else (None, False)
    level = policy.level if policy.level_set else problem.level or policy.level
    grade = None
    if not exists and change.head is not None and _is_partial(subject, resource):
        # A patch inherits what it does not set: nothing can be called missing in it.
        if not held:
            return None
        if change.base is None or change.base.partial:
            grade, level = "possible", _at_most(level, "warning")
    if problem.possible:
        grade, level = "possible", _at_most(level, "warning")
    elif problem.known is False and grade is None:
        grade = "proven"
    if _is_guessed(subject) and not policy.secret:  # a secret in the open is one, whoever reads it
        level = _at_most(level, "warning")
    status = _status(change, problem)
    if (status == "loosened" or problem.known) and _is_known(problem, now, old, known):
        status = "existing"
    # A finding about a whole resource does not show the whole resource.
    whole = not problem.path
    base_path = old.path[: old.depth] if old else ()
    was = problem.was
    if was is UNSET and not whole and change.base is not None:
        was = old.value if old else None
    now = problem.now if problem.now is not UNSET or whole else now if change.head else UNSET
    return Finding(
        policy=policy.id,
        title=policy.title,
        level=level,
        status=status,
        blocks=gate.blocks(level, status),
        message=_one_line(problem.message),
        location=_location(change, problem),
        resource=resource.id,
        version=resource.version,
        container=subject.name if isinstance(subject, Container) else None,
        path=in_words(resource.body, problem.path),
        base_location=_base_location(change, problem, base_path),
        was=UNSET if policy.secret else _shown(display, change.base, base_path, was),
        now=UNSET if policy.secret else _shown(display, change.head, problem.path, now),
        grade=grade,  # type: ignore[arg-type]  # a `Grade` or None, assigned above
        fix=policy.fix,
        class_=policy.class_,
        edit=problem.edit if change.head is not None else None,
        excerpt=_excerpt(display, policy, change, problem.path),
    )


def _status(change: Change, problem: Problem) -> Status:
    """What a problem is that the base did not have."""
    stricter = change.base is not None or problem.instead_of is not None
    return "loosened" if stricter and not problem.unordered else "introduced"


def _location(change: Change, problem: Problem) -> Location:
    """Where a problem stands at the head; line 0 of the file for what is gone from it."""
    if change.head is None:
        return Location(change.resource.file, 0, 0, 0, 0)
    return problem.location or change.head.locate(problem.path)


def _base_location(change: Change, problem: Problem, path: Path) -> Location | None:
    if change.base is not None:
        return change.base.locate(path)
    return problem.instead_of.locate(()) if problem.instead_of is not None else None


def _excerpt(
    display: Display, policy: Policy, change: Change, path: Path
) -> tuple[SourceLine, ...]:
    return () if change.head is None else display.excerpt(change.head, path, policy.secret)


def _is_known(problem: Problem, now: Any, old: Counterpart | None, known: frozenset[Any]) -> bool:
    """Whether the base had this problem already: the policy says so, or found it at the same place.

    In an item of a list that has changed and has no name, it is the same only with the same value.
    """
    if problem.known is not None:
        return problem.known
    if problem.key:
        return problem.key in known
    if old is None or old.path not in known:
        return False
    return old.same or canonical(old.value) == canonical(now)


def _at_base(pair: Pair, path: Path) -> Counterpart | None:
    """The same place at the base; the subject itself may have moved in its resource."""
    change = pair.change
    if change is None or change.base is None:
        return None
    if change.head is None:
        return counterpart(change.base.body, change.base.body, path)
    if pair.head is not None and pair.base is not None:
        root, base_root = _root(pair.head), _root(pair.base)
        if path[: len(root)] == root:
            head_body, _ = look_up(change.head.body, root)
            base_body, _ = look_up(change.base.body, base_root)
            inside = counterpart(head_body, base_body, path[len(root) :])
            return inside and inside._replace(
                path=base_root + inside.path, depth=len(base_root) + inside.depth
            )
    return counterpart(change.head.body, change.base.body, path)


def _shown(display: Display, resource: Resource | None, path: Path, value: Any) -> Any:
    if value is UNSET or value is None or resource is None:
        return value
    return display.value(resource, path, value)


def _is_partial(subject: Any, resource: Resource) -> bool:
    pod = subject.pod if isinstance(subject, Container) else subject
    return resource.partial or (isinstance(pod, PodSpec) and pod.certainty == "partial")


def _is_guessed(subject: Any) -> bool:
    pod = subject.pod if isinstance(subject, Container) else subject
    return isinstance(pod, PodSpec) and pod.certainty == "guessed"


def _at_most(level: Level, bound: Level) -> Level:
    return LEVELS[max(LEVELS.index(level), LEVELS.index(bound))]


def _one_line(message: str) -> str:
    return " ".join(message[:_READ_LIMIT].split())


def _shortened(finding: Finding) -> Finding:
    """A finding with a message of bearable length: cut when nothing secret is left to be cut in two."""
    text = finding.message
    if len(text) <= _MESSAGE_LIMIT:
        return finding
    return dataclasses.replace(finding, message=text[: _MESSAGE_LIMIT - 1] + "…")


# Policies on whole files


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
            level = _at_most(level, "warning")
        gone = Location(pair.name, 0, 0, 0, 0)
        # No excerpt: the text of an unreadable document may be anything.
        yield Finding(
            policy=policy.id,
            title=policy.title,
            level=level,
            status=status,
            blocks=gate.blocks(level, status),
            message=_one_line(problem.message),
            location=problem.location or (gone if pair.head is None else Location(pair.name, 1)),
            path=in_words(None, problem.path),
            grade="possible" if problem.possible else None,
            fix=policy.fix,
            class_=policy.class_,
        )
