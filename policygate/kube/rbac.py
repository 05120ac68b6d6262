"""What RBAC rules grant, read as the API server reads them.

A rule is groups x resources x verbs x names, and verbs x URLs. `*` matches everything in its list,
`*/scale` a subresource of every resource; `pods/*` is no wildcard and matches nothing. Names narrow
every request that has one: `list` and `watch` only by a field selector, while `create` and
`deletecollection` have none, so that a rule with names does not grant them. The rules of a role with
an aggregationRule are overwritten by the cluster. Not for who is bound to a role (`subjects`).
https://github.com/kubernetes/component-helpers/blob/master/auth/rbac/validation/policy_comparator.go
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.identity import Identity
from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from policygate.model import Resource

GROUP: Final = "rbac.authorization.k8s.io"
ALL: Final = "*"
READ: Final = ("get", "list", "watch")
WRITE: Final = ("create", "update", "patch", "delete", "deletecollection")
_NAMELESS: Final = frozenset({"create", "deletecollection"})
_MOST_CELLS: Final = 50_000
"""So many combinations of group, resource and name are compared; what is beyond covers nothing and is
covered by nothing but an equal rule."""


class Rule(NamedTuple):
    """A rule. Without `names` it is about every object."""

    groups: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()


def rules_of(role: View) -> tuple[tuple[View, Rule], ...]:
    """The rules of a role, as a whole, and where they stand; none where the cluster fills them in."""
    return _rules_of(Identity(role.raw))


@lru_cache(maxsize=256)  # a dozen policies ask about one role, one after the other
def _rules_of(body: Identity) -> tuple[tuple[View, Rule], ...]:
    role = View(body.value)
    return () if role.aggregationRule else tuple((rule, rule_of(rule)) for rule in role.rules)


def rule_of(rule: View) -> Rule:
    """Read a rule. The API server reads a null in a list as an empty text: the core group."""
    fields = ("apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs")
    return Rule(*(frozenset(text for _, text in _texts(rule[field])) for field in fields))


def _texts(items: View) -> Iterator[tuple[View, str]]:
    for item in items:
        if item.raw is None or isinstance(item.raw, str):
            yield item, item.raw or ""


# One request


def grants(rule: Rule, verb: str, group: str, resource: str, name: str | None = None) -> bool:
    """Whether a rule allows a request.

    Args:
        rule: The rule.
        verb: The verb.
        group: The API group, empty for the core group.
        resource: `pods`, or `pods/exec` for a subresource.
        name: The object. Empty is a request without one; None asks for every object.
    """
    return (
        _matches(rule.verbs, verb)
        and _matches(rule.groups, group)
        and not rule.resources.isdisjoint(_patterns(resource))
        and (not rule.names or name in rule.names)
    )


def grants_url(rule: Rule, verb: str, url: str) -> bool:
    """Whether a rule allows a request to a URL that is no resource."""
    return _matches(rule.verbs, verb) and any(_url_covers(each, url) for each in rule.urls)


def _matches(words: frozenset[str], word: str) -> bool:
    return ALL in words or word in words


def _patterns(resource: str) -> tuple[str, ...]:
    """What a rule may write to mean a resource, or a subresource."""
    _, slash, subresource = resource.partition("/")
    return (resource, ALL, f"*/{subresource}") if slash else (resource, ALL)


def _url_covers(pattern: str, url: str) -> bool:
    return pattern == url or (pattern.endswith(ALL) and url.startswith(pattern.rstrip(ALL)))


# Sets of rules


def covers(owner: Iterable[Rule], servant: Iterable[Rule]) -> bool:
    """Whether some rules grant everything that others grant."""
    return next(uncovered(owner, servant), None) is None


def uncovered(owner: Iterable[Rule], servant: Iterable[Rule]) -> Iterator[Rule]:
    """Yield what some rules do not grant of what others grant, see `Rights.lacks`."""
    return Rights(owner).lacks(servant)


class Rights:
    """Everything that some rules grant together: the verbs by what they are on."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = dict.fromkeys(rules)
        self._verbs: defaultdict[tuple[str, str, str | None], set[str]] = defaultdict(set)
        self._urls: defaultdict[str, set[str]] = defaultdict(set)
        left = _MOST_CELLS
        for rule in self._rules:
            left -= _cells(rule)
            if left < 0:
                break
            for cell in product(rule.groups, rule.resources, _names(rule)):
                self._verbs[cell] |= rule.verbs
            for url in rule.urls:
                self._urls[url] |= rule.verbs
        self._open = {u.rstrip(ALL): u for u in self._urls if u.endswith(ALL)}
        self._lengths = sorted({len(start) for start in self._open})

    def lacks(self, servant: Iterable[Rule]) -> Iterator[Rule]:
        """Yield what these rights do not hold of what other rules grant.

        The answer is that of the API server's escalation check. What a servant's `*` stands for has
        members that no rule names, so that only a `*` covers it: to look up the few entries that may
        match is exact.

        Args:
            servant: The rules that are to be covered.

        Yields:
            One group, resource and name (or one URL), and the verbs on it that nobody covers.
        """
        left = _MOST_CELLS
        for rule in servant:
            if rule in self._rules:
                continue
            left -= _cells(rule)
            if left < 0:
                yield rule
                continue
            for group, resource, name in product(rule.groups, rule.resources, _names(rule)):
                missing = _missing(rule.verbs, self._on(group, resource, name))
                if missing:
                    only = frozenset() if name is None else frozenset((name,))
                    yield Rule(frozenset((group,)), frozenset((resource,)), missing, only)
            for url in rule.urls:
                missing = _missing(rule.verbs, self._on_url(url))
                if missing:
                    yield Rule(verbs=missing, urls=frozenset((url,)))

    def _on(self, group: str, resource: str, name: str | None) -> set[str]:
        cells = product({group, ALL}, {*_patterns(resource)}, {name, None})
        return set().union(*(self._verbs[cell] for cell in cells if cell in self._verbs))

    def _on_url(self, url: str) -> set[str]:
        found = set(self._urls.get(url, ()))
        for length in self._lengths:
            if length > len(url):
                break
            start = self._open.get(url[:length])
            if start is not None:
                found |= self._urls[start]
        return found


