"""What a resource runs, or makes others run: images, charts and revisions, and how surely each is named.

Only what is named by its content is the same artifact tomorrow. Not for judging that: policies do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from policygate.kube.argo import application, later, sources
from policygate.kube.flux import pinned_by
from policygate.kube.image import parse_image
from policygate.kube.image_entries import changed_image, entry_of
from policygate.kube.kustomization import GROUP
from policygate.kube.workloads import containers, pod_specs
from policygate.model import Artifact, Pin
from policygate.order.running import pinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policygate.model import Change, Resource
    from policygate.policy.types import Context
    from policygate.view import View

_PINS: Final[tuple[Pin, ...]] = ("digest", "tag", "moving")
"""What `order.running.pinned` says, in words."""
_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_VERSION: Final = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?")
"""One version; `1.2` and `1.2.x` are ranges of Helm."""


class _Named(NamedTuple):
    """An artifact of one side: where it is named, how, and how surely."""

    place: str
    name: str
    pin: Pin


_Find: TypeAlias = "Callable[[Resource], Iterator[_Named]]"


def artifacts(change: Change, context: Context) -> tuple[Artifact, ...]:
    """What a resource runs at the head, each with what stood in its place at the base.

    Args:
        change: The resource; what is removed runs nothing.
        context: Where the kustomizations are that give images another name, at the head and at the base.
    """
    if change.head is None:
        return ()
    base = _by_place(change.base, context.of_base) if change.base is not None else {}
    found = []
    for place, now in _by_place(change.head, context).items():
        was = base.get(place)
        if was is None or was.name == now.name:
            found.append(Artifact(*now))
        else:
            found.append(Artifact(*now, was.name, was.pin))
    return tuple(found)


def _by_place(resource: Resource, context: Context) -> dict[str, _Named]:
    found: dict[str, _Named] = {}
    of_kind = _OF_KIND.get((resource.id.group, resource.id.kind))
    for each in (*_images(resource, context), *(of_kind(resource) if of_kind else ())):
        found.setdefault(each.place, each)
    return found


def _images(resource: Resource, context: Context) -> Iterator[_Named]:
    for pod in pod_specs(resource):
        for container in containers(pod):
            image = container.view.image.string()
            if image:
                entry = entry_of(image, context, resource.id.scope)
                yield _image(container.name or "container", changed_image(image, entry))


def _image(place: str, text: str) -> _Named:
    image = None if later(text) else parse_image(text)
    return _Named(place, text, "unknown" if image is None else _PINS[pinned(image)])


def _kustomization(resource: Resource) -> Iterator[_Named]:
    """The images that a kustomization puts in the place of others."""
    for entry in resource.view.images:
        name = entry["name"].string()
        if name and (entry.newTag or entry.digest or entry.newName):
            made = changed_image(name, entry)
            named = _image(name, made)
            is_whole = bool(entry.newTag or entry.digest)  # else the container's own tag counts
            yield named if is_whole else named._replace(pin="unknown")


def _application(resource: Resource) -> Iterator[_Named]:
    for index, source in enumerate(sources(application(resource))):
        place = f"source {index + 1}" if index else "source"
        revision = source.targetRevision.string() or ("*" if source.chart else "HEAD")
        what = source.chart.string() or source["path"].string()
        yield _Named(place, f"{what}@{revision}" if what else revision, _revision(revision))


def _release(resource: Resource) -> Iterator[_Named]:
    chart = resource.view.spec.chart.spec
    if chart.chart.string():
        version = chart.version.string() or "*"
        yield _Named("chart", f"{chart.chart.string()}@{version}", _revision(version))


def _source(resource: Resource) -> Iterator[_Named]:
    ref: View = resource.view.spec.ref
    pins: dict[str, Pin] = {"digest": "digest", "commit": "digest", "tag": "tag", "": "moving"}
    fields = ("digest", "commit", "name", "semver", "tag", "branch")
    name = next((ref[each].string() for each in fields if ref[each].string()), "")
    unset = "latest" if resource.id.kind == "OCIRepository" else "master"
    yield _Named("ref", name or unset, "unknown" if later(name) else pins[pinned_by(ref)])


def _revision(text: str) -> Pin:
    """How surely a revision or the version of a chart names one; a tag of git looks like a version."""
    if later(text):
        return "unknown"
    if _COMMIT.fullmatch(text):
        return "digest"
    return "tag" if _VERSION.fullmatch(text) else "moving"


_OF_KIND: Final[dict[tuple[str, str], _Find]] = {
    ("argoproj.io", "Application"): _application,
    ("argoproj.io", "ApplicationSet"): _application,
    ("helm.toolkit.fluxcd.io", "HelmRelease"): _release,
    (GROUP, "Component"): _kustomization,
    (GROUP, "Kustomization"): _kustomization,
    ("source.toolkit.fluxcd.io", "GitRepository"): _source,
    ("source.toolkit.fluxcd.io", "OCIRepository"): _source,
}
