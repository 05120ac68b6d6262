"""Pair the resources of the base with those of the head.

A resource that moved to another file, or whose file was renamed, is the same resource; one that
was deleted is not. Stages go from certain to likely: by file, by folder, by what the paths of
another folder say; between several candidates only those are paired that say nearly the same. Not
for reading resources.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from policygate.kube.environments import are_apart, nearest
from policygate.kube.places import BUILT_IN
from policygate.kube.resources import lacks_required
from policygate.model import Change, Resource
from policygate.place import canonical

_T = TypeVar("_T")
_Key = Callable[[Resource, str], Hashable]


def _is_workload(r: Resource) -> bool:
    return (r.id.group, r.id.kind) in BUILT_IN


def _name(r: Resource) -> tuple[str, str, str, str]:
    return (r.id.group, r.id.kind, r.id.namespace, r.id.name)


def _called(r: Resource) -> tuple[str, str, str]:
    return (r.id.group, r.id.kind, r.id.name)


def _is_part(r: Resource) -> bool:
    """Whether it is nothing by itself: what stood there as a whole may be what it is a patch of now."""
    return r.partial and lacks_required(r)


_HASH: Final = re.compile(r"-[2456789bcdfghkmt]{10}$")
"""What kustomize appends to the name of a ConfigMap or a Secret that it generates."""


def _without_hash(r: Resource) -> str:
    return _HASH.sub("", r.id.name) if r.id.kind in {"ConfigMap", "Secret"} else r.id.name


_LIKELY_STAGES: Final[tuple[_Key, ...]] = (
    lambda r, file: (file, r.id.group, r.id.kind, r.id.namespace),
    lambda r, _file: (r.id.scope, _is_workload(r), r.id.namespace, r.id.name),
    lambda r, _file: (r.id.scope, r.id.group, r.id.kind, r.id.namespace, _without_hash(r)),
)
"""The only one of its kind in a file; a workload that becomes another kind of workload; the name but
for the hash that kustomize appends."""
_NEVER_RENAMED: Final = "rbac.authorization.k8s.io"
"""Who holds a right is its name and namespace: under another one it is another right."""


_ALIKE: Final = 0.5
"""How much two resources share of what they say when one may be the other under a new name.

