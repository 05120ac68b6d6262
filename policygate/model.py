"""The core types that every layer shares: plain values, standard library only.

What is sorted by its fields is a named tuple, the rest are frozen dataclasses: each dataclass costs
a millisecond of start-up, an ordered one two.

Not for behaviour that needs git, YAML, Kubernetes knowledge or a policy: those layers build these
values and hand them on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol, TypeAlias

from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

Level: TypeAlias = Literal["error", "warning", "note"]
Status: TypeAlias = Literal["introduced", "loosened", "existing"]
Operation: TypeAlias = Literal["CREATE", "UPDATE", "DELETE"]
Action: TypeAlias = Literal["added", "modified", "removed", "same"]
Outcome: TypeAlias = Literal["pass", "block", "error"]
Grade: TypeAlias = Literal["proven", "possible"]
Form: TypeAlias = Literal["file", "comment", "annotation", "peer"]
State: TypeAlias = Literal[
    "in force", "expired", "refused", "settled", "exceeded", "orphaned", "unused", "removed"
]
Class: TypeAlias = Literal["security", "reliability", "recovery"]
"""What is lost when something gets looser."""
Pin: TypeAlias = Literal["digest", "tag", "moving", "unknown"]
"""What a reference names: its content, a version, whatever a name means that day; or nobody can tell yet."""
Path: TypeAlias = tuple[str | int, ...]

LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "note")
"""Most severe first."""


class Unset:
    """The type of `UNSET`: a value that was never given, as opposed to null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET: Final = Unset()


class Location(NamedTuple):
    """A span of a file, from `line` and `column` to `end_line` and `end_column`.

    All are 1-based and count characters; the end is exclusive, and 0 where only the start is known. `file` is
    relative to the repository. Line 0 means that the thing is not in the file any more: the change removed it.
    """

    file: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0


class Positions(Protocol):
    """What can say where a path of a document stands in its file."""

    def locate(self, path: Path) -> Location:
        """Return the span of the key (or list item) at `path`, or of its nearest existing parent."""
        ...

    def locate_value(self, path: Path) -> Location:
        """Return the span of the value at `path`, or of its nearest existing parent's key."""
        ...


class ResourceId(NamedTuple):
    """What makes two resources the same: everything but the API version.

    `scope` is the folder the resource is rendered from, relative to the repository; `group` and
    `namespace` are empty strings where a manifest has none; `kind` and `name` stand in every one.
    """

    scope: str
    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.namespace, self.kind, self.name) if part)

    @property
    def called(self) -> str:
        """What people call it: `Deployment prod/web`."""
        name = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {name}"


@dataclass(frozen=True, slots=True)
class Resource:
    """One Kubernetes object read from a document.

    `body` is shared, never changed. `prefix` is where the body stands in its document: not empty
    for an item of a List. `partial` says that the document is a patch: what it does not set is
    inherited from elsewhere, so nothing can be called missing.
    """

    id: ResourceId
    version: str
    body: dict[str, Any]
    file: str
    positions: Positions = field(repr=False, compare=False)
    prefix: Path = ()
    partial: bool = False
    delete_patch: bool = False

    @property
    def view(self) -> View:
        """The body as a view: missing-safe, and every part knows its path."""
        return View(self.body)

    def locate(self, path: Path) -> Location:
        """Return the span of the key at `path` of the body, or of its nearest existing parent."""
        return self.positions.locate(self.prefix + path)

    def locate_value(self, path: Path) -> Location:
        """Return the span of the value at `path` of the body."""
        return self.positions.locate_value(self.prefix + path)


