"""What a tree of the repository says about the gate itself: its settings and its own policies.

Those of the base judge. Those that a change proposes are read, so that they are not found broken
after the merge, and never used or run. Not for the formats: `settings` and `policy` know them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from policygate.adopted import FILE as ADOPTED
from policygate.adopted import read_adopted
from policygate.errors import PolicygateError, SettingsError, UsageError
from policygate.model import Fault, Location
from policygate.policy.loader import is_policy_file, load_own, load_shipped, sorted_unique
from policygate.policy.types import GateState
from policygate.settings import FILE, OWN_POLICIES, Choice, Settings, apply_settings, read_settings
from policygate.vetted import NOTHING, Vetted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from policygate.policy.types import Policy
    from policygate.sources import Snapshot

CENTRAL_PACK = "central"
"""The pack of policies that stand in no folder below the one that was named."""
FOLDER = FILE.rpartition("/")[0] + "/"
"""Where everything about the gate stands."""


def load_policies(
    trusted: Snapshot | None, vetted: Vetted = NOTHING, central: Sequence[Policy] = ()
) -> tuple[Settings, tuple[Policy, ...]]:
    """Load the settings and all policies, as one tree of a repository has them.

    Args:
        trusted: The tree that settings and own policies are read from; None for neither.
        vetted: Which files have passed their format before.
        central: Policies from elsewhere, see `load_central`.

    Raises:
        SettingsError: When the settings are broken.
        PolicyError: When a policy file is broken.
    """
    shipped = load_shipped(whole=False)
    if trusted is None:
        return Settings(), sorted_unique((*shipped, *central))
    settings = _settings(trusted, vetted)
    own = load_own(_files(trusted, settings), vetted)
    return settings, apply_settings(settings, sorted_unique((*shipped, *central, *own)))


def load_central(folder: Path, vetted: Vetted = NOTHING) -> tuple[Policy, ...]:
    """Load the policies of a folder that whoever runs the gate has named: packs, or files.

    Policies in Python run: the caller sees to it that the folder is none of the repository's.

    Raises:
        UsageError: When there is no such folder, or no policy in it.
        PolicyError: When a policy file is broken.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", "--policies names a folder of policies.")
    found: list[Policy] = []
    for file in sorted(folder.rglob("*")):
        if is_policy_file(file.name) and file.is_file():
            name = file.relative_to(folder).as_posix()
            pack = name.partition("/")[0] if "/" in name else CENTRAL_PACK
            for policy in load_own([(name, file.read_bytes())], vetted):
                found.append(replace(policy, pack=pack))
    if not found:
        raise UsageError(f"{folder} holds no policy", "A policy is a .yaml, .yml or .py file.")
    return sorted_unique(found)


def proposed_faults(
    proposed: Snapshot, vetted: Vetted = NOTHING, central: Sequence[Policy] = ()
) -> Iterator[Fault]:
    """Read what a change proposes for the gate, and say what would break every later check.

    Args:
        proposed: The tree of the change. None of its policies in Python is run.
        vetted: Which files have passed their format before.
        central: Policies from elsewhere, see `load_central`.
    """
    settings = Settings()
    try:
        load_adopted(proposed)
    except SettingsError as wrong:
        yield _fault(wrong, ADOPTED)
    try:
        settings = _settings(proposed, vetted)
    except SettingsError as wrong:
        yield _fault(wrong, FILE)
        return
    policies, broken = sorted_unique((*load_shipped(whole=False), *central)), False
    for name, data in _files(proposed, settings):
        try:
            own = load_own([(name, data)], vetted, run=False)
            policies = sorted_unique((*policies, *own))
        except PolicygateError as wrong:
            yield _fault(wrong, name)
            broken = True
    if broken:
        return
    unknown = [
        policy
        for policy in policies
        if policy.file.startswith(OWN_POLICIES) and not policy.examples
    ]
    try:
        apply_settings(_without_params(settings, unknown), policies)
    except SettingsError as wrong:
        yield _fault(wrong, FILE)


def load_adopted(trusted: Snapshot | None) -> frozenset[str]:
    """Load the fingerprints of findings that were adopted.

    Raises:
        SettingsError: When the file is broken.
    """
    data = trusted.read(ADOPTED) if trusted is not None else None
    return frozenset() if data is None else read_adopted(data)


def gate_state(
    tree: Snapshot, vetted: Vetted = NOTHING, central: Sequence[Policy] = ()
) -> GateState:
    """What the gate is in one tree: its settings and its policies; none of its own in Python is run.

    What is broken is left out: `proposed_faults` says so.
    """
    try:
        settings = _settings(tree, vetted)
    except SettingsError:
        return GateState()
    policies = sorted_unique((*load_shipped(whole=False), *central))
    for name, data in _files(tree, settings):
        with suppress(PolicygateError):
            policies = sorted_unique((*policies, *load_own([(name, data)], vetted, run=False)))
    with suppress(SettingsError):
        policies = apply_settings(settings, policies)
    adopted: frozenset[str] = frozenset()
    with suppress(SettingsError):
        adopted = load_adopted(tree)
    return GateState({each.id: each for each in policies}, settings, adopted=adopted)


def _without_params(settings: Settings, unknown: Iterable[Policy]) -> Settings:
    """The settings without the parameters of policies that only running them would tell of."""
    names = {name for policy in unknown for name in (policy.id, policy.pack)}

    def kept(choices: Mapping[str, Choice]) -> dict[str, Choice]:
        return {k: v._replace(params={}) if k in names else v for k, v in choices.items()}

    overrides = tuple(
        each._replace(policies=kept(each.policies), packs=kept(each.packs))
        for each in settings.overrides
    )
    return settings._replace(
        policies=kept(settings.policies), packs=kept(settings.packs), overrides=overrides
    )


def _settings(tree: Snapshot, vetted: Vetted) -> Settings:
    data = tree.read(FILE)
    return Settings() if data is None else read_settings(data, FILE, vetted)


def _files(tree: Snapshot, settings: Settings) -> Iterator[tuple[str, bytes]]:
    for path in tree.paths(OWN_POLICIES):
        if is_policy_file(path) and (not path.endswith(".py") or settings.runs(path)):
            data = tree.read(path)
            if data is not None:
                yield path, data


def located(wrong: PolicygateError, file: str) -> tuple[Location, str]:
    """The place of an error whose message begins with `file:line:column`, and the rest of it with its hint."""
    line, column, message = "1", "1", wrong.message
    if message.startswith(f"{file}:"):
        line, column, message = message.removeprefix(f"{file}:").split(":", 2)
    text = message.strip()
    said = f"{text}. {wrong.hint}" if wrong.hint else text
    return Location(file, int(line), int(column)), said


def _fault(wrong: PolicygateError, file: str) -> Fault:
    """The error as a fault at its place."""
    at, said = located(wrong, file)
    return Fault("settings" if isinstance(wrong, SettingsError) else "policy", said, at)
