"""What Argo CD reads from its objects: applications, their sources, and options in annotations.

Facts of the formats; not for judging them.
https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.view import View

SYNC_OPTIONS: Final = "argocd.argoproj.io/sync-options"
"""The annotation that sets sync options for one resource."""
FINALIZER: Final = "resources-finalizer.argocd.argoproj.io"
"""The finalizer by which deleting an Application deletes what it deployed."""
_SCP: Final = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)")
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@]*@)?([^/:]+)(?::\d+)?/?(.*)", re.DOTALL)


class Option(NamedTuple):
    """A sync option, such as `Prune` with the value `false`, and where it is written."""

    name: str
    value: str
    view: View


def application(resource: Resource) -> View:
    """The spec of an Application; of an ApplicationSet, that of the applications it makes."""
    spec = resource.view.spec
    return spec.template.spec if resource.id.kind == "ApplicationSet" else spec


def is_completed(resource: Resource) -> bool:
    """Whether something else adds to the template of an ApplicationSet, so nothing is missing in it."""
    if resource.id.kind != "ApplicationSet":
        return False
    spec = resource.view.spec
    if spec.templatePatch:
        return True
    return any(inner["template"] for each in spec.generators for _, inner in each.items())


def sources(spec: View) -> Iterator[View]:
    """The sources of an application. Where it has several, `source` alone does not count."""
    if isinstance(spec.sources.raw, list) and spec.sources.raw:
        yield from spec.sources
    elif spec.sourceHydrator:
        yield spec.sourceHydrator.drySource
    elif spec.source:
        yield spec.source


def paired_sources(base: View, head: View) -> Iterator[tuple[View, View]]:
    """The sources of two versions of an application that are the same one: base, head.

    By repository and path or chart; else by `ref`, else the only one on each side.
    """
    left, right = list(sources(base)), list(sources(head))
    for key in (_place, _ref):
        for each in list(right):
            partner = next((old for old in left if key(old) and key(old) == key(each)), None)
            if partner is not None:
                left.remove(partner)
                right.remove(each)
                yield partner, each
    if len(left) == len(right) == 1:
        yield left[0], right[0]


def _place(source: View) -> tuple[str, ...]:
    where = source.chart.string() or source["path"].string()
    url = source.repoURL.string()
    return (repository(url), where) if url else ()


def _ref(source: View) -> str:
    return source.ref.string()


def repository(url: str) -> str:
    """A repository in one spelling: `git@host:a/b.git` and `https://host/a/b` are the same."""
    text = url.strip()
    found = _URL.fullmatch(text.lower()) or _SCP.fullmatch(text.lower())
    if found:
        text = f"{found[1]}/{found[2]}"
    return text.rstrip("/").removesuffix(".git").lower()


def sync_options(spec: View) -> Iterator[Option]:
    """The sync options of an application."""
    for item in spec.syncPolicy.syncOptions:
        name, _, value = item.string().partition("=")
        yield Option(name.strip(), value.strip(), item)


def annotated_options(resource: Resource) -> Iterator[Option]:
    """The sync options that a resource sets for itself."""
    view = resource.view.metadata.annotations[SYNC_OPTIONS]
    for each in view.string().split(","):
        name, _, value = each.partition("=")
        if name.strip():
            yield Option(name.strip(), value.strip(), view)


def later(text: str) -> bool:
    """Whether a text is filled in before the cluster sees it: `{{ name }}`, `${NAME}`."""
    return "{{" in text or "${" in text or "$(" in text
