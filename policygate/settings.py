"""A repository's settings, `.policygate/config.yaml`: read, validated, applied to policies.

Settings come from the base (DESIGN 4.5); which tree they are read from is `api`'s business.
"""

from __future__ import annotations

import dataclasses
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.errors import SettingsError, UsageError
from policygate.globs import matches_any
from policygate.kube.pod_security import Version, version_of
from policygate.model import LEVELS
from policygate.policy.match import applies_to
from policygate.policy.params import ParamError, param_names, with_params
from policygate.policy.types import Match, Policy, completed
from policygate.vetted import NOTHING, Vetted
from policygate.yamldoc import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policygate.model import Change, Path, Positions, Resource
    from policygate.policy.types import Check, Pair, Problem

FILE: Final = ".policygate/config.yaml"
OWN_POLICIES: Final = ".policygate/policies/"
INCLUDE: Final = ("**/*.yaml", "**/*.yml", "**/*.json", "**/kustomization")


class Choice(NamedTuple):
    """What settings say about one policy or pack; None leaves it as it is."""

    enabled: bool | None = None
    level: str | None = None
    params: Mapping[str, Any] = MappingProxyType({})


class Override(NamedTuple):
    """Choices for some resources only."""

    match: Match
    policies: Mapping[str, Choice]
    packs: Mapping[str, Choice] = MappingProxyType({})

    def choice(self, policy: Policy) -> Choice | None:
        """What it says of a policy."""
        return chosen_for(policy, self.policies, self.packs)


def chosen_for(
    policy: Policy, policies: Mapping[str, Choice], packs: Mapping[str, Choice]
) -> Choice | None:
    """What is said of a policy, key by key: its own word outweighs that of its pack; None if nothing is."""
    own, pack = policies.get(policy.id), packs.get(policy.pack)
    if pack is None:
        return own
    has = param_names(policy) if pack.params else ()
    params = {name: value for name, value in pack.params.items() if name in has}
    if own is None:
        return pack._replace(params=params)
    return Choice(
        pack.enabled if own.enabled is None else own.enabled,
        own.level or pack.level,
        {**params, **own.params},
    )


class WaiverLimits(NamedTuple):
    """What waivers may do: how many days by the level of their policy, for what, by whom, and what they say."""

    max_days: Mapping[str, int] = MappingProxyType({"error": 14, "warning": 90})
    not_waivable: tuple[str, ...] = ()
    require: tuple[str, ...] = ("reason", "owner", "expires")
    owners: tuple[str, ...] = ()


class Settings(NamedTuple):
    """Everything a repository may set; the defaults are what holds without a file.

    `kubernetes` are the versions of the clusters, none for the newest; `schemas` folders with the
    schemas of custom kinds. `positions` knows where the keys stand in the file, for messages.
    """

    existing: str = "warn"
    fail_on: str = "error"
    packs: Mapping[str, Choice] = MappingProxyType({})
    policies: Mapping[str, Choice] = MappingProxyType({})
    overrides: tuple[Override, ...] = ()
    include: tuple[str, ...] = INCLUDE
    exclude: tuple[str, ...] = ()
    python_policies: tuple[str, ...] = ()
    kubernetes: tuple[Version, ...] = ()
    schemas: tuple[str, ...] = ()
    waivers: WaiverLimits = WaiverLimits()
    peer_markers: str = "honour"
    positions: Positions | None = None

    def wants(self, path: str) -> bool:
        """Whether a file is looked at for manifests; `A.YAML` is what `a.yaml` is."""
        return self.includes(path) and not self.excludes(path)

    def includes(self, path: str) -> bool:
        """Whether a file is called what a manifest is called."""
        return matches_any(self.include, path) or matches_any(self.include, path.lower())

    def excludes(self, path: str) -> bool:
        """Whether a file is left out whatever it is called."""
        return matches_any(self.exclude, path)

    def runs(self, path: str) -> bool:
        """Whether a Python policy of the repository is named, and so may run."""
        return path.endswith(".py") and matches_any(self.python_policies, path)


def read_settings(data: bytes, file: str = FILE, vetted: Vetted = NOTHING) -> Settings:
    """Read a settings file.

    Args:
        data: Its bytes.
        file: Its path, for messages.
        vetted: Which files have passed the format before.

    Raises:
        SettingsError: With file, line and column of what is wrong, and the nearest valid key.
    """
    parsed = parse(data, file, templates=False)
    for document in parsed.documents:
        for issue in document.issues:
            at = issue.location
            raise SettingsError(f"{file}:{at.line}:{at.column}: {issue.message}")
    if not parsed.documents:
        return Settings()
    document = parsed.documents[0]
    if len(parsed.documents) > 1 or not isinstance(document.value, dict):
        raise SettingsError(f"{file}:{document.first_line}:1: settings are one mapping")
    if not vetted.knows(data, "settings"):
        from policygate.policy.document import validate
        from policygate.settings_document import SettingsDocument

        validate(SettingsDocument, document.value, document, SettingsError)
        vetted.remember(data, "settings")
    return _build(document.value, document)


