"""What a policy is, and what it is given to judge.

Not for reading policy files (`document`, `python`), finding them (`loader`) or running them (`engine`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

from policygate.model import UNSET, Change, Class, Level, Location, Operation, Path, Resource

if TYPE_CHECKING:
    from policygate.kube.schema_checks import Check as SchemaCheck
    from policygate.model import Edit, Positions, Standing
    from policygate.view import View
    from policygate.yamldoc import Parsed

Scope: TypeAlias = Literal["object", "pod", "container", "file", "gate"]
Expectation: TypeAlias = Literal["pass", "fail"]

SCOPES: tuple[Scope, ...] = ("object", "pod", "container", "file", "gate")
OPERATIONS: tuple[Operation, ...] = ("CREATE", "UPDATE", "DELETE")


class Files(Protocol):
    """What a policy may ask about the files of one state, changed or not. They are read when it asks."""

    def read(self, path: str) -> Parsed | None:
        """A file, whatever it is called; None where there is none. Only manifests have documents."""
        ...

    def resources(self, path: str) -> Sequence[Resource]:
        """The resources that a file holds, if it is one of those that are looked at."""
        ...

    def holding(self, word: str, *others: str) -> Sequence[str]:
        """The sorted paths of the text files that hold a word, and one of some others if there are any."""
        ...

    def is_left_plain(self, path: str) -> bool:
        """Whether git-crypt should encrypt a file, and git keeps it as it is."""
        ...

    def is_built(self, path: str) -> bool:
        """Whether a file is taken as far as its folders tell: those with a kustomization, if it names it."""
        ...


class Context(Protocol):
    """What a policy may ask about the rest of the change and of the tree."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change of this run."""
        ...

    def changes_of(self, kind: str) -> Sequence[Change]:
        """Every change of this run to a resource of one kind."""
        ...

    @property
    def kubernetes(self) -> tuple[tuple[int, int], ...]:
        """The versions of Kubernetes that settings name; none for the newest."""
        ...

    def custom_check(self, api_version: str, kind: str) -> SchemaCheck | None:
        """What holds a custom kind against its CRD; None where the tree has none."""
        ...

    @property
    def files(self) -> Files:
        """The files of the head."""
        ...

    @property
    def of_base(self) -> Context:
        """The same questions, answered by the base."""
        ...

    def head_resources(
        self,
        scope: str,
        kind: str | None,
        *,
        namespace: str | None = None,
        name: str | None = None,
    ) -> Sequence[Resource]:
        """Resources of one kind that a folder's files hold at the head, changed or not.

        Those of a namespace or of a name are looked up, not searched: say so where you can. None
        for the kind is every resource, of any namespace and name.
        """
        ...


class Pair(NamedTuple):
    """The subject of a policy at the base and at the head.

    `base` and `head` are `Resource`, `PodSpec`, `Container`, `Parsed` or (scope `gate`) `GateState`, as the
    policy's scope says; those of a resource have a `view`; None where the subject does not exist. `change` is
    the change of the whole resource (None under the scope `file`).
    """

    base: Any
    head: Any
    change: Change | None
    context: Context


class GateState(NamedTuple):
    """What the gate is in one state of the repository: the subject of the scope `gate`.

    Attributes:
        policies: All that there are, as the settings of this state have them, by their ids.
        settings: The settings; None where they cannot be read.
        waivers: Where each waiver stands; only at the head.
        today: The day, ISO, in UTC.
        edited: The files that the change edits and that the gate is run by: workflows, hooks; and whether they
            still name it.
        adopted: The fingerprints of findings that count as old.
        lost: What policies of the base find in the whole tree, and those of this state do not: by policy, how
            often, and where for example.
        has_base: Whether there is a base, and so anything that is older than the change.
    """

    policies: Mapping[str, Policy] = MappingProxyType({})
    settings: Any = None
    waivers: tuple[Standing, ...] = ()
    today: str = ""
    edited: tuple[tuple[str, bool], ...] = ()
    adopted: frozenset[str] = frozenset()
    lost: tuple[tuple[str, int, Location], ...] = ()
    has_base: bool = True