Otherwise one was deleted and another put in its place, which must not inherit its findings.
"""
_NEARLY_THE_SAME: Final = 0.8
"""The same, where there are several candidates."""
_RIVALS: Final = 50
"""A resource that may be one of more than so many, which all say something else, is none of them."""
_CANDIDATES: Final = 400
"""So many comparisons of a kind at most: a change that exceeds it replaced everything."""
_MOVES: Final = 250_000
"""So many comparisons of paths, of one name."""


def _may_be(base: Resource, head: Resource) -> bool:
    """Whether two resources that stand elsewhere or are called otherwise may be the same.

    In another environment, only under the same name.
    """
    spaces = {base.id.namespace, head.id.namespace}
    if len(spaces) == 2 and "" not in spaces:  # moved to another namespace: another object
        return False
    if base.id.kind != head.id.kind and not (_is_workload(base) and _is_workload(head)):
        return False
    if _name(base) == _name(head):
        return True
    return base.id.group != _NEVER_RENAMED and not are_apart(base.file, head.file)


def _share(ours: Counter[Any], theirs: Counter[Any]) -> float:
    """How much two resources have in common, of what the bigger one says."""
    most = max(ours.total(), theirs.total())
    return (ours & theirs).total() / most if most else 1.0


def _said(resource: Resource) -> Counter[Any]:
    return Counter(_leaves(resource.body, ()))


def _is_renamed(base: Resource, head: Resource) -> bool:
    """Whether one may be the other under a new name; about those of one name `_moved` has decided."""
    if _called(base) == _called(head) or not _may_be(base, head):
        return False
    return _share(_said(base), _said(head)) >= _ALIKE


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    if isinstance(value, dict):
        for key, member in value.items():
            if path or key not in ("apiVersion", "kind", "metadata"):
                yield from _leaves(member, (*path, key))
    elif isinstance(value, list):
        for member in value:
            yield from _leaves(member, path)
    else:
        yield (*path, type(value).__name__, value)


def pair(
    base: Iterable[Resource], head: Iterable[Resource], renames: Mapping[str, str]
) -> tuple[Change, ...]:
    """Pair resources of two states.

    Args:
        base: Resources of the changed files at the base.
        head: Resources of the changed files at the head.
        renames: Head path to base path of the files that git sees as renamed.

    Returns:
        One change a resource, sorted by file and identity; unpaired ones are added or removed.
    """
    changes: list[Change] = []
    bases = list(base)
    left, right = bases, list(head)

    def file_of(resource: Resource) -> str:
        return renames.get(resource.file, resource.file)

    def take(pairs: Iterable[tuple[Resource, Resource]]) -> None:
        take_changes([Change(b, h) for b, h in pairs])

    def take_changes(found: list[Change]) -> None:
        nonlocal left, right
        changes.extend(found)
        gone_left, gone_right = {id(c.base) for c in found}, {id(c.head) for c in found}
        left = [r for r in left if id(r) not in gone_left]
        right = [r for r in right if id(r) not in gone_right]

    take(_unique(left, right, lambda r, _: (r.file, _name(r), _is_part(r)), file_of))
    take(_in_order(left, right, lambda r: (r.file, _name(r), canonical(r.body))))
    take(_in_order(left, right, lambda r: (r.file, _name(r), _is_part(r))))
    take(_unique(left, right, lambda r, _: (r.id.scope, _name(r), _is_part(r)), file_of))
    take_changes(_moved(left, right, bases, file_of))
    take(_in_order(left, right, lambda r: (r.file, _name(r))))
    of_folder = _unique(left, right, lambda r, _: (r.id.scope, _name(r)), file_of)
    take([(b, h) for b, h in of_folder if _is_part(b) != _is_part(h)])
    for key in _LIKELY_STAGES:
        take([each for each in _unique(left, right, key, file_of) if _is_renamed(*each)])
    take(_similar(left, right))
    changes.extend(Change(r, None) for r in left)
    changes.extend(Change(None, r) for r in right)
    return tuple(_sorted(changes, lambda change: change.resource))


def _groups(
    resources: list[Resource], key: Callable[[Resource], Hashable]
) -> dict[Hashable, list[Resource]]:
    groups: dict[Hashable, list[Resource]] = defaultdict(list)
    for resource in resources:
        groups[key(resource)].append(resource)
    return groups


def _unique(
    left: list[Resource], right: list[Resource], key: _Key, file_of: Callable[[Resource], str]
) -> list[tuple[Resource, Resource]]:
    ours = _groups(left, lambda r: key(r, r.file))
    theirs = _groups(right, lambda r: key(r, file_of(r)))
    return [
        (ours[k][0], theirs[k][0])
        for k in theirs
        if len(theirs[k]) == 1 and len(ours.get(k, ())) == 1
    ]


def _in_order(
    left: list[Resource], right: list[Resource], key: Callable[[Resource], Hashable]
) -> list[tuple[Resource, Resource]]:
    ours, theirs = _groups(left, key), _groups(right, key)
    return [
        both
        for k, heads in theirs.items()
        for both in zip(
            _sorted(ours.get(k, ()), lambda r: r), _sorted(heads, lambda r: r), strict=False
        )
    ]


# What moved to another folder


def _moved(
    left: list[Resource],
    right: list[Resource],
    bases: list[Resource],
    file_of: Callable[[Resource], str],
) -> list[Change]:
    """Pair what moved to another folder under its name.

    That two bodies are equal does not say that they are one resource: environments mostly have the same
    names, and one may be replaced by another. So the paths say which of the base a resource may be; where
    they do not tell, it is one of them, and the others are its rivals.
    """
    anywhere = {_called(each) for each in (*left, *right) if not each.id.namespace}

    def named(resource: Resource) -> Hashable:
        called = _called(resource)
        return called if called in anywhere else (called, resource.id.namespace)

    def beside(head: Resource) -> list[Resource]:
        """What its folder keeps under its name, and what is gone from its file, whatever the namespace."""
        found = folders.get((head.id.scope, _called(head)), ())
        return [
            each
            for each in found
            if (id(each) not in gone or each.file == head.file)
            and (id(each) in gone) != _may_be(each, head)
        ]

    heads, free = _groups(right, named), _groups(left, named)
    folders = _groups(bases, lambda r: (r.id.scope, _called(r))) if heads and free else {}
    gone = set(map(id, left))
    return [
        change
        for name, found in heads.items()
        if name in free and len(found) * len(free[name]) <= _MOVES
        for change in _moved_of_a_name(free[name], found, beside, file_of)
    ]


def _moved_of_a_name(
    free: list[Resource],
    heads: list[Resource],
    beside: Callable[[Resource], list[Resource]],
    file_of: Callable[[Resource], str],
) -> Iterator[Change]:
    free = _sorted(free, lambda r: r)
    few = len(free) * len(heads) <= _CANDIDATES
    near: dict[int, list[Resource]] = {}
    scores = []
    for head in _sorted(heads, lambda r: r):
        near[id(head)] = _nearest(head, free, beside(head))
        places = set(map(id, near[id(head)]))
        for base in free:
            is_near = id(base) in places
            sole = is_near and len(places) == 1
            renamed = is_near and base.file == file_of(head)
            least = 0.0 if renamed else _ALIKE if sole else _NEARLY_THE_SAME
            score = _score(base, head, least, compare=few or sole)
            if score is not None:
                scores.append(((not is_near, -score), base, head))
    taken: set[int] = set()
    for _, base, head in sorted(scores, key=lambda each: each[0]):
        if not taken & {id(base), id(head)}:
            rivals = _rivals(base, head, near[id(head)])
            if rivals is not None:
                taken |= {id(base), id(head)}
                yield Change(base, head, rivals)


def _nearest(head: Resource, free: list[Resource], beside: list[Resource]) -> list[Resource]:
    """What of the base a resource may be by where it stands.

    Its own folder counts even where it is known what became of the one there: to stand beside it is a way
    to take its place.
    """
    found = [each for each in free if _may_be(each, head)] + beside
    found = [each for each in found if _is_part(each) == _is_part(head)] or found
    files = nearest(head.file, {each.file for each in found})
    return [each for each in found if each.file in files]


def _score(base: Resource, head: Resource, least: float, *, compare: bool) -> float | None:
    """How much two resources of one name are alike, more than all where they are equal; None if too little."""
    if not _may_be(base, head):
        return None
    if base.body == head.body:
        return 2.0
    share = _share(_said(base), _said(head)) if compare else -1.0
    return share if share >= least else None


def _rivals(
    base: Resource, head: Resource, near: Iterable[Resource]
) -> tuple[Resource, ...] | None:
    """What else the head may be, of what says something else; None where that is too much."""
    rivals: list[Resource] = []
    said = [base.body, head.body]
    for each in _sorted(near, lambda r: r):
        if each.file != base.file and each.body not in said:
            said.append(each.body)
            rivals.append(each)
        if len(rivals) > _RIVALS:
            return None
    return tuple(rivals)


def _similar(left: list[Resource], right: list[Resource]) -> list[tuple[Resource, Resource]]:
    """Pair what is left of a kind, the most similar first; their order decides a draw."""
    ours, theirs = (_groups(side, lambda r: (r.id.group, r.id.kind)) for side in (left, right))
    pairs = []
    for kind, found in theirs.items():
        if kind not in ours or len(ours[kind]) * len(found) > _CANDIDATES:
            continue
        bases, heads = _sorted(ours[kind], lambda r: r), _sorted(found, lambda r: r)
        said = {id(r): _said(r) for r in (*bases, *heads)}
        scores = [
            (_share(said[id(b)], said[id(h)]), b, h)
            for b in bases
            for h in heads
            if _called(b) != _called(h) and _may_be(b, h)
        ]
        taken: set[int] = set()
        for share, base, head in sorted(scores, key=lambda each: -each[0]):
            if share >= _NEARLY_THE_SAME and not taken & {id(base), id(head)}:
                taken |= {id(base), id(head)}
                pairs.append((base, head))
    return pairs


def _sorted(things: Iterable[_T], resource_of: Callable[[_T], Resource]) -> list[_T]:
    """Sort by file and identity; where a file holds one identity twice, by place.

    To ask for a place means to read a document again, which is worth avoiding.
    """
    named: dict[tuple[str, str], list[_T]] = defaultdict(list)
    for thing in things:
        resource = resource_of(thing)
        named[resource.file, str(resource.id)].append(thing)
    ordered = []
    for _, twins in sorted(named.items(), key=lambda item: item[0]):
        if len(twins) > 1:
            twins.sort(key=lambda thing: resource_of(thing).locate(()))
        ordered += twins
    return ordered