def _build(value: Mapping[str, Any], positions: Positions) -> Settings:
    gate, files = value.get("gate", {}), value.get("files", {})
    return Settings(
        existing=gate.get("existing", "warn"),
        fail_on=gate.get("fail_on", "error"),
        packs=_choices(value.get("packs", {})),
        policies=_choices(value.get("policies", {})),
        overrides=tuple(
            Override(
                Match(
                    kinds=tuple(each["match"].get("kinds", ())),
                    namespaces=tuple(each["match"].get("namespaces", ())),
                    labels=tuple(sorted(each["match"].get("labels", {}).items())),
                    paths=tuple(each["match"].get("paths", ())),
                ),
                _choices(each.get("policies", {})),
                _choices(each.get("packs", {})),
            )
            for each in value.get("overrides", ())
        ),
        include=tuple(files.get("include", INCLUDE)),
        exclude=tuple(files.get("exclude", ())),
        python_policies=tuple(value.get("python_policies", ())),
        kubernetes=tuple(filter(None, map(version_of, value.get("kubernetes", ())))),
        schemas=tuple(value.get("schemas", ())),
        waivers=_limits(value.get("waivers", {})),
        peer_markers=value.get("peer_markers", "honour"),
        positions=positions,
    )


def _limits(value: Mapping[str, Any]) -> WaiverLimits:
    default = WaiverLimits()
    return WaiverLimits(
        max_days={**default.max_days, **value.get("max_days", {})},
        not_waivable=tuple(value.get("not_waivable", ())),
        require=tuple(value.get("require", default.require)),
        owners=tuple(value.get("owners", ())),
    )


def _choices(value: Mapping[str, Any]) -> dict[str, Choice]:
    return {
        name: Choice(each.get("enabled"), each.get("level"), each.get("params", {}))
        for name, each in value.items()
    }


def apply_settings(settings: Settings, policies: Sequence[Policy]) -> tuple[Policy, ...]:
    """Apply what settings say about packs and policies, those that are off included.

    Raises:
        SettingsError: For an unknown pack, policy or parameter, with its place.
    """
    asked = {n for _, _, of_packs in _said(settings) for n, each in of_packs.items() if each.params}
    policies = [completed(each) if each.pack in asked else each for each in policies]  # loaded once
    by_id = {policy.id: policy for policy in policies}
    packs = {policy.pack for policy in policies}
    for index, name in enumerate(settings.waivers.not_waivable):
        known = by_id.keys() | packs
        _refuse_unknown(settings, ("waivers", "not_waivable", index), "policy or pack", known, name)
    for place, of_policies, of_packs in _said(settings):
        for name, choice in of_packs.items():
            _refuse_unknown(settings, (*place, "packs", name), "pack", packs)
            members = [policy for policy in policies if policy.pack == name]
            _refuse_params(settings, (*place, "packs", name), choice, members)
        for name, choice in of_policies.items():
            _refuse_unknown(settings, (*place, "policies", name), "policy", by_id.keys())
            _configured(by_id[name], choice, settings, (*place, "policies", name))
    chosen = []
    for policy in policies:
        choice = chosen_for(policy, settings.policies, settings.packs) or Choice()
        if choice.enabled not in (None, policy.enabled):
            policy = dataclasses.replace(policy, enabled=choice.enabled)  # noqa: PLW2901
        chosen.append(_configured(policy, choice, settings))
    return tuple(chosen)


def _said(
    settings: Settings,
) -> Iterator[tuple[Path, Mapping[str, Choice], Mapping[str, Choice]]]:
    """Where something is said of policies and packs, and what."""
    yield (), settings.policies, settings.packs
    for index, each in enumerate(settings.overrides):
        yield ("overrides", index), each.policies, each.packs


def _refuse_params(
    settings: Settings, path: Path, choice: Choice, policies: Sequence[Policy]
) -> None:
    """Refuse parameters of a pack that none of its policies has, or that one does not take."""
    for name, value in choice.params.items():
        place = (*path, "params", name)
        having = [policy for policy in policies if name in param_names(policy)]
        if not having:
            known = sorted({each for policy in policies for each in param_names(policy)})
            raise SettingsError(
                f"{_where(settings, place)}: no policy of the pack `{path[-1]}` has a parameter `{name}`",
                f"They have: {', '.join(known) or 'none'}.",
                _marked(settings, place),
            )
        for policy in having:
            _configured(policy, Choice(params={name: value}), settings, path)


