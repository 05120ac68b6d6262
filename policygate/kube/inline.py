"""Patches that stand inside of other documents: of kustomizations, of Flux and Argo CD, and of transformers.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/,
https://fluxcd.io/flux/components/kustomize/kustomizations/#patches,
https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/#patches,
https://kubectl.docs.kubernetes.io/references/kustomize/builtins/. Not for what is patched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator


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
