"""A finding made of a problem: what the base knew, what was and is there, where it stands, whether it blocks.

Pure, as all of the engine is. Not for running a policy (`engine`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from policygate.kube.workloads import Container, PodSpec, is_workload
from policygate.model import (
    LEVELS,
    UNSET,
    Accepted,
    Change,
    Finding,
    Level,
    Location,
    Path,
    Resource,
    ResourceId,
    SourceLine,
    Standing,
    Status,
)
from policygate.place import Counterpart, canonical, counterpart, in_words, look_up
from policygate.policy.types import Pair, Policy, Problem, compares

Existing: TypeAlias = Literal["report", "warn", "fail"]
FailOn: TypeAlias = Literal["error", "warning", "note", "never"]
Excerpt: TypeAlias = Callable[[Resource, Path, bool], tuple[SourceLine, ...]]
"""The lines of a place of a resource, and whether what stands there is a secret."""
Hide: TypeAlias = Callable[["Finding"], "Finding"]
Cut: TypeAlias = Callable[[str, ResourceId | str], str]
Show: TypeAlias = Callable[[Resource, Path, Any], Any]
Waive: TypeAlias = Callable[["Finding"], "Standing | None"]
Configure: TypeAlias = Callable[[Policy, Change], Policy | None]

_MESSAGE_LIMIT: Final = 500
_SHORT: Final = 300
"""Characters of a mapping that is what a policy of a state finds, and not what it misses something in."""
_READ_LIMIT: Final = 50_000
"""So much of a message is read before it is shortened."""


class Gate(NamedTuple):
    """What blocks: findings at or above `fail_on`, those of the base only where `existing` says so."""

    existing: Existing = "warn"
    fail_on: FailOn = "error"

    def blocks(self, level: Level, status: Status) -> bool:
        """Whether a finding of this level and status blocks the merge."""
        if self.fail_on == "never" or (status == "existing" and self.existing != "fail"):
            return False
        return LEVELS.index(level) <= LEVELS.index(self.fail_on)


class Display(NamedTuple):
    """How the engine shows things it must not read itself: source lines, and values if not secret.

    `waive` says which waiver excuses a finding, if any; `is_adopted` whether it counts as old; `record` masks what a waiver would keep. `hide` takes out of a finding, whichever policy made it, what is known to be a secret; `cut` takes it
    out of a text about a resource or a file.
    """

    excerpt: Excerpt = lambda _resource, _path, _secret: ()
    value: Show = lambda _resource, _path, value: value
    configure: Configure = lambda policy, _change: policy
    hide: Hide = lambda finding: finding
    cut: Cut = lambda text, _about: text
    waive: Waive = lambda _finding: None
    may_waive: Callable[[Finding], bool] = lambda _finding: True
    is_adopted: Callable[[Finding], bool] = lambda _finding: False
    record: Show = lambda _resource, _path, value: value
    hide_waiver: Callable[[Standing], Standing] = lambda standing: standing


def in_order(finding: Finding) -> tuple[Location, str, str, str]:
    """What findings are sorted by in a report."""
    return (finding.location, finding.policy, finding.path, finding.message)


def _root(subject: Resource | PodSpec | Container) -> Path:
    return () if isinstance(subject, Resource) else subject.view.path


def finding_of(
    policy: Policy,
    pair: Pair,
    problem: Problem,
    known: frozenset[Any],
    gate: Gate,
    display: Display,
) -> Finding | None:
    """Make a finding of a problem.

    Args:
        policy: Whose problem it is.
        pair: The subject that was judged.
        problem: Where and what.
        known: What the same policy says about the base alone: keys or paths.
        gate: What blocks.
        display: How what stands there is shown.

    Returns:
        The finding; None where a patch only leaves out what it inherits.
    """
    change = pair.change
    if change is None:
        return None
    subject, resource = pair.head or pair.base, change.resource
    old = _at_base(pair, problem.path)
    held = old is not None and old.exists
    now, exists = look_up(resource.body, problem.path) if change.head else (None, False)
    level = policy.level if policy.level_set else problem.level or policy.level
    grade = None
    is_patch = change.head is not None and _is_partial(subject, resource)
    if not exists and is_patch and not _is_taken_out(resource, problem.path):
        # A patch inherits what it does not set: nothing can be called missing in it.
        if not held:
            return None
        if change.base is None or change.base.partial:
            grade, level = "possible", at_most(level, "warning")
    if problem.possible:
        grade, level = "possible", at_most(level, "warning")
    elif problem.known is False and grade is None:
        grade = "proven"
    if _is_guessed(subject) and not policy.secret:  # a secret in the open is one, whoever reads it
        level = at_most(level, "warning")
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
        message=one_line(_message(change, problem)),
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
        record=partial(_accepted, policy, change, problem.path, old, display),
    )


def _accepted(
    policy: Policy, change: Change, path: Path, old: Counterpart | None, display: Display
) -> Accepted:
    """What a waiver records: the values at the place, or at the top of it where those are the same."""
    if change.head is None:
        return Accepted("", now=None)
    head, words = change.head, in_words(change.head.body, path)
    if policy.secret or not path:
        return Accepted(words)
    now, before = _held(head, path), old.value if old is not None and old.exists else None
    large = isinstance(path[-1], int) or len(canonical(now)) > _SHORT
    if isinstance(now, (dict, list)) and not compares(policy) and large:
        return Accepted(words)  # something is missing in it; what else is there does not matter
    if change.base is None:
        return Accepted(words, now=display.record(head, path, now))
    wider = _wider(head, path, now, before) if compares(policy) else path
    if wider != path:
        path, words = wider, in_words(head.body, wider)
        there = counterpart(head.body, change.base.body, path)
        now, before = _held(head, path), there.value if there and there.exists else None
    return Accepted(
        words, display.record(change.base, path, before), display.record(head, path, now)
    )


def _wider(head: Resource, path: Path, now: Any, before: Any) -> Path:
    """The place that decides, where it is more than the place that is pointed at.

    Rules and traffic are compared as a whole; what a security context grants follows from all of it.
    """
    if "securityContext" in path[:-1]:
        return path[: path.index("securityContext") + 1]
    if canonical(now) == canonical(before) or not (is_workload(head) or path[0] == "metadata"):
        return path[:1]
    return path


def _held(resource: Resource, path: Path) -> Any:
    """What stands at a place, None where nothing does."""
    return look_up(resource.body, path)[0]


def _status(change: Change, problem: Problem) -> Status:
    """What a problem is that the base did not have."""
    stricter = change.base is not None or problem.instead_of is not None
    return "loosened" if stricter and not problem.unordered else "introduced"


def _message(change: Change, problem: Problem) -> str:
    return f"{problem.message}: {change.ending.why}" if change.ending else problem.message


def _location(change: Change, problem: Problem) -> Location:
    """Where a problem stands at the head; line 0 of the file for what is gone from it."""
    if change.ending is not None:
        return change.ending.location
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


def _is_taken_out(patch: Resource, path: Path) -> bool:
    """Whether a patch says null above a place: it removes what is there, and inherits nothing."""
    for length in range(1, len(path)):
        value, exists = look_up(patch.body, path[:length])
        if value is None:
            return exists
    return False


def _is_guessed(subject: Any) -> bool:
    pod = subject.pod if isinstance(subject, Container) else subject
    return isinstance(pod, PodSpec) and pod.certainty == "guessed"


def at_most(level: Level, bound: Level) -> Level:
    """The lower one of two levels."""
    return LEVELS[max(LEVELS.index(level), LEVELS.index(bound))]


def one_line(message: str) -> str:
    """A message on one line."""
    return " ".join(message[:_READ_LIMIT].split())


def with_short_message(finding: Finding) -> Finding:
    """A finding with a message of bearable length: cut when nothing secret is left to be cut in two."""
    text = shortened(finding.message)
    return finding if text == finding.message else dataclasses.replace(finding, message=text)


def shortened(text: str) -> str:
    """A message of bearable length."""
    return text if len(text) <= _MESSAGE_LIMIT else text[: _MESSAGE_LIMIT - 1] + "…"
