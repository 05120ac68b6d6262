"""Image updater changes what runs, and git does not know it.

Without `write-back-method: git` the image updater sets the image in the live Application. What runs stands
in no commit, goes through no review, and is lost when the Application is created anew.

Fix:
Set the annotation `argocd-image-updater.argoproj.io/write-back-method: git`.

References:
https://argocd-image-updater.readthedocs.io/en/stable/basics/update-methods/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

PREFIX = "argocd-image-updater.argoproj.io/"


def _app(kind: str = "Application", **annotations: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "name": "web",
        "annotations": {
            PREFIX + key.replace("_", "-"): value for key, value in annotations.items()
        },
    }
    body: dict[str, Any] = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": metadata,
        "spec": {},
    }
    if kind == "ApplicationSet":
        return {**body, "metadata": {"name": "web"}, "spec": {"template": {"metadata": metadata}}}
    return body


EXAMPLES = (
    Example("written to git", "pass", _app(image_list="web=example.com/web", write_back_method="git:secret:argocd/key")),
    Example("nothing is updated", "pass", _app()),
    Example("by default", "fail", _app(image_list="web=example.com/web"), path=f'metadata.annotations["{PREFIX}write-back-method"]',
            message="the images of web are changed without a commit"),
    Example("on purpose", "fail", _app(image_list="web=example.com/web", write_back_method="argocd")),
    Example("in the template of a set", "fail", _app("ApplicationSet", image_list="web=example.com/web"),
            path=f'spec.template.metadata.annotations["{PREFIX}write-back-method"]'),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["argoproj.io/Application", "argoproj.io/ApplicationSet"],
    examples=EXAMPLES,
)
def argocd_image_updater_unrecorded(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield applications whose images are updated without being written to git."""
    view = pair.head.view
    of = view.spec.template if pair.head.id.kind == "ApplicationSet" else view
    annotations = of.metadata.annotations
    method = annotations[PREFIX + "write-back-method"]
    if annotations[PREFIX + "image-list"] and method.string("argocd") == "argocd":
        yield Problem(method, f"the images of {pair.head.id.name} are changed without a commit")