class Problem(NamedTuple):
    """Where and what: all that a policy says. The engine adds the rest.

    Attributes:
        at: The view (or path) that is wrong; a missing view points at its nearest parent.
        message: One sentence that names the thing and what is wrong with it.
        was: Value at the base, where the engine's own look-up would not show it.
        now: Value at the head, likewise.
        key: What makes two problems of one subject the same; by default their place. Set it where
            one meaning can be written in several places (pod or container level).
        known: True when the policy itself knows that the base was no better, False when it knows
            that it was; None lets the engine find out by judging the base.
        possible: Whether something that cannot be seen from here decides; it then never blocks.
        location: A line that the place cannot name: in a file without paths (scope `file`), or inside of
            a text.
        level: The level of this problem, where it is not that of the policy. Settings that set the
            level of the policy set it for every problem.
        edit: What mends it, where that is safe to do without knowing the program.
        unordered: Whether the base is not stricter, but only something else: the change introduces the
            problem, and loosens nothing.
        instead_of: A resource of the base, of another kind or name, that this one takes the place of: what is new
            is then loosened, and not introduced.
    """

    at: View | Path
    message: str
    was: Any = UNSET
    now: Any = UNSET
    key: str = ""
    known: bool | None = None
    possible: bool = False
    location: Location | None = None
    level: Level | None = None
    edit: Edit | None = None
    unordered: bool = False
    instead_of: Resource | None = None

    @property
    def path(self) -> Path:
        """The path of the place, from the root of the resource."""
        return self.at if isinstance(self.at, tuple) else self.at.path


class UnjudgedError(Exception):
    """A policy could not judge its subject; the message says why and holds nothing of the data."""


Check: TypeAlias = Callable[[Pair, Any], Iterable[Problem]]


class Match(NamedTuple):
    """Which resources a policy judges. An empty tuple or mapping matches everything."""

    kinds: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ("CREATE", "UPDATE")
    namespaces: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    paths: tuple[str, ...] = ()


class Example(NamedTuple):
    """A case that a policy must pass or fail: its test and part of its manual page.

    `head` and `base` are bodies of the scope that `binds` names; `text` is a whole manifest file
    instead, `at` the file that it stands in. `beside` are other files that are there, before and
    after: their texts by their paths. `message` is a piece of the message, `path` the place,
    both checked when given.
    """

    name: str
    expect: Expectation
    head: Mapping[str, Any] | None = None
    base: Mapping[str, Any] | None = None
    binds: Literal["object", "pod", "container"] = "object"
    text: str | None = None
    base_text: str | None = None
    params: Mapping[str, Any] = MappingProxyType({})
    message: str = ""
    path: str = ""
    at: str = "example.yaml"
    beside: Mapping[str, str] = MappingProxyType({})


class Written(NamedTuple):
    """The file of a policy in YAML, for the tools of its author: its `spec`, and where things stand."""

    spec: Mapping[str, Any]
    positions: Positions


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule: its id, what it judges, its check and its manual page.

    `params` is the parameters its check gets: a named tuple, or for a policy in YAML a mapping
    whose JSON Schemas are `param_schemas`. `secret` says that the
    values it points at must never be shown. `enabled` says whether it judges where nobody has said
    anything else. `refines` names coarser policies, which say nothing where this one has found
    something. `class_` says what is lost, for a policy that compares. `level_set` says that settings chose the level, which
    then counts for every problem. `standards` are the controls it stands for, such as `CIS 5.2.2`;
    `peers` the checks of other tools that it takes the place of, as `tool:id`. `written` is there for a policy in YAML. `source` loads the whole of a policy that is only an outline. `pack` and `file` are set
    by the loader.
    """

    id: str
    title: str
    level: Level
    check: Check = field(repr=False)
    scope: Scope = "object"
    match: Match = Match()
    exclude: Match | None = None
    params: Any = None
    param_schemas: Mapping[str, Any] = field(default_factory=dict, repr=False)
    why: str = field(default="", repr=False)
    fix: str = field(default="", repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    standards: tuple[str, ...] = field(default=(), repr=False)
    peers: tuple[str, ...] = field(default=(), repr=False)
    examples: tuple[Example, ...] = field(default=(), repr=False)
    waivable: bool = True
    secret: bool = False
    enabled: bool = True
    refines: tuple[str, ...] = ()
    class_: Class | None = None
    level_set: bool = False
    written: Written | None = field(default=None, repr=False, compare=False)
    source: Callable[[], Policy] | None = field(default=None, repr=False, compare=False)
    pack: str = ""
    file: str = ""


def compares(policy: Policy) -> bool:
    """Whether a policy, which is complete, holds the head against the base, and says nothing of a state alone."""
    return policy.class_ is not None or "CREATE" not in policy.match.operations


def completed(policy: Policy) -> Policy:
    """The whole of a policy that may be an outline, with what settings made of it."""
    if policy.source is None:
        return policy
    return replace(
        policy.source(), level=policy.level, level_set=policy.level_set, enabled=policy.enabled
    )
