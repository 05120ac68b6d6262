"""What a change of settings and policies takes away from the gate.

By structure: what is off, lower, narrower, or bounded less. What cannot be told so (a parameter, an
expression) is said to be changed, and the preview of verdicts says what that costs (`preview`). Not for
changes of manifests: `order` knows those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.adopted import FILE as ADOPTED
from policygate.model import LEVELS, Location
from policygate.policy.types import completed
from policygate.settings import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policygate.model import Path
    from policygate.policy.types import GateState, Match, Policy
    from policygate.settings import Choice, Override, Settings

_EXISTING: Final = ("fail", "warn", "report")
_FAIL_ON: Final = ("note", "warning", "error", "never")
_MARKERS: Final = ("ignore", "report", "honour")
"""Strictest first."""
_WORKFLOWS: Final = (
    ".github/", ".gitlab-ci", ".gitlab/", ".circleci/", ".forgejo/", ".gitea/", "azure-pipelines", "CODEOWNERS", "docs/CODEOWNERS", "Jenkinsfile",
    "Makefile", "Taskfile", "justfile", ".woodpecker", ".buildkite/", "bitbucket-pipelines",
)  # fmt: skip


def differing(base: GateState, head: GateState) -> Iterator[str]:
    """Yield the policies that judge at the base and that are there at the head, but not the same."""
    for name, old in sorted(base.policies.items()):
        new = head.policies.get(name)
        if new is not None and old.enabled and new.enabled and _essence(old) != _essence(new):
            yield name


def _essence(policy: Policy) -> Any:
    """What a policy judges and demands, not what it says."""
    if policy.source is not None and policy.params is None:  # shipped, and as it ships
        return policy.id
    policy = completed(policy)
    spec = policy.written.spec if policy.written else {}
    demands = [spec.get(key) for key in ("validations", "matchConditions", "variables", "scope")]
    return (policy.match, policy.exclude, repr(policy.params), repr(demands))


class Weakening(NamedTuple):
    """One thing that the gate would do less of, in words, and where that is written."""

    message: str
    location: Location
    surely: bool = True


def may_run_the_gate(path: str) -> bool:
    """Whether a file is a workflow or a hook: one that names the gate runs it."""
    return path == ".pre-commit-config.yaml" or path.startswith(_WORKFLOWS)


def weakenings(base: GateState | None, head: GateState) -> Iterator[Weakening]:
    """Yield what a change takes away from the gate.

    Args:
        base: The gate that judges; None without a base.
        head: The gate that would judge after the merge.
    """
    if base is None or base.settings is None or head.settings is None:
        return
    yield from _of_settings(base.settings, head.settings)
    more = len(head.adopted - base.adopted)
    if more:
        yield Weakening(f"more is adopted as old debt: {more}", Location(ADOPTED, 1))
    for name, times, at in head.lost:
        where = f"{at.file}:{at.line}" + (f" and {times - 1} more" if times > 1 else "")
        yield Weakening(f"{name} would not find any more what it finds in {where}", at)
    before, after = base.settings.overrides, head.settings.overrides
    for policy_id, policy in sorted(base.policies.items()):
        if policy.enabled or _switched_on(before, policy):
            yield from _of_policy(
                policy, head.policies.get(policy_id), head.settings, before, after
            )


def _place(settings: Settings, path: Path) -> Location:
    positions = settings.positions
    return Location(FILE, 0) if positions is None else positions.locate(path)


# Settings


def _of_settings(base: Settings, head: Settings) -> Iterator[Weakening]:
    for key, old, new, order in (
        ("gate.existing", base.existing, head.existing, _EXISTING),
        ("gate.fail_on", base.fail_on, head.fail_on, _FAIL_ON),
        ("peer_markers", base.peer_markers, head.peer_markers, _MARKERS),
    ):
        if order.index(new) > order.index(old):
            yield Weakening(f"`{key}` {old} → {new}", _place(head, tuple(key.split("."))))
    for key, lost in (
        ("files.include", {*base.include} - {*head.include}),
        ("kubernetes", {*base.kubernetes} - {*head.kubernetes} if head.kubernetes else set()),
        ("schemas", {*base.schemas} - {*head.schemas}),
        ("waivers.not_waivable", {*base.waivers.not_waivable} - {*head.waivers.not_waivable}),
        ("waivers.require", {*base.waivers.require} - {*head.waivers.require}),
    ):
        if lost:
            yield Weakening(f"`{key}` loses {_listed(lost)}", _place(head, tuple(key.split("."))))
    more = {*head.exclude} - {*base.exclude}
    if more:
        yield Weakening(
            f"`files.exclude` gains {_listed(more)}", _place(head, ("files", "exclude"))
        )
    yield from _of_limits(base, head)


def _of_limits(base: Settings, head: Settings) -> Iterator[Weakening]:
    owners, before = {*head.waivers.owners}, {*base.waivers.owners}
    if before and (not owners or owners - before):
        what = f"gains {_listed(owners - before)}" if owners else "is for anybody"
        yield Weakening(f"`waivers.owners` {what}", _place(head, ("waivers", "owners")))
    for level in LEVELS:
        old, new = base.waivers.max_days.get(level), head.waivers.max_days.get(level)
        if old is not None and (new is None or new > old):
            place = _place(head, ("waivers", "max_days", level))
            yield Weakening(f"`waivers.max_days.{level}` {old} → {new or 'any'}", place)


# Policies


def _of_policy(
    old: Policy,
    new: Policy | None,
    settings: Settings,
    before: tuple[Override, ...],
    after: tuple[Override, ...],
) -> Iterator[Weakening]:
    own_word = old.id in settings.policies or old.pack not in settings.packs
    at = _place(settings, ("policies", old.id) if own_word else ("packs", old.pack))
    if new is None:
        yield Weakening(f"the policy {old.id} is removed", Location(old.file, 0))
        return
    if old.enabled and not new.enabled:
        yield Weakening(f"the policy {old.id} is switched off", at)
    if LEVELS.index(new.level) > LEVELS.index(old.level):
        yield Weakening(f"the level of {old.id}: {old.level} → {new.level}", at)
    if new.params != old.params:  # of an outline they are not known
        old, new = completed(old), completed(new)
    if new.params != old.params:
        yield Weakening(f"parameters of {old.id} change: {_changed(old, new)}", at, surely=False)
    yield from _of_overrides(old, before, after, settings)
    own = Location(new.file, 1)
    for what in _of_match(old.match, new.match):
        yield Weakening(f"the policy {old.id} matches less: {what}", own)
    if new.exclude is not None and new.exclude != old.exclude:
        yield Weakening(f"the policy {old.id} excludes more", own)
    if old.waivable < new.waivable:
        yield Weakening(f"the policy {old.id} can be waived", own)
    yield from _of_spec(old, new, own)


def _of_match(old: Match, new: Match) -> Iterator[str]:
    for name in ("kinds", "operations", "namespaces", "paths"):
        was, now = {*getattr(old, name)}, {*getattr(new, name)}
        if now and (not was or was - now):
            yield f"{name} {_listed(was) or 'any'} → {_listed(now)}"
    if {*new.labels} - {*old.labels}:
        yield "labels"


def _of_spec(old: Policy, new: Policy, own: Location) -> Iterator[Weakening]:
    """What a policy in YAML demands no more; what it demands in other words is said to change."""
    if old.written is None or new.written is None:
        return
    was, now = old.written.spec, new.written.spec
    demands = [_demand(each) for each in now.get("validations", ())]
    lost = [each for each in map(_demand, was.get("validations", ())) if each not in demands]
    if lost and len(demands) < len(was["validations"]):
        yield Weakening(f"the policy {old.id} loses a validation", own)
    elif lost:
        yield Weakening(f"the policy {old.id} demands something else", own, surely=False)
    conditions = [each["expression"] for each in was.get("matchConditions", ())]
    more = [e for e in now.get("matchConditions", ()) if e["expression"] not in conditions]
    if more:
        yield Weakening(f"the policy {old.id} matches less: a condition more", own)
    if was.get("variables", []) != now.get("variables", []) and not lost:
        yield Weakening(f"the policy {old.id} demands something else", own, surely=False)


def _demand(validation: Mapping[str, Any]) -> str:
    return repr(validation.get("expression") or validation.get("schema"))


def _changed(old: Policy, new: Policy) -> str:
    was, now = _as_mapping(old.params), _as_mapping(new.params)
    keys = sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
    return ", ".join(f"`{key}` {was.get(key)} → {now.get(key)}" for key in keys)


def _as_mapping(params: Any) -> Mapping[str, Any]:
    named = getattr(params, "_asdict", None)
    return named() if named is not None else dict(params or {})


# Overrides


def _switched_on(overrides: Iterable[Override], policy: Policy) -> bool:
    said = (each.choice(policy) for each in overrides)
    return any(each.enabled for each in said if each is not None)


def _of_overrides(
    policy: Policy, before: tuple[Override, ...], after: tuple[Override, ...], settings: Settings
) -> Iterator[Weakening]:
    known = [(each.match, each.choice(policy)) for each in before]
    found = [(each.match, each.choice(policy)) for each in after]
    for at, (match, choice) in enumerate(found):
        if choice is not None and (match, choice) not in known and _frees(policy, choice):
            path = (
                ("policies", policy.id)
                if policy.id in after[at].policies
                else ("packs", policy.pack)
            )
            place = _place(settings, ("overrides", at, *path))
            yield Weakening(
                f"an override for {_named(match)} switches off or lowers {policy.id}", place
            )
    for match, choice in known:
        if choice is not None and (match, choice) not in found and not _frees(policy, choice):
            place = _place(settings, ("overrides",))
            yield Weakening(f"the override for {_named(match)} of {policy.id} is gone", place)


def _frees(policy: Policy, choice: Choice) -> bool:
    lower = choice.level in LEVELS and LEVELS.index(choice.level) > LEVELS.index(policy.level)
    return choice.enabled is False or lower or bool(choice.params)


def _named(match: Match) -> str:
    parts = (*match.paths, *match.namespaces, *match.kinds, *(f"{k}={v}" for k, v in match.labels))
    return ", ".join(parts) or "everything"


def _listed(items: Iterable[object]) -> str:
    return ", ".join(
        sorted(".".join(map(str, i)) if isinstance(i, tuple) else str(i) for i in items)
    )