def _refuse_unknown(
    settings: Settings, path: Path, word: str, known: Iterable[str], name: str = ""
) -> None:
    name = name or str(path[-1])
    if name not in known:
        raise SettingsError(
            f"{_where(settings, path)}: there is no {word} `{name}`",
            nearest(name, known),
            _marked(settings, path),
        )


def _where(settings: Settings, path: Path) -> str:
    if settings.positions is None:
        return FILE
    at = settings.positions.locate(path)
    return f"{at.file}:{at.line}:{at.column}"


def _marked(settings: Settings, path: Path) -> str:
    from policygate.policy.document import marked

    positions = settings.positions
    return "" if positions is None else marked(positions, positions.locate(path))


def _configured(policy: Policy, choice: Choice, settings: Settings, path: Path = ()) -> Policy:
    try:
        policy = with_params(policy, choice.params)
    except ParamError as wrong:
        place = (*path, "params", wrong.key)
        marks = _marked(settings, place)
        raise SettingsError(f"{_where(settings, place)}: {wrong}", "", marks) from None
    if choice.level is not None:
        policy = dataclasses.replace(policy, level=choice.level, level_set=True)  # type: ignore[arg-type]
    return policy


def override(settings: Settings, policy: Policy, change: Change) -> Policy | None:
    """Apply the overrides that match a resource; the first that sets a key wins.

    Where the base and the head match different ones (a label was added, a file was moved), neither
    may loosen what the other asks for: on beats off, the higher level counts, and the check is made
    with the parameters of both.

    Returns:
        The policy as it holds for this resource, None where it is off.
    """
    sides = [each for each in (change.base, change.head) if each is not None]
    overridden = (_overridden(settings, policy, side) for side in sides)
    found = [each for each in overridden if each is not None]
    if not found or all(each == found[0] for each in found):
        return found[0] if found else None
    level = min((each.level for each in found), key=LEVELS.index)
    whole, params = completed(found[-1]), [each.params for each in found[::-1]]
    check = partial(_with_each, whole.check, params) if params[0] != params[-1] else whole.check
    firm = any(each.level_set for each in found)
    return dataclasses.replace(whole, level=level, level_set=firm, check=check)


def _with_each(check: Check, every: Iterable[Any], pair: Pair, _: Any) -> Iterator[Problem]:
    """What a check says with any of some parameters, once about a place."""
    said: list[tuple[Any, Any]] = []
    for params in every:
        for problem in check(pair, params):
            place = (problem.path, problem.key)
            if place not in said:
                said.append(place)
                yield problem


def _overridden(settings: Settings, policy: Policy, resource: Resource) -> Policy | None:
    enabled: bool | None = None
    level: str | None = None
    params: dict[str, Any] = {}
    for each in settings.overrides:
        choice = each.choice(policy)
        if choice is None or not applies_to(each.match, resource):
            continue
        enabled = choice.enabled if enabled is None else enabled
        level = choice.level if level is None else level
        params = {**choice.params, **params}
    if not (policy.enabled if enabled is None else enabled):
        return None
    return _configured(policy, Choice(None, level, params), settings) if level or params else policy


def select(
    policies: Sequence[Policy],
    select: Iterable[str],
    ignore: Iterable[str],
    overrides: Sequence[Override] = (),
) -> tuple[Policy, ...]:
    """Keep the selected policies, by id or pack, without the ignored ones.

    Args:
        policies: All there are.
        select: Ids and packs; they judge even where they are off. Without any, those that are on.
        ignore: Ids and packs to leave out.
        overrides: May switch on for some resources what is off otherwise.

    Raises:
        UsageError: For a word that is neither an id nor a pack, or when nothing is left.
    """
    select, ignore = tuple(select), tuple(ignore)
    known = {p.id for p in policies} | {p.pack for p in policies}
    for word in (*select, *ignore):
        if word not in known:
            raise UsageError(f"there is no policy or pack `{word}`", nearest(word, known))
    wanted = {
        policy.id
        for policy in policies
        for over in overrides
        if (said := over.choice(policy)) is not None and said.enabled
    }
    kept = tuple(
        dataclasses.replace(p, enabled=True) if select and not p.enabled else p
        for p in policies
        if (p.id in select or p.pack in select if select else p.enabled or p.id in wanted)
        and p.id not in ignore
        and p.pack not in ignore
    )
    if not kept:
        raise UsageError("no policy is left to judge with", "See `policygate policies`.")
    return kept


def nearest(word: str, known: Iterable[str]) -> str:
    """What to say to somebody who has named a policy, or a pack, that there is not."""
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"Did you mean `{close[0]}`?" if close else "See `policygate policies`."
