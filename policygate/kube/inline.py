"""Patches that stand inside of other documents: of kustomizations, of Flux and Argo CD, and of transformers.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/,
https://fluxcd.io/flux/components/kustomize/kustomizations/#patches,
https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/#patches,
https://kubectl.docs.kubernetes.io/references/kustomize/builtins/. What they set is read as from a file with a patch,
and what they take away as null; what they move or copy is not read. Not for what is patched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from policygate.kube.places import BUILT_IN
from policygate.kube.resources import REQUIRED, resources_of
from policygate.model import Location, Path, Positions, Resource
from policygate.view import View
from policygate.yamldoc import parse

if TYPE_CHECKING:
    from collections.abc import Iterator


_READ: Final = frozenset({"add", "replace", "remove"})
_DEPTH: Final = 100
_GROUPS: Final = {kind: group for group, kind in (*REQUIRED, *BUILT_IN)}
"""Kinds that a target may name alone."""


class InlinePatch(NamedTuple):
    """A patch, as text or already a value, and what it is for, which may not be written."""

    patch: View
    target: View


def inline_patches(body: Any) -> Iterator[InlinePatch]:
    """Yield the patches that a document holds, whatever it is.

    Args:
        body: The value of the document; anything at all.
    """
    document = View(body)
    if document.apiVersion.raw == "builtin":
        yield from _of_transformer(document)
        return
    for owner in _owners(document):
        for key in ("patches", "patchesJson6902"):
            for each in owner[key]:
                if each.patch.raw:
                    yield InlinePatch(each.patch, each.target)
        for each in owner.patchesStrategicMerge:
            if isinstance(each.raw, dict) or _is_no_path(each.string()):
                yield InlinePatch(each, View(None))


def _of_transformer(document: View) -> Iterator[InlinePatch]:
    """PatchTransformer, PatchJson6902Transformer, and PatchStrategicMergeTransformer."""
    for each in (document.patch, document.jsonOp, document.patches, *document.patches):
        if isinstance(each.raw, dict) or _is_no_path(each.string()):
            yield InlinePatch(each, document.target)


def patched_resources(body: Any, positions: Positions, file: str) -> Iterator[Resource]:
    """Yield the parts of resources that the patches of a document set.

    Args:
        body: The value of the document; anything at all.
        positions: Where its paths stand in the file.
        file: Its path.
    """
    for each in inline_patches(body):
        at = positions.locate_value(each.patch.path)
        if not isinstance(each.patch.raw, str):
            yield from _parts(each.patch.raw, each.target, _Inside(at), file)
            continue
        for document in parse(each.patch.raw.encode("utf-8", "surrogatepass"), file).documents:
            if document.readable:
                inside = _Inside(at, each.patch.raw, document)
                yield from _parts(document.value, each.target, inside, file)


def _parts(patch: Any, target: View, inside: _Inside, file: str) -> Iterator[Resource]:
    """The resources of a strategic merge patch, or one for each value that a JSON patch sets or removes."""
    if isinstance(patch, dict):
        yield from _partial(patch, target, inside, file)
    for index, each in enumerate(patch if isinstance(patch, list) else ()):
        operation = View(each)
        steps = operation["path"].string().split("/")
        if operation.op.raw not in _READ or steps[0] or not 1 < len(steps) <= _DEPTH:
            continue
        removes = operation.op.raw == "remove"
        if removes and steps[-1].isdecimal():
            continue  # an item is gone, and another one has its place
        body = None if removes else operation.value.raw
        for step in reversed(steps[1:]):
            key = step.replace("~1", "/").replace("~0", "~")
            body = [body] if key == "-" or key.isdecimal() else {key: body}
        if isinstance(body, dict):
            yield from _partial(body, target, inside.at((index,)), file)


def _partial(
    body: dict[str, Any], target: View, positions: Positions, file: str
) -> Iterator[Resource]:
    """A resource of which only a part is known. A target says whom it is for, whatever the patch says."""
    kind, version = target.kind.string() or body.get("kind"), body.get("apiVersion")
    if version is None or kind != body.get("kind"):
        group = target.group.string() or _GROUPS.get(str(kind))
        version = f"{group}/{target.version.string('v1')}".lstrip("/")
        if group is None:
            return
    metadata = body.get("metadata")
    said = dict(metadata) if isinstance(metadata, dict) else {}
    for key in ("name", "namespace") if target else ():
        said.pop(key, None)
        said |= {key: target[key].raw} if target[key] else {}
    # Without a kind it would be taken for the kustomization itself; what a Secret holds is searched for
    # in the document around it.
    if kind and kind != "Secret":
        whole = {**body, "apiVersion": version, "kind": kind, "metadata": said}
        for each in resources_of(whole, positions, file):
            yield replace(each, partial=True)


class _Inside(NamedTuple):
    """Where the places of a patch stand in the file around it; implements `policygate.model.Positions`.

    Only a literal block has the lines of its text one by one. `under` is the operation that all of it is.
    """

    around: Location
    text: str = ""
    inner: Positions | None = None
    under: Path | None = None

    def at(self, path: Path) -> _Inside:
        """The same, for what all stands at one place."""
        return self._replace(under=path)

    def locate(self, path: Path) -> Location:
        """See `Positions`; the columns are not known."""
        around, line = self.around, self.around.line
        lines = self.text.rstrip("\n").count("\n") + 1
        if self.inner is not None and around.end_line - line == lines:
            line += self.inner.locate(path if self.under is None else self.under).line
        return Location(around.file, line)

    def locate_value(self, path: Path) -> Location:
        """See `Positions`."""
        return self.locate(path)


def changes_others(body: Any) -> bool:
    """Whether a document changes what others hold, in a form that is no manifest itself."""
    if isinstance(body, list):
        return any(isinstance(each, dict) and {"op", "path"} <= each.keys() for each in body)
    if any(True for _ in inline_patches(body)):
        return True
    document = View(body)
    if document.apiVersion.raw == "builtin" and document.kind.raw == "ReplacementTransformer":
        return True
    replaced = any(bool(each.targets) for each in document.replacements)
    return replaced or any(
        isinstance(each.raw, dict) or _is_no_path(each.string()) for each in document.transformers
    )


def _owners(document: View) -> Iterator[View]:
    """Where a document may hold patches: kustomize's own, and what Flux and Argo CD hand on to it."""
    yield document
    spec = document.spec
    yield spec
    for each in spec.postRenderers:
        yield each.kustomize
    for application in (spec, spec.template.spec):
        for source in (application.source, *application.sources):
            yield source.kustomize


def _is_no_path(text: str) -> bool:
    """Whether a text is a document, and no name of a file."""
    return "\n" in text or ": " in text or text.lstrip()[:1] in {"{", "["}
