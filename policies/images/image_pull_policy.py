"""Image that can change is not pulled again.

A node that has an image of that tag keeps it: two nodes run different programs. With a digest, or a tag
that never moves, there is nothing to pull again.

Fix:
Name a version or a digest; for a tag that moves set `imagePullPolicy: Always`.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy

Peers:
kube-score:container-image-pull-policy, polaris:pullPolicyNotAlways, checkov:CKV_K8S_15,
kubescape:C-0075, kyverno:imagepullpolicy-always, kube-linter:latest-tag
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.image import parse_image
from policygate.policy import Edit, Example, Pair, Problem, policy


class Params(NamedTuple):
    """The tags that are known to move."""

    tags: tuple[str, ...] = ("latest", "main", "master", "stable", "edge", "nightly", "dev")


def _image(image: str, **more: str) -> dict[str, str]:
    return {"name": "web", "image": image, **more}


EXAMPLES = (
    Example("a version", "pass", _image("web:1.2.3", imagePullPolicy="IfNotPresent"), binds="container"),
    Example("a digest", "pass", _image("web:latest@sha256:" + "a" * 64, imagePullPolicy="IfNotPresent"), binds="container"),
    Example("unset is Always for latest", "pass", _image("web"), binds="container"),
    Example("pulled again", "pass", _image("web:main", imagePullPolicy="Always"), binds="container"),
    Example("no image", "pass", _image(""), binds="container"),
    Example("a tag that moves", "fail", _image("web:main"), binds="container", path="imagePullPolicy",
            message="container web uses the tag main, which moves, and a node that has it keeps it"),
    Example("latest, not pulled again", "fail", _image("web", imagePullPolicy="IfNotPresent"), binds="container"),
    Example("never pulled", "fail", _image("web:1.2.3", imagePullPolicy="Never"), binds="container", message="is never pulled"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="container",
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def image_pull_policy(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield images that move and are kept, and those that are never pulled."""
    name, said = pair.head.name, pair.head.view.imagePullPolicy
    image = parse_image(pair.head.view.image.string())
    if image is None:
        return
    edit = Edit("set", said.path, value="Always")
    if said.raw == "Never":
        yield Problem(said, f"the image of container {name} is never pulled", edit=edit)
        return
    tag = image.effective_tag
    default = "Always" if tag == "latest" else "IfNotPresent"
    if not image.digest and tag in params.tags and (said.raw or default) != "Always":
        words = f"container {name} uses the tag {tag}, which moves, and a node that has it keeps it"
        yield Problem(said, words, edit=edit)
