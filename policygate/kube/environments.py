"""Environments: which of them a path names, and the images of one beside those of another.

They are kept in folders, or files, that differ in a word. Not for what images mean (`image`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from posixpath import dirname, splitext
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.kustomization import GROUP
from policygate.kube.workloads import containers, pod_specs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.model import Resource
    from policygate.policy.types import Context
    from policygate.view import View

_CALLED: Final = {
    "dev": ("dev", "devel", "develop", "development"),
    "test": ("test", "testing", "tst", "qa"),
    "stage": ("stage", "staging", "stg", "uat"),
    "preprod": ("preprod", "preprd", "preproduction"),
    "nonprod": ("nonprod", "nonprd", "nonproduction"),
    "prod": ("prod", "prd", "production", "live"),
}
_ENVIRONMENTS: Final = {word: name for name, words in _CALLED.items() for word in words}
_FOLDERS: Final = frozenset({*_ENVIRONMENTS, "demo", "sandbox"})
_KEPT_IN: Final = frozenset(
    {"clusters", "environments", "env", "envs", "overlays", "regions", "stages", "tenants"}
)
_WORD: Final = re.compile(r"(?:pre|non)[-_.]pro?d(?:uction)?(?![a-z])|[a-z0-9]+")

_MANY: Final = 20
"""Of more paths than so many that the best does not beat, none is taken for nearer than another."""


@lru_cache(maxsize=8192)
def words_of(path: str) -> frozenset[str]:
    """The words of a path but for its suffix; those that name an environment are said in one way."""
    words: set[str] = set()
    for found in _WORD.findall(splitext(path)[0].lower()):
        word = re.sub(r"[-_.]", "", found)
        words.add(_ENVIRONMENTS.get(word, word))
        words.add(_ENVIRONMENTS.get(word.rstrip("0123456789"), word))
    return frozenset(words)


@lru_cache(maxsize=8192)
def environments_of(path: str) -> frozenset[str]:
    """The environments that a path names: none for most paths, two for `dev/copy-of-prod.yaml`."""
    return words_of(path) & _CALLED.keys()


def are_apart(path: str, other: str) -> bool:
    """Whether two paths name environments, and none in common."""
    return _differ(environments_of(path), environments_of(other))


def _differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    return bool(ours and theirs) and ours.isdisjoint(theirs)


def speaks_for(file: str, other: str) -> bool:
    """Whether an object of one file may be meant for those of another: whether both may reach the same cluster.

    It is for its folder and what is below, or for all of its environment: the folder that is called like one
    (`prod`, `eu-prod`), or that stands where they are kept (`clusters/a`).
    """
    parts = dirname(file).split("/")
    for at in range(len(parts), 0, -1):
        words = {*re.split(r"[-_.]", parts[at - 1].lower())}
        if words & _FOLDERS or (at > 1 and parts[at - 2].lower() in _KEPT_IN):
            return other.startswith("/".join(parts[:at]) + "/")
    return other.startswith(dirname(file) + "/") if dirname(file) else True


class _Nearness(NamedTuple):
    """How near one path is to another: by rank, then by the words of both."""

    rank: tuple[bool, bool, int]
    shared: frozenset[str]
    missing: frozenset[str]

    def beats(self, other: _Nearness) -> bool:
        """Whether all that speaks for the other path speaks for this one, and something more."""
        if self.rank != other.rank:
            return self.rank > other.rank
        inside = self.shared >= other.shared and self.missing <= other.missing
        return inside and self != other and bool(self.shared)


def nearest(path: str, others: Iterable[str]) -> frozenset[str]:
    """Which of some paths may be where the file at a path was: one, if their words tell it.

    The same environment is nearer than none, and none is nearer than another one.
    """
    near = {other: _nearness(path, other) for other in others}
    if len(near) < 2:
        return frozenset(near)
    best = max(near.values(), key=lambda n: (n.rank, len(n.shared), -len(n.missing)))
    left = {other: each for other, each in near.items() if not best.beats(each)}
    if len(left) > _MANY:
        return frozenset(left)
    return frozenset(o for o, each in left.items() if not any(n.beats(each) for n in left.values()))


def _nearness(path: str, other: str) -> _Nearness:
    words, of_other = words_of(path), words_of(other)
    named, of_named = environments_of(path), environments_of(other)
    environment = 2 if named and named == of_named else int(not _differ(named, of_named))
    beside = path.rpartition("/")[0] == other.rpartition("/")[0]
    rank = (path == other, beside, environment)
    return _Nearness(rank, words & of_other, of_other - words)


def images_of(resource: Resource) -> Iterator[tuple[str, View]]:
    """Yield what sets images: the containers of a workload, the entries of a kustomization, by name."""
    if resource.id.group == GROUP:
        for entry in resource.view.images:
            name = entry["name"].string()
            yield name, entry.digest or entry.newTag
        return
    for pod in pod_specs(resource):
        for container in containers(pod):
            yield container.name, container.view.image


def image_beside(resource: Resource, name: str, scope: str, context: Context) -> str:
    """The image that the same object of another folder has under a name; empty where there is none."""
    _, group, kind, _, called = resource.id
    for other in context.head_resources(scope, kind, name=called):
        if other.id.group != group or (other.id == resource.id and other.body is resource.body):
            continue
        for each, image in images_of(other):
            if each == name:
                return image.string()
    return ""
