"""From the search for secrets to a policy: what of a resource's credentials a policy means, as problems.

A credential that only moved is none that this change adds: values are compared in memory, and never
shown. Not for the search itself (`secrets`).
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from policygate.identity import Identity
from policygate.kube.resources import resources_of
from policygate.kube.sops import is_document
from policygate.kube.workloads import Container, containers, pod_specs
from policygate.order.keeping import SEALED_KINDS
from policygate.place import in_words, tokens
from policygate.policy.types import Problem
from policygate.secrets.search import place_of, secrets_beside, secrets_of
from policygate.secrets.secret_objects import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policygate.model import Path, Resource
    from policygate.policy.types import Context, Pair
    from policygate.secrets.found import Found
    from policygate.yamldoc import Parsed

    Meant: TypeAlias = Callable[[Path], bool]
    """Whether a policy means what stands at a path of the resource."""
    Say: TypeAlias = Callable[[Found], str]
    """The place of a credential in words: `DB_PASSWORD of container web`."""


class _Place(NamedTuple):
    """A credential, and whose it is."""

    owner: str
    path: tuple[Any, ...]
    value: str


def plaintext(pair: Pair, meant: Meant, say: Say | None = None) -> Iterator[Problem]:
    """Yield the credentials of a resource that a policy means, each at its own line.

    What is partly encrypted belongs to another policy (`sops-secret-left-in-clear`).
    """
    subject = pair.head
    resource = subject.pod.resource if isinstance(subject, Container) else subject
    if is_document(resource.body):
        return
    yield from problems(resource, pair.context, meant, say)


def problems(
    resource: Resource, context: Context, meant: Meant, say: Say | None = None
) -> Iterator[Problem]:
    """Yield the credentials of a resource that a policy means, encrypted or not.

    Args:
        resource: The resource.
        context: What is around it.
        meant: Which of them the policy means.
        say: The place of one in words; by default its path, and of what resource.
    """
    found_all = [found for found in secrets_of(resource) if meant(found.path)]
    before = sealed_before(resource, context) if found_all else None
    for found in found_all:
        yield Problem(
            found.path,
            f"{say(found) if say else _said(resource, found)} holds {found.what} in plain text",
            key=f"{found.value}\0{found.line}",
            known=_known(resource, found, context),
            location=place_of(resource, found),
            level=found.level if found.level != "error" else None,
            instead_of=before,
        )


def _said(resource: Resource, found: Found) -> str:
    return f"{in_words(resource.body, found.path)} of {resource.id.kind} {resource.id.name}"


def sealed_before(resource: Resource, context: Context) -> Resource | None:
    """What kept the values of a new Secret or ConfigMap at the base, by its name, and is gone."""
    kind, scope = resource.id.kind, resource.id.scope
    if kind not in ("Secret", "ConfigMap") or context.of_base is context:
        return None
    if context.of_base.head_resources(
        scope, kind, namespace=resource.id.namespace, name=resource.id.name
    ):
        return None
    for sealed in (*SEALED_KINDS, *(("Secret",) if kind == "ConfigMap" else ())):
        for old in context.of_base.head_resources(scope, sealed):
            still = context.head_resources(scope, sealed, name=old.id.name)
            if not still and resource.id.name in _makes(old):
                return old
    return None


def _makes(sealed: Resource) -> set[str]:
    """The names of the secrets that a resource stands for."""
    spec = sealed.view.spec
    return {spec.target.name.string() or sealed.id.name, spec.template.metadata.name.string()} - {
        ""
    }


def container_paths(resource: Resource) -> tuple[Path, ...]:
    """Where the containers of a resource stand."""
    return tuple(each.view.path for pod in pod_specs(resource) for each in containers(pod))


def is_below(path: Path, parents: tuple[Path, ...]) -> bool:
    """Whether a path leads into one of some others."""
    return any(path[: len(parent)] == parent for parent in parents)


def is_metadata(path: Path) -> bool:
    """Whether a path leads to an annotation or a label, of the object or of a template in it."""
    return any(
        part == "metadata" and path[at + 1 : at + 2] in (("annotations",), ("labels",))
        for at, part in enumerate(path)
    )


def known_in_files(pair: Pair, found: Found) -> bool | None:
    """Whether the base of a file had a credential, wherever it stood there; None where it had not.

    Resources of the file count: a part of one may have become the values of a chart.
    """
    if pair.base is None or pair.context.of_base is pair.context:
        return None
    return any(str(found.value) == value for value, *_ in _all_of(Identity(pair.base))) or None


def taken_out(pair: Pair) -> Iterator[tuple[str, str, int]]:
    """Yield the place, the kind and the line of each credential that no file of the change holds any more."""
    found_all = _all_of(Identity(pair.base)) if pair.base is not None else ()
    if not found_all:
        return
    left = {value for value, *_ in _all_of(Identity(pair.head))} if pair.head is not None else set()
    left |= _at_head(Identity(pair.context.changes))
    for value, place, what, line in found_all:
        if value not in left:
            yield place, what, line


@lru_cache(maxsize=4)
def _at_head(changes: Identity) -> frozenset[str]:
    heads = (change.head for change in changes.value if change.head is not None)
    return frozenset(str(found.value) for head in heads for found in secrets_of(head))


@lru_cache(maxsize=4)
def _all_of(parsed: Identity) -> tuple[tuple[str, str, str, int], ...]:
    """The credentials of a file: the value, its place in words, what it is, its line."""
    held: Parsed = parsed.value
    found_all = []
    for document in held.documents if not held.template else ():
        for resource in (
            resources_of(document.value, document, held.file) if document.readable else ()
        ):
            for found in secrets_of(resource):
                place = _said(resource, found)
                found_all.append(
                    (
                        str(found.value),
                        place,
                        found.what,
                        (place_of(resource, found) or resource.locate(found.path)).line,
                    )
                )
    for each in secrets_beside(held):
        found_all.append((str(each.found.value), each.words, each.found.what, each.location.line))
    return tuple(found_all)


def _known(resource: Resource, found: Found, context: Context) -> bool | None:
    """Whether the base had this credential: at this place, or at one that is gone."""
    if context.of_base is context:
        return None
    here = _place(resource, found)
    settled = _settled(Identity(context.changes))
    return here in settled if here in settled or _has_base(resource, context) else None


def _has_base(resource: Resource, context: Context) -> bool:
    return any(
        each.base is not None
        for each in context.changes_of(resource.id.kind)
        if each.head is resource
    )


@lru_cache(maxsize=4)  # every credential of a run asks about all of them; a run is kept alive
def _settled(changes: Identity) -> frozenset[_Place]:
    """The credentials of the head that the base had: in their place, or moved."""
    kept: set[_Place] = set()
    gone: Counter[tuple[str, bool]] = Counter()
    new: list[tuple[_Place, bool]] = []
    for change in changes.value:
        base = _places(change.base) if change.base is not None else {}
        head = _places(change.head) if change.head is not None else {}
        kept |= base.keys() & head.keys()
        gone.update((place.value, base[place]) for place in base.keys() - head.keys())
        new += [(place, head[place]) for place in head.keys() - base.keys()]
    wanted = Counter((place.value, in_secret) for place, in_secret in new)
    for place, in_secret in new:
        # Out of a Secret into anything else is no mere move: more people read that.
        left = gone[place.value, False] + (gone[place.value, True] if in_secret else 0)
        if wanted[place.value, in_secret] <= left:
            kept.add(place)
    return frozenset(kept)


def _places(resource: Resource) -> dict[_Place, bool]:
    """The credentials of a resource, and whether a Secret's data hold them."""
    return {
        _place(resource, found): _is_data(resource, found.path) for found in secrets_of(resource)
    }


def _is_data(resource: Resource, path: Path) -> bool:
    """Whether a path leads into the data of a Secret."""
    return resource.id.kind == "Secret" and path[0] in FIELDS


def _place(resource: Resource, found: Found) -> _Place:
    owner = f"{resource.id.group}/{resource.id}"
    path = tokens(resource.body, found.path)
    if _is_data(resource, found.path):
        path = path[1:]  # `data` and `stringData` are two ways to write one
    return _Place(owner, (*path, found.name), str(found.value))
