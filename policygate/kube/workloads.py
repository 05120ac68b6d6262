"""Pod specs and containers: where they are, what they are called, who is whose partner.

Everything that carries a pod spec is a workload, custom kinds included. Not for judging them, nor
for what a field means (`effective`, also importable from here).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from policygate.identity import Identity
from policygate.kube.effective import UNSET_DEFAULTS, Effective, effective
from policygate.kube.image import parse_image
from policygate.kube.places import (
    BUILT_IN,
    MERGED,
    NO_FALLBACK,
    NOT_POD_GROUPS,
    NOT_PODS,
    POD_KEYS,
    WHOLE,
    Certainty,
)
from policygate.place import tokens
from policygate.view import View

if TYPE_CHECKING:
    from policygate.model import Path, Resource

__all__ = [
    "UNSET_DEFAULTS",
    "Container",
    "Effective",
    "PodSpec",
    "Role",
    "containers",
    "effective",
    "is_workload",
    "pair_containers",
    "pair_pods",
    "pod_specs",
]

Role: TypeAlias = Literal["app", "init", "sidecar", "ephemeral"]

_WALK_DEPTH: Final = 40
_WALK_NODES: Final = 100_000
"""Bounds of the search in unknown kinds; etcd's largest object has fewer mappings and lists."""


