"""`policygate check --show-settings`: what is in force, and where each of it is set."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.api import InForce
    from policygate.model import Path as Place
    from policygate.policy.types import Policy
    from policygate.settings import Settings


def shown(
    base: str | None,
    policy_ref: str | None,
    policies: str | None,
    *,
    everything: bool,
    staged: bool,
) -> str:
    """The settings of whatever would judge, as text."""
    from policygate.api import trust_root
    from policygate.sources import Request, compare
    from policygate.vetted import Vetted

    request = Request(base=base, all=everything, staged=staged)
    with compare(request, Path(), os.environ) as comparison:
        found = trust_root(comparison, Path(), Vetted(os.environ), policy_ref, policies)
        return "\n".join(_lines(found)) + "\n"


def _lines(found: InForce) -> Iterator[str]:
    from policygate.reporters.safe import show
    from policygate.reporters.summary import short

    settings, where = found.settings, found.where
    file = (
        ".policygate/config.yaml" if settings.positions else "no .policygate/config.yaml: defaults"
    )
    yield f"from {short(where)} ({show(where.how)}): {file}"
    yield ""
    for key, value in _values(settings).items():
        yield f"{key}: {show(_said(value))}  ({_origin(settings, tuple(key.split('.')))})"
    yield ""
    on = [each for each in found.policies if each.enabled]
    yield f"{len(on)} of {len(found.policies)} policies are on; what settings say of them:"
    lines = [line for each in found.policies for line in _of_policy(each, settings)]
    yield from lines or ["  nothing: all are as they ship"]
    for at, override in enumerate(settings.overrides):
        names = ", ".join((*override.policies, *override.packs))
        yield f"  override of {show(names)}  ({_origin(settings, ('overrides', at))})"
    for each in found.central:
        yield f"  {show(each.id)} {each.level}  (--policies: {show(each.file)})"


def _values(settings: Settings) -> Mapping[str, Any]:
    limits = settings.waivers
    return {
        "kubernetes": [".".join(map(str, each)) for each in settings.kubernetes] or "the newest",
        "schemas": settings.schemas,
        "gate.existing": settings.existing,
        "gate.fail_on": settings.fail_on,
        "files.include": settings.include,
        "files.exclude": settings.exclude,
        "python_policies": settings.python_policies,
        **{f"waivers.max_days.{level}": days for level, days in limits.max_days.items()},
        "waivers.not_waivable": limits.not_waivable,
        "waivers.require": limits.require,
        "waivers.owners": limits.owners or "anybody",
        "peer_markers": settings.peer_markers,
    }


def _said(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return "any" if value is None else str(value)


def _origin(settings: Settings, path: Place) -> str:
    """Where a key is set: the line, or `default`."""
    at = settings.positions.locate(path) if settings.positions is not None else None
    above = settings.positions.locate(path[:-1]) if settings.positions is not None else None
    if (
        at is None
        or (len(path) > 1 and at == above)
        or (len(path) == 1 and not _is_key(settings, path))
    ):
        return "default"
    return f"line {at.line}"


def _is_key(settings: Settings, path: Place) -> bool:
    positions = settings.positions
    return positions is not None and positions.locate(path) != positions.locate(())


def _of_policy(policy: Policy, settings: Settings) -> Iterator[str]:
    from policygate.reporters.safe import show
    from policygate.settings import chosen_for

    said = chosen_for(policy, settings.policies, settings.packs)
    if said is None:
        return
    own = policy.id in settings.policies
    params = ", ".join(f"{key}={value}" for key, value in said.params.items())
    state = f"{policy.id} {policy.level} {'on' if policy.enabled else 'off'} {params}".rstrip()
    path = ("policies", policy.id) if own else ("packs", policy.pack)
    yield f"  {show(state)}  ({_origin(settings, path)})"
