"""Image that moves is not pulled again.

With IfNotPresent a node keeps the image that it pulled first under a tag: nodes that are older run another
program than newer ones. Never runs only what somebody put on the node by hand, and is most often left from a
cluster on a laptop.

Fix:
Set `imagePullPolicy: Always` where the tag moves, or better name a version or a digest; remove `Never`.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy

Peers:
kube-score:container-image-pull-policy, polaris:pullPolicyNotAlways, checkov:CKV_K8S_15, kubescape:C-0075,
kyverno:imagepullpolicy-always, kube-linter:latest-tag
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.effective import effective
from policygate.kube.image import parse_image
from policygate.kube.image_entries import changed_image, entry_of
from policygate.policy import Edit, Example, Pair, Problem, policy


class Params(NamedTuple):
    """The tags that are known to move; and whether every image must be pulled each time."""

    tags: tuple[str, ...] = ("latest", "main", "master", "stable", "edge", "nightly", "dev")
    every_image: bool = False


def _container(image: str, pull: str = "") -> dict[str, str]:
    return {"name": "web", "image": image} | ({"imagePullPolicy": pull} if pull else {})


EXAMPLES = (
    Example("pulled each time", "pass", _container("web:main", "Always"), binds="container"),
    Example("unset pulls latest each time", "pass", _container("web:latest"), binds="container"),
    Example("so does no tag", "pass", _container("r.example:5000/web"), binds="container"),
    Example("a version does not move", "pass", _container("web:1.2.3", "IfNotPresent"), binds="container"),
    Example("nor does a digest", "pass", _container("web:latest@sha256:" + "a" * 64, "IfNotPresent"), binds="container"),
    Example("no image: a patch or a template sets it", "pass", _container("", "IfNotPresent"), binds="container"),
    Example("nor does a digest where every image is asked for", "pass", _container("web@sha256:" + "a" * 64), binds="container",
            params={"every_image": True}),
    Example("latest is not pulled again", "fail", _container("web", "IfNotPresent"), binds="container", path="imagePullPolicy",
            message="container web runs web, which moves, and pulls it IfNotPresent"),
    Example("unset pulls other tags once", "fail", _container("web:main"), binds="container", message="pulls it IfNotPresent"),
    Example("never", "fail", _container("web:1.2.3", "Never"), binds="container", message="never pulls web:1.2.3"),
    Example("every image", "fail", _container("web:1.2.3"), binds="container", params={"every_image": True}),
    Example("kustomize puts in a tag that moves", "fail", message="runs web:main, which moves", text="""\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "web:1"}]}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images: [{name: web, newTag: main}]
"""),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["workload"],
    scope="container",
    params=Params,
    examples=EXAMPLES,
)
def image_pull_policy(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield containers that keep an image whose tag moves, and those that never pull."""
    view = pair.head.view.imagePullPolicy
    written = pair.head.view.image.string()
    text = changed_image(written, entry_of(written, pair.context, pair.head.pod.resource.id.scope))
    image = parse_image(text)
    if image is None:
        return
    if view.raw == "Never":
        yield Problem(view, f"container {pair.head.name} never pulls {text}: Never")
        return
    moves = image.effective_tag in params.tags
    # What kustomize puts in decides as well, and `effective` has not seen it.
    default = "Always" if image.effective_tag == "latest" else "IfNotPresent"
    pulls = effective(pair.head, "imagePullPolicy").value if view else default
    if not image.digest and pulls != "Always" and (moves or params.every_image):
        which = ", which moves," if moves else ""
        words = f"container {pair.head.name} runs {text}{which} and pulls it {pulls}"
        yield Problem(view, words, edit=Edit("set", view.path, "Always"))
