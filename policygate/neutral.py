"""Why a change is no loosening: what of a resource changed, and what it means to the cluster.

For people who see a long diff and an empty report. Not for judging: the engine has, and what no order is for is
said to be so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policygate.kube.effective import UNSET_DEFAULTS
from policygate.kube.quantity import known_quantity
from policygate.place import counterpart, in_words
from policygate.policy.match import ByKind
from policygate.secrets import may_be_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from policygate.model import Change, Finding, Path, Resource, ResourceId
    from policygate.policy.types import Policy

PACK: Final = "loosened"
"""The pack of the policies that compare by an order."""
_OPAQUE: Final = frozenset({("", "ConfigMap")})
"""Kinds of which an order knows one object by its name, and nothing of all others."""
_MOST: Final = 8
"""So many places of a resource are named."""


def orders_for(policies: Iterable[Policy], changes: Iterable[Change]) -> dict[int, list[str]]:
    """The orders that compare each modified resource, by the `id` of its change; none for no order."""
    by_kind = ByKind([each for each in policies if each.pack == PACK and each.match.kinds])
    found = {}
    for change in changes:
        if change.action == "modified":
            known = by_kind.of(change) if (change.id.group, change.id.kind) not in _OPAQUE else []
            found[id(change)] = sorted(each.id.removeprefix("loosened-") for each in known)
    return found


def not_ordered(policies: Iterable[Policy], changes: Sequence[Change]) -> int:
    """How many modified resources are of kinds that no order is for."""
    found = orders_for(policies, changes)
    return sum(1 for names in found.values() if not names)


def explain(
    policies: Sequence[Policy],
    changes: Sequence[Change],
    findings: Iterable[Finding],
    cut: Callable[[str, ResourceId], str] = lambda text, _about: text,
) -> Iterator[str]:
    """Yield a few lines for every changed resource about which no order has anything to say.

    Args:
        policies: The policies that are on.
        changes: Every change of the run.
        findings: What was found.
        cut: Takes out of a text about a resource what is known to be a secret.
    """
    orders = orders_for(policies, changes)
    said = {finding.resource for finding in findings if finding.status == "loosened"}
    for change in changes:
        base, head = change.base, change.head
        if base is None or head is None or change.id in said:
            continue

        def hide(text: str, about: ResourceId = head.id) -> str:
            return cut(text, about)

        name = hide(f"{head.id.kind} {head.id.name or '(no name)'} in {head.file}")
        if change.action == "same":
            yield f"{name}: equal, whatever its text says"
            continue
        names = orders[id(change)]
        compared = (
            f"no looser in {', '.join(names)}" if names else "changed, and no order is for it"
        )
        yield f"{name}: {compared}"
        places = list(_places(base, head, hide))
        if not places:
            yield "  only the order of lists or keys is another one"
        yield from (f"  {each}" for each in places[:_MOST])
        if len(places) > _MOST:
            yield f"  and {len(places) - _MOST} more places"


def _places(base: Resource, head: Resource, hide: Callable[[str], str]) -> Iterator[str]:
    for path, now in _leaves(head.body, ()):
        other = counterpart(head.body, base.body, path)
        was = other.value if other is not None and other.exists else None
        if was != now or type(was) is not type(now):
            yield _said(head, path, was, now, hide)
    for path, was in _leaves(base.body, ()):
        other = counterpart(base.body, head.body, path)
        if other is None or not other.exists:
            yield _said(base, path, was, None, hide)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def _said(resource: Resource, path: Path, was: Any, now: Any, hide: Callable[[str], str]) -> str:
    place = hide(in_words(resource.body, path))
    if may_be_secret(resource.id.kind, path, was) or may_be_secret(resource.id.kind, path, now):
        return f"{place}: another value"
    why = _why_equal(path, was, now)
    shown = (_shown(value, hide) for value in (was, now))
    return f"{place}: {' → '.join(shown)}" + (f" ({why})" if why else "")


def _shown(value: Any, hide: Callable[[str], str]) -> str:
    if value is None:
        return "unset"
    return str(value).lower() if isinstance(value, bool) else hide(str(value))[:60]


def _why_equal(path: Path, was: Any, now: Any) -> str:
    """Why two values mean the same; empty where they do not, or nobody knows."""
    amounts = known_quantity(was), known_quantity(now)
    if amounts[0] is not None and amounts[0] == amounts[1]:
        return "the same amount"
    field = str(path[-1]) if path else ""
    default = UNSET_DEFAULTS.get(field)
    if default is not None and {repr(was), repr(now)} == {repr(None), repr(default)}:
        return "the default"
    return "null is unset" if was is None and now is None else ""
