"""What roles grant now, and what somebody may do now by all of his bindings together, exactly.

| what | looser |
|---|---|
| rules of a role | a request that the base did not grant, whatever the order, spelling or split of the rules |
| an aggregated role | it takes in roles that it did not take in; its own rules are overwritten |
| a label `aggregate-to-…` | its rules go into another role |
| grants of a subject | a request, in a namespace or in all, that no binding in view gave it or a group that holds it |

view < edit < admin < cluster-admin. A role that is not in view is only known by its name. Not for what one request
needs (`kube.rbac`), nor for which rights are strong (`kube.rbac_powers`).
https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.identity import Identity
from policygate.kube.aggregation import aggregates_to, selects_no_more
from policygate.kube.rbac import ALL, Rights, Rule, rules_of, touches
from policygate.kube.rbac_powers import OTHERS, TAKEOVER, strength
from policygate.kube.subjects import (
    BINDINGS,
    USER_FACING,
    RoleRef,
    Subject,
    role_ref,
    rules_behind,
    subjects_of,
    wider,
)
from policygate.order.verdict import Gain, is_later, named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from policygate.model import Level, Resource
    from policygate.policy.types import Context
    from policygate.view import View

LEVELS: Final[Mapping[str, Level]] = {
    "takeover": "error",
    "others": "error",
    "writes": "warning",
    "reads": "note",
}
"""What a right is worth by its strength, strongest first."""


def level_of(rules: Iterable[Rule]) -> Level:
    """What some rights are worth: the strongest counts."""
    return LEVELS[min((strength(rule) for rule in rules), key=list(LEVELS).index)]


def in_words(rules: Iterable[Rule]) -> str:
    """Some rights, as what one may do: `get, list secrets named a`."""
    whole = [sorted(frozenset().union(*column)) for column in zip(*rules, strict=True)]
    _, resources, verbs, names, urls = whole
    objects = f" named {_some(names)}" if names else ""
    things = "everything" if ALL in resources else _some(resources + urls)
    return f"{'do anything with' if ALL in verbs else ', '.join(verbs)} {things}{objects}"


def _some(words: Collection[str]) -> str:
    first = list(words)[:3]
    return ", ".join(first) + (f" and {len(words) - 3} more" if len(words) > 3 else "")


# Roles


def rules_gained(base: Resource, head: Resource) -> Iterator[Gain]:
    """What the rules of a role grant and those of the base did not; each strong right for itself."""
    rights = Rights(rule for _, rule in rules_of(base.view))
    unseen = bool(base.view.aggregationRule) or base.partial != head.partial
    for view, rule in rules_of(head.view):
        for at, parts in _places(view, rule, list(rights.lacks((rule,)))):
            text = f"{named(head)} may now {in_words(parts)}"
            yield Gain(at, text, level=level_of(parts), possible=unseen)


def _places(view: View, rule: Rule, more: list[Rule]) -> Iterator[tuple[View, list[Rule]]]:
    """Yield where a rule grants more, and what; each strong right at its own resource."""
    strong: dict[str, list[Rule]] = {}
    rest, urls = [], []
    for part in more:
        if part.urls:
            urls.append(part)
        elif any(touches(part, access) for access in (*TAKEOVER, *OTHERS)):
            for resource in part.resources:
                strong.setdefault(resource, []).append(part)
        else:
            rest.append(part)
    for item in view.resources:
        if item.string() in strong:
            yield item, strong.pop(item.string())
    if urls:
        yield _first(view, rule, urls, (("nonResourceURLs", 4),)), urls
    if rest:
        fields = (("verbs", 2), ("apiGroups", 0), ("resources", 1), ("resourceNames", 3))
        yield _first(view, rule, rest, fields), rest


def _first(view: View, rule: Rule, parts: list[Rule], fields: Iterable[tuple[str, int]]) -> View:
    """The first verb, group, resource or name that is new; the rule where it is all of them."""
    for field, index in fields:
        new = frozenset().union(*(part[index] for part in parts))
        if new < rule[index]:
            return next((item for item in view[field] if item.string() in new), view)
    return view


def labels_gained(base: Resource, head: Resource) -> Iterator[Gain]:
    """Roles of the cluster into which the rules of a role go now."""
    before = {name for _, name in aggregates_to(base.view)}
    rules = [rule for _, rule in rules_of(head.view)]
    for at, name in aggregates_to(head.view):
        if name not in before and rules and head.id.kind == "ClusterRole":
            text = f"the rules of {named(head)} go into the role {name} now"
            yield Gain(at, text, level=level_of(rules))


def roles_taken_in(base: Resource, head: Resource) -> Iterator[Gain]:
    """Roles that an aggregated role takes in now."""
    before = list(base.view.aggregationRule.clusterRoleSelectors)
    for selector in head.view.aggregationRule.clusterRoleSelectors:
        if not any(selects_no_more(selector, old) for old in before):
            every = selector.raw in ({}, None)
            roles = "every ClusterRole" if every else "other roles"
            text = f"{named(head)} takes in {roles} now"
            yield Gain(selector, text, possible=not every)


# Bindings


class Grant(NamedTuple):
    """A role that somebody has.

    Attributes:
        subject: Who has it.
        at: Where the binding names him.
        where: The namespace that it is for; empty for all of them, and for what is in none.
        ref: The role.
        rules: What it grants; None where it is not in view.
        binding: What gives it.
    """

    subject: Subject
    at: View
    where: str
    ref: RoleRef
    rules: tuple[Rule, ...] | None
    binding: Resource


def grants_of(binding: Resource, context: Context) -> Iterator[Grant]:
    """What a binding gives to whom."""
    ref = role_ref(binding)
    rules = rules_behind(ref, binding.id.scope, context)
    where = binding.id.namespace if binding.id.kind == "RoleBinding" else ""
    for at, subject in subjects_of(binding):
        yield Grant(subject, at, where, ref, rules, binding)


def grants_in(scope: str, context: Context) -> Iterator[Grant]:
    """What all the bindings of a folder give to whom."""
    for grants in held_in(scope, context).values():
        yield from grants


def held_in(scope: str, context: Context) -> Mapping[Subject, Sequence[Grant]]:
    """What all the bindings of a folder give, by whom they give it to."""
    return _held_in(Identity(context), scope)


@lru_cache(maxsize=4)  # every binding of a folder asks again about all of them; a run is kept alive
def _held_in(context: Identity, scope: str) -> Mapping[Subject, Sequence[Grant]]:
    found: dict[Subject, list[Grant]] = {}
    for kind in BINDINGS:
        for binding in context.value.head_resources(scope, kind):
            for grant in grants_of(binding, context.value):
                found.setdefault(grant.subject, []).append(grant)
    return found


def gained(grant: Grant, base: Iterable[Grant]) -> Gain | None:
    """What a grant gives to its subject beyond what all grants of the base gave him together.

    Args:
        grant: A grant of the head.
        base: Those of the base.

    Returns:
        None where he had it all. Where a role is not in view, the gain is only possible.
    """
    if is_later(grant.ref.name) or is_later(grant.subject.name):
        return None
    holders = {*wider(grant.subject)}
    everywhere = grant.binding.id.kind != "RoleBinding"
    had = [
        each
        for each in base
        if each.subject in holders
        and (
            each.binding.id.kind != "RoleBinding" or (not everywhere and each.where == grant.where)
        )
    ]
    if any(each.ref.rank == len(USER_FACING) for each in had):
        return None
    same = any(each.ref == grant.ref or each.ref.rank >= grant.ref.rank > 0 for each in had)
    if grant.rules is None:
        return None if same else _by_name(grant, had)
    rights = Rights(rule for each in had for rule in each.rules or ())
    # Under a RoleBinding, URLs and what belongs to no namespace are ignored.
    more = [part for part in rights.lacks(grant.rules) if everywhere or not part.urls]
    if not more or (same and any(each.rules is None for each in had)):
        return None
    unseen = any(each.rules is None for each in had)
    text = f"{called(grant.subject)} may now {in_words(more)}{_place(grant)}"
    return Gain(grant.at, text, level=_level(grant, had, level_of(more)), possible=unseen)


def _by_name(grant: Grant, had: Collection[Grant]) -> Gain:
    text = f"{called(grant.subject)} has {grant.ref.kind} {grant.ref.name} now{_place(grant)}"
    if had:
        before = sorted({f"{each.ref.kind} {each.ref.name}" for each in had})
        text += f", and had {_some(before)}"
    strong = grant.ref.rank > 1
    level: Level = "error" if strong and (not grant.where or had) else "note"
    if grant.ref.rank == len(USER_FACING):
        level = "error"
    elif not grant.where and not strong:
        level = "warning"
    known = grant.ref.rank and all(each.ref.rank for each in had)
    return Gain(grant.at, text, level=level, possible=bool(had) and not known)


def _level(grant: Grant, had: Collection[Grant], level: Level) -> Level:
    """What more rights are worth: one more subject in a namespace is daily business."""
    return "note" if grant.where and not had else level


def called(subject: Subject) -> str:
    """Somebody, in a sentence."""
    where = f" in {subject.namespace}" if subject.namespace else ""
    return f"{subject.kind} {subject.name}{where}"


def _place(grant: Grant) -> str:
    if grant.binding.id.kind != "RoleBinding":
        return " in every namespace"
    return f" in {grant.where}" if grant.where else ""