def _names(rule: Rule) -> Iterable[str | None]:
    return rule.names or (None,)


def _cells(rule: Rule) -> int:
    return len(rule.groups) * len(rule.resources) * max(1, len(rule.names)) + len(rule.urls)


def _missing(verbs: frozenset[str], had: set[str]) -> frozenset[str]:
    return frozenset() if ALL in had else verbs - had


# What a role is known to grant by name


class Access(NamedTuple):
    """Something that matters when it is granted.

    Attributes:
        groups: Any of these API groups.
        resources: Any of these resources or subresources.
        verbs: Any of these verbs; none for every verb.
        cluster: Whether the resources belong to no namespace, so that a Role grants nothing on them.
        narrowed: Whether a rule with names grants too little to matter.
    """

    groups: tuple[str, ...]
    resources: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    cluster: bool = False
    narrowed: bool = True


def touches(rule: Rule, access: Access) -> bool:
    """Whether a rule grants anything of an access, be it by a wildcard."""
    return any(_part(rule, resource, access) for resource in rule.resources)


class Grant(NamedTuple):
    """What one rule grants of an access.

    Attributes:
        at: The first resource that grants it.
        verbs: The verbs that grant it, where they stand.
        rule: What is granted, and no more.
        known: Whether the base granted all of it; None without a base.
        text: In words: `get, list secrets`.
    """

    at: View
    verbs: tuple[View, ...]
    rule: Rule
    known: bool | None
    text: str


def named_grants(role: Resource, base: Resource | None, *accesses: Access) -> Iterator[Grant]:
    """Yield what a role grants of some accesses by the name of the resource or of the subresource.

    A rule for the resource `*` grants all of it as well, which is one thing to say and not a dozen:
    nothing is yielded for it. What the base did not grant is kept apart from what it did.
    """
    before = Rights(rule for _, rule in rules_of(base.view)) if base is not None else None
    cover: dict[Rule, bool] = {}
    for view, rule in rules_of(role.view):
        for access in accesses:
            if access.cluster and role.id.kind == "Role":
                continue
            found: dict[bool | None, list[tuple[View, Rule]]] = {}
            for item, text in _texts(view.resources):
                part = _part(rule, text, access) if text != ALL else None
                if part is None:
                    continue
                if before is not None and part not in cover:
                    cover[part] = next(before.lacks((part,)), None) is None
                found.setdefault(cover.get(part), []).append((item, part))
            for known, parts in found.items():
                yield _grant(view, parts)._replace(known=known)


def _part(rule: Rule, resource: str, access: Access) -> Rule | None:
    """What a rule grants of an access by one of its resources."""
    meant = [each for each in access.resources if resource in _patterns(each)]
    groups = access.groups if ALL in rule.groups else rule.groups & {*access.groups}
    wanted = rule.verbs if not access.verbs else frozenset(access.verbs)
    verbs = wanted if ALL in rule.verbs else rule.verbs & wanted
    if rule.names and "" not in rule.names:
        if access.narrowed:
            return None
        verbs = verbs if "/" in resource else verbs - _NAMELESS
    if not (meant and groups and verbs):
        return None
    return Rule(frozenset(groups), frozenset(meant), frozenset(verbs), rule.names)


def _grant(view: View, parts: Sequence[tuple[View, Rule]]) -> Grant:
    rules = [part for _, part in parts]
    whole = Rule(*(frozenset().union(*column) for column in zip(*rules, strict=True)))
    items = tuple(item for item, text in _texts(view.verbs) if text == ALL or text in whole.verbs)
    texts = dict.fromkeys(item.string() for item in items)
    verbs = "use every verb on" if ALL in texts else ", ".join(texts)
    resources = ", ".join(dict.fromkeys(item.string() for item, _ in parts))
    return Grant(parts[0][0], items, whole, None, f"{verbs} {resources}")
