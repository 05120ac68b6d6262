"""Pair the resources of the base with those of the head.

A resource that moved to another file, or whose file was renamed, is the same resource; one that
was deleted is not. Stages go from certain to likely, each only where a key is unique on both
sides; between several candidates only those are paired that say nearly the same. Not for reading
resources.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from policygate.kube.places import BUILT_IN
from policygate.model import Change, Resource
from policygate.place import canonical

_T = TypeVar("_T")
_Key = Callable[[Resource, str], Hashable]


def _is_workload(r: Resource) -> bool:
    return (r.id.group, r.id.kind) in BUILT_IN


def _name(r: Resource) -> tuple[str, str, str, str]:
    return (r.id.group, r.id.kind, r.id.namespace, r.id.name)


_HASH: Final = re.compile(r"-[2456789bcdfghkmt]{10}$")
"""What kustomize appends to the name of a ConfigMap or a Secret that it generates."""


def _without_hash(r: Resource) -> str:
    return _HASH.sub("", r.id.name) if r.id.kind in {"ConfigMap", "Secret"} else r.id.name


_UNIQUE_STAGES: Final[tuple[_Key, ...]] = (
    lambda r, file: (file, _name(r)),
    lambda r, _file: (r.id.scope, _name(r)),
)
"""File and name; folder and name."""
_LIKELY_STAGES: Final[tuple[_Key, ...]] = (
    lambda r, _file: _name(r),
    lambda r, file: (file, r.id.group, r.id.kind, r.id.name),
    lambda r, file: (file, r.id.group, r.id.kind, r.id.namespace),
    lambda r, _file: (r.id.scope, _is_workload(r), r.id.namespace, r.id.name),
    lambda r, _file: (r.id.scope, r.id.group, r.id.kind, r.id.namespace, _without_hash(r)),
)
"""Name anywhere; file and name without the namespace; the only one of its kind in a file; a workload
that becomes another kind of workload; the name but for the hash that kustomize appends."""
_NEVER_RENAMED: Final = "rbac.authorization.k8s.io"
"""Who holds a right is its name and namespace: under another one it is another right."""


_ALIKE: Final = 0.5
"""How much two resources share of what they say when one may be the other under a new name.

Otherwise one was deleted and another put in its place, which must not inherit its findings.
"""
_NEARLY_THE_SAME: Final = 0.8
"""The same, where there are several candidates."""
_RIVALS: Final = 5
"""So many of one name are compared with a resource whose partner among them is not known."""
_CANDIDATES: Final = 400
"""So many comparisons of a kind at most: a change that exceeds it replaced everything."""


def _may_be(base: Resource, head: Resource) -> bool:
    """Whether two resources that stand elsewhere or are called otherwise may be the same."""
    spaces = {base.id.namespace, head.id.namespace}
    if len(spaces) == 2 and "" not in spaces:  # moved to another namespace: another object
        return False
    if base.id.kind != head.id.kind and not (_is_workload(base) and _is_workload(head)):
        return False
    return _name(base) == _name(head) or base.id.group != _NEVER_RENAMED


def _share(ours: Counter[Any], theirs: Counter[Any]) -> float:
    """How much two resources have in common, of what the bigger one says."""
    most = max(ours.total(), theirs.total())
    return (ours & theirs).total() / most if most else 1.0


def _said(resource: Resource) -> Counter[Any]:
    return Counter(_leaves(resource.body, ()))


def _likely(base: Resource, head: Resource) -> bool:
    return _may_be(base, head) and _share(_said(base), _said(head)) >= _ALIKE


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
    left, right = list(base), list(head)

    def file_of(resource: Resource) -> str:
        return renames.get(resource.file, resource.file)

    def take(pairs: list[tuple[Resource, Resource]]) -> None:
        nonlocal left, right
        changes.extend(Change(b, h) for b, h in pairs)
        gone_left, gone_right = {id(b) for b, _ in pairs}, {id(h) for _, h in pairs}
        left = [r for r in left if id(r) not in gone_left]
        right = [r for r in right if id(r) not in gone_right]

    take(_in_order(left, right, lambda r: (_name(r), canonical(r.body)), file_of))
    for stage, key in enumerate(_UNIQUE_STAGES):
        take(_unique(left, right, key, file_of))
        if stage == 0:
            take(_in_order(left, right, lambda r: (file_of(r), _name(r)), file_of))
    for key in _LIKELY_STAGES:
        take([each for each in _unique(left, right, key, file_of) if _likely(*each)])
    likely = _similar(left, right)
    rivals = {id(head): _rivals(base, head, left) for base, head in likely}
    take(likely)
    changes = [
        Change(each.base, each.head, rivals.get(id(each.head), ()))
        if id(each.head) in rivals
        else each
        for each in changes
    ]
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
    left: list[Resource],
    right: list[Resource],
    key: Callable[[Resource], Hashable],
    file_of: Callable[[Resource], str],
) -> list[tuple[Resource, Resource]]:
    """Pair equals with equals; where there are several, those of the same file first."""
    ours, theirs = _groups(left, key), _groups(right, key)
    pairs = []
    for k, heads in theirs.items():
        rest = _sorted(ours.get(k, ()), lambda r: r)
        for head in _sorted(heads, lambda r: r):
            if not rest:
                break
            same = next((i for i, b in enumerate(rest) if b.file == file_of(head)), 0)
            pairs.append((rest.pop(same), head))
    return pairs


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
            (_share(said[id(b)], said[id(h)]), b, h) for b in bases for h in heads if _may_be(b, h)
        ]
        taken: set[int] = set()
        for share, base, head in sorted(scores, key=lambda each: -each[0]):
            if share >= _NEARLY_THE_SAME and not taken & {id(base), id(head)}:
                taken |= {id(base), id(head)}
                pairs.append((base, head))
    return pairs


def _rivals(base: Resource, head: Resource, left: Iterable[Resource]) -> tuple[Resource, ...]:
    """What else of the base the head may be: all of its name, where the best of them was taken."""
    if _name(base) != _name(head):
        return ()
    others = [each for each in left if each is not base and _name(each) == _name(head)]
    return tuple(_sorted(others, lambda resource: resource))[:_RIVALS]


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