@dataclass(frozen=True, slots=True)
class PodSpec:
    """A pod spec of a resource. `view` stands at the spec; its path starts at the resource's root."""

    resource: Resource
    view: View
    certainty: Certainty

    @property
    def windows(self) -> bool:
        """Whether the pod says that it runs on Windows, where Linux security fields are forbidden.

        A node selector is weaker evidence, which the Pod Security Standards do not count either.
        https://kubernetes.io/docs/concepts/security/pod-security-standards/#what-about-windows-pods
        """
        return self.view.os.name.string() == "windows"

    @property
    def account(self) -> str:
        """The ServiceAccount that the pod runs as, also by the name that the field had before Kubernetes 1.1."""
        view = self.view
        return view.serviceAccountName.string() or view.serviceAccount.string() or "default"

    @property
    def annotations(self) -> View:
        """The annotations of the pod, which stand beside its spec (a missing view elsewhere)."""
        path = self.view.path
        parent = self.resource.view
        if path[-1:] != ("spec",):
            return View(None, path, exists=False)
        for part in path[:-1]:
            parent = parent[part]
        return parent.metadata.annotations


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod spec.

    `name` is an empty string where the manifest gives none. A `sidecar` is an init container that
    runs as long as the pod: `restartPolicy: Always`.
    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """

    pod: PodSpec
    view: View
    name: str
    role: Role


# Finding pod specs


def pod_specs(resource: Resource) -> tuple[PodSpec, ...]:
    """Return the pod specs of a resource, in the order of the table and then of the body.

    Kinds of Kubernetes have theirs in one known place. In every other kind, pod specs are also
    searched by shape: a mapping with `containers` that have a name and an image, and with another
    field of a pod spec or under `template.spec`. Those have the certainty `guessed`.
    """
    return _pod_specs(Identity(resource))


@lru_cache(maxsize=256)  # every policy asks again about the same resource
def _pod_specs(one: Identity) -> tuple[PodSpec, ...]:
    resource: Resource = one.value
    key = (resource.id.group, resource.id.kind)
    known = BUILT_IN.get(key)
    if known is not None:
        return tuple(_at(resource, known, "known"))
    if key in NOT_PODS or not _may_hold_pods(resource.id.group):
        return ()
    found = [
        *_at(resource, WHOLE.get(key, ()), "known"),
        *_at(resource, MERGED.get(key, ()), "partial"),
    ]
    taken = frozenset(pod.view.path for pod in found)
    guessed = _look_alikes(resource.body, taken)
    found += [PodSpec(resource, view, "guessed") for view in guessed]
    return tuple(found)


def is_workload(resource: Resource) -> bool:
    """Whether a resource carries a pod spec."""
    return bool(pod_specs(resource))


def _may_hold_pods(group: str) -> bool:
    # The API server refuses custom kinds in a group without a dot.
    if "." not in group or group in NO_FALLBACK:
        return False
    return not any(group == end or group.endswith("." + end) for end in NOT_POD_GROUPS)


def _at(resource: Resource, places: Iterable[str], certainty: Certainty) -> Iterator[PodSpec]:
    for place in places:
        for view in _matches(resource.view, _steps(place)):
            if isinstance(view.raw, dict):
                yield PodSpec(resource, view, certainty)


@lru_cache(maxsize=256)  # the table has fewer
def _steps(place: str) -> tuple[str, ...]:
    return tuple(place.replace("[*]", ".[*]").split("."))


def _matches(view: View, steps: tuple[str, ...]) -> Iterator[View]:
    """Yield the parts of a view at a path of keys, `[*]` (every item) and `*` (every entry)."""
    for number, step in enumerate(steps):
        if step in {"[*]", "*"}:
            parts = view if step == "[*]" else (entry for _, entry in view.items())
            for part in parts:
                yield from _matches(part, steps[number + 1 :])
            return
        view = view[step]
    yield view


def _look_alikes(body: dict[str, Any], taken: frozenset[Path]) -> tuple[View, ...]:
    """Return the mappings that look like pod specs, but for status and what is known already."""
    found: list[View] = []
    stack: list[tuple[Any, Path]] = []
    for key in reversed(body):
        if key not in {"metadata", "status"}:
            stack.append((body[key], (key,)))
    for _ in range(_WALK_NODES):
        if not stack:
            break
        value, path = stack.pop()
        if path in taken:
            continue
        if isinstance(value, dict) and _looks_like_a_pod(value, path):
            found.append(View(value, path))
        elif isinstance(value, (dict, list)) and len(path) < _WALK_DEPTH:
            entries: Iterable[tuple[Any, Any]] = (
                value.items() if isinstance(value, dict) else enumerate(value)
            )
            inner = [
                (part, (*path, key)) for key, part in entries if isinstance(part, (dict, list))
            ]
            stack += inner[::-1]
    return tuple(found)


def _looks_like_a_pod(value: dict[str, Any], path: Path) -> bool:
    if "containers" not in value:
        return False
    items = View(value).containers
    if not any(item["name"].string() and item.image.string() for item in items):
        return False
    *_, above, key = ("", *path)
    is_template = key == "spec" and isinstance(above, str) and "template" in above.lower()
    return is_template or not POD_KEYS.isdisjoint(value)


# Containers

_LISTS: Final[tuple[tuple[str, Role], ...]] = (
    ("containers", "app"),
    ("initContainers", "init"),
    ("ephemeralContainers", "ephemeral"),
)


def containers(pod: PodSpec) -> tuple[Container, ...]:
    """Return every container of a pod: those of `containers`, init and ephemeral ones."""
    return tuple(
        Container(pod, view, view["name"].string(), _role(role, view))
        for field, role in _LISTS
        for view in pod.view[field]
        if isinstance(view.raw, dict)
    )


def _role(role: Role, view: View) -> Role:
    return "sidecar" if role == "init" and view.restartPolicy.raw == "Always" else role


# Partners at the base and at the head

_Part = TypeVar("_Part", PodSpec, Container)
_Key: TypeAlias = Callable[[_Part], Hashable]
_Pairs: TypeAlias = tuple[tuple[_Part | None, _Part | None], ...]


def pair_pods(base: Resource | None, head: Resource | None) -> _Pairs[PodSpec]:
    """Pair the pod specs of two versions of a resource.

    By path, in which a list item is known by its name; the only one left on either side is the same
    pod spec in a new place.

    Returns:
        Pairs in the order of the head, then `(pod, None)` for what is gone.
    """
    left = pod_specs(base) if base is not None else ()
    right = pod_specs(head) if head is not None else ()
    return _paired(left, right, lambda pod: tokens(pod.resource.body, pod.view.path), lambda _: "")


def pair_containers(base: PodSpec | None, head: PodSpec | None) -> _Pairs[Container]:
    """Pair the containers of two versions of a pod spec.

    By name, whichever list they stand in (the cluster keeps names unique over all three); several
    of one name, or without a name, by position. One that is gone and one that is new with the
    same image repository are one container under a new name, and so is what runs alone before and
    after.

    Returns:
        Pairs in the order of the head, then `(container, None)` for what is gone.
    """
    left = containers(base) if base is not None else ()
    right = containers(head) if head is not None else ()
    alone = {
        id(own[0])
        for side in (left, right)
        if len(own := [each for each in side if each.role == "app"]) == 1
    }
    return _paired(
        left,
        right,
        lambda container: container.name,
        _repository,
        lambda container: "alone" if id(container) in alone else None,
    )


def _repository(container: Container) -> Hashable:
    image = parse_image(container.view.image.string())
    return image.name if image else None


def _paired(
    left: tuple[_Part, ...], right: tuple[_Part, ...], same: _Key[_Part], *renamed: _Key[_Part]
) -> _Pairs[_Part]:
    """Pair by `same` (the n-th of equals with the n-th), then by `renamed` where one on each side is left."""
    ours = _numbered(left, same)
    partner = {id(part): ours.pop(key, None) for key, part in _numbered(right, same).items()}
    for likely in renamed:
        taken = {id(part) for part in partner.values()}
        gone = _by(likely, (part for part in left if id(part) not in taken))
        new = _by(likely, (part for part in right if partner[id(part)] is None))
        for key, parts in new.items():
            if key is not None and len(parts) == 1 and len(gone.get(key, ())) == 1:
                partner[id(parts[0])] = gone[key][0]
    taken = {id(part) for part in partner.values()}
    return tuple(
        chain(
            ((partner[id(part)], part) for part in right),
            ((part, None) for part in left if id(part) not in taken),
        )
    )


def _numbered(parts: Iterable[_Part], key: _Key[_Part]) -> dict[Hashable, _Part]:
    seen: Counter[Any] = Counter()
    numbered: dict[Hashable, _Part] = {}
    for part in parts:
        value = key(part)
        numbered[value, seen[value]] = part
        seen[value] += 1
    return numbered


def _by(key: _Key[_Part], parts: Iterable[_Part]) -> Mapping[Hashable, list[_Part]]:
    groups: dict[Hashable, list[_Part]] = defaultdict(list)
    for part in parts:
        groups[key(part)].append(part)
    return groups