class Ending(NamedTuple):
    """Why a resource counts as removed although it is still written, and where that is said.

    `kept` says that the cluster keeps what it has; nobody looks after it.
    """

    why: str
    location: Location
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A resource at the base and at the head; either may be absent, never both.

    `rivals` are others of the base that the head may be as well: who is looser than one of them may
    have been loosened, even if `base` says the same. `ending` is there for what is removed without being
    deleted.
    """

    base: Resource | None
    head: Resource | None
    rivals: tuple[Resource, ...] = ()
    ending: Ending | None = None

    @property
    def id(self) -> ResourceId:
        """The identity at the head, or at the base for a removed resource."""
        return self.resource.id

    @property
    def resource(self) -> Resource:
        """The head resource, or the base resource of a removal."""
        resource = self.head or self.base
        if resource is None:
            msg = "a change has a base or a head"
            raise ValueError(msg)
        return resource

    @property
    def action(self) -> Action:
        """What happened to the resource."""
        if self.base is None:
            return "added"
        if self.head is None:
            return "removed"
        return "same" if self.base.body == self.head.body else "modified"

    @property
    def is_untouched(self) -> bool:
        """Whether there is nothing to judge: what is the same stands where it stood, if its place is known."""
        if self.base is None or self.head is None or self.rivals:
            return False
        return self.base.file == self.head.file and self.action == "same"

    @property
    def operation(self) -> Operation:
        """What the API server would be asked to do with the resource."""
        return "CREATE" if self.base is None else "DELETE" if self.head is None else "UPDATE"


class SourceLine(NamedTuple):
    """A line of a manifest, `number` and `text`, as it may be shown: what could be secret is masked already."""

    number: int
    text: str


class Edit(NamedTuple):
    """A change of one place that mends a finding, safe to make without knowing the program.

    Its `action` is one of three: `set` puts `value` at `path` (and makes what is missing on the way), `remove` takes the place
    out, `rename` gives its key the name `value`. The path starts at the root of the resource.
    """

    action: Literal["set", "remove", "rename"]
    path: Path
    value: Any = None


class Related(NamedTuple):
    """A finding that another one speaks for: of a coarser `policy`, or of a `resource` that changed alike.

    `location` and `path` are its place, in the file and in words.
    """

    policy: str
    resource: ResourceId | None
    location: Location
    path: str


class Accepted(NamedTuple):
    """What a waiver accepts at one place: the values `was` and `now`, `UNSET` where they are not recorded.

    `path` is the place in words, empty for the whole resource; None for a value is "not there".
    """

    path: str
    was: Any = UNSET
    now: Any = UNSET


class Waiver(NamedTuple):
    """A recorded, dated exception: this `policy`, at this resource, until this day.

    `id` names it, and `location` is where it stands. `resource` is `namespace/Kind/name` (`Kind/name` without a namespace), empty where only a `file` is
    meant; `container` narrows it. `reason`, `owner` and `ticket` say why, who and where; `opened` and `expires` are days, ISO, in
    UTC and inclusive; all are empty where they are not given. `accepted` are the values that it holds for. `form` says how it is
    written down: a `file`, a `comment`, an `annotation`, or the mark of a `peer`; `text` is the line of a comment.
    """

    id: str
    policy: str
    resource: str
    location: Location
    container: str | None = None
    file: str = ""
    reason: str = ""
    owner: str = ""
    ticket: str = ""
    opened: str = ""
    expires: str = ""
    accepted: tuple[Accepted, ...] = ()
    form: Form = "file"
    text: str = ""


class Objection(NamedTuple):
    """What is to be said of a waiver: by which `policy` of the pack `gate`, in a `message`.

    `refuses` says that the waiver does not count for it; `level` replaces that of the policy.
    """

    policy: str
    message: str
    refuses: bool = True
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a `waiver` stands today, with all `objections` to it.

    `state` is `in force`, `expired`, `refused`, `settled` (what it excused is restored), `exceeded`
    (it is worse than what was accepted), `orphaned` (what it is about is gone), `unused`, or `removed` by this
    change, which still needs it. `days_left`
    is 0 on the last day, None without an end. `added` says that this change adds or edits it, `answers`
    how many findings of this run it excuses.
    """

    waiver: Waiver
    state: State
    days_left: int | None = None
    added: bool = False
    answers: int = 0
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a policy says about one place of one change.

    `policy` and `title` are whose it is; `level` is what it is worth, `status` whether the change `introduced` or `loosened` it or
    the base had it, and `blocks` whether it stops the merge under the settings of the run. `message` is one sentence. `resource`,
    its API `version` and the `container` are what it is about; None and empty for a file. `location` is the place at the head, and
    `base_location` that at the base. `fingerprint` is the same in every run that finds this, and `excerpt` its lines. `path` is the place in words (`spec.containers[web].image`). `was` and `now` are JSON values,
    None for "not there", `UNSET` when they must not be shown or make no sense. `grade` is
    `possible` when the verdict rests on something that cannot be seen from here, or on which of several
    resources of the base this one was. `fix` says how to
    mend it, `edit` does, where that is safe. `related` are the findings that it speaks for.
    `class_` says what a loosening costs. `record` makes `accepted`: few findings are ever waived. `waiver`
    is what excuses it, if anything.
    """

    policy: str
    title: str
    level: Level
    status: Status
    blocks: bool
    message: str
    location: Location
    resource: ResourceId | None = None
    version: str = ""
    container: str | None = None
    path: str = ""
    base_location: Location | None = None
    was: Any = UNSET
    now: Any = UNSET
    grade: Grade | None = None
    fix: str = ""
    edit: Edit | None = None
    fingerprint: str = ""
    excerpt: tuple[SourceLine, ...] = ()
    related: tuple[Related, ...] = ()
    class_: Class | None = None
    record: Callable[[], Accepted] | None = field(default=None, repr=False, compare=False)
    waiver: Standing | None = None

    @property
    def accepted(self) -> Accepted | None:
        """What a waiver of it would record: what stands there at the base and at the head."""
        return self.record() if self.record is not None else None


class Fault(NamedTuple):
    """Something could not be judged, and the gate must not pretend that it was.

    `stage` is where: `start`, `read`, `settings` or `policy`. `message` says what; `location` and `policy`, if any, are whose fault it is.
    """

    stage: str
    message: str
    location: Location | None = None
    policy: str | None = None


class NotJudged(NamedTuple):
    """A `file` that was looked at and could not be read as manifests, with the `reason`: the page `not-judged` lists them."""

    file: str
    reason: str


class Revision(NamedTuple):
    """One side of the comparison: `rev` is a commit id, `worktree`, `index`, `stdin` or None, `how` how it was found, in words."""

    rev: str | None
    how: str


class Counts(NamedTuple):
    """How much was judged, and what came of it.

    Of what was read: `files`, `documents`, `resources`, those of them that `changed`, `policies` that were on. Of findings, without
    waived ones: `introduced`, `loosened`, `existing`; and `waived`. Of what was not: `faults`, `not_judged` files, changed
    resources that are `not_validated` by a schema, and `not_ordered` by a policy that compares.
    """

    files: int = 0
    documents: int = 0
    resources: int = 0
    changed: int = 0
    policies: int = 0
    introduced: int = 0
    loosened: int = 0
    existing: int = 0
    waived: int = 0
    faults: int = 0
    not_judged: int = 0
    not_validated: int = 0
    not_ordered: int = 0


class Artifact(NamedTuple):
    """What a resource runs, or makes others run: an image, a chart, a revision of a repository.

    `place` is the container, or the field that names it; `name` what it says, `pin` how firmly, and `was` and `was_pin` the same at
    the base; empty strings and `unknown` for a side without one.
    """

    place: str
    name: str
    pin: Pin
    was: str = ""
    was_pin: Pin = "unknown"


class Reconciler(NamedTuple):
    """An Application, an ApplicationSet or a Kustomization of Flux that brings a file into a cluster.

    `resource` is its name, `location` where it stands. `self_heal` says whether it undoes what is changed by hand, `prune` whether it deletes what is gone from
    git; None where that is filled in later. `grade` is `possible` where it may read another repository.
    """

    resource: ResourceId
    location: Location
    self_heal: bool | None
    prune: bool | None
    grade: Grade = "possible"


class Running(NamedTuple):
    """What becomes of a resource when the change is merged: what it runs then, and who sees to it.

    `action` is what the change does to the `resource` at its `location`; `artifacts` are what it runs, `reconcilers` who applies it.
    `protected` says that the resource itself forbids to prune it.
    """

    resource: ResourceId
    action: Action
    location: Location
    artifacts: tuple[Artifact, ...] = ()
    reconcilers: tuple[Reconciler, ...] = ()
    protected: bool = False


class Hazard(NamedTuple):
    """Why restoring the manifest does not bring back what was there.

    `id` names the kind of hazard, `resource` and `location` what it is about, `what` says what the change does, `why` what a revert misses, `advice` what
    to do. `policy` is whose finding says so, empty where none does.
    """

    id: str
    resource: ResourceId | None
    location: Location
    what: str
    why: str
    advice: str
    policy: str = ""


class Undo(NamedTuple):
    """How to take back what a change loosens in one `file`, `base_file` at the base: so many `findings`.

    A file that is `gone` is restored as a whole. Else `patch` holds the lines of a unified diff from the head
    to the base, values that could be secret masked; `applies` says that nothing is masked, so that git takes
    it. It is empty where the lines do not say it.
    """

    file: str
    base_file: str
    findings: int
    gone: bool = False
    patch: tuple[str, ...] = ()
    applies: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run has to say, sorted, without a clock and without absolute paths.

    `outcome` is `pass`, `block` or `error` (it could not be judged). `base` and `head` are what was compared. `findings` are what counts,
    `waived` what is excused; together they are all that was found. `faults` and `not_judged` are what nobody can vouch for, `counts` how much
    there is of everything. `notes` are sentences about the run itself (which base was taken and why, what was ignored).
    `waivers` are all that there are, those that the change adds first. `edited` are the files of the gate itself
    that the change edits. `running`, `hazards` and `undo` are there where somebody has asked for the outlook.
    `mendable` is how many findings `policygate fix` puts back, where somebody has asked for that. `shows_old` is whether
    people are shown what the base had already, and not only how much that is.
    """

    outcome: Outcome
    base: Revision
    head: Revision
    findings: tuple[Finding, ...] = ()
    waived: tuple[Finding, ...] = ()
    faults: tuple[Fault, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Counts = Counts()
    waivers: tuple[Standing, ...] = ()
    edited: tuple[str, ...] = ()
    running: tuple[Running, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    undo: tuple[Undo, ...] = ()
    mendable: int = 0
    shows_old: bool = True

    @property
    def exit_code(self) -> int:
        """0 nothing blocks, 1 something blocks, 2 the gate could not do its job."""
        return {"pass": 0, "block": 1, "error": 2}[self.outcome]
