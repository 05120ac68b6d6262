"""Image tag can move.

What a mutable tag means tomorrow nobody wrote down: two nodes may run different programs, a rollback
brings back nothing, and whoever may push to the registry deploys past the review.

Fix:
Name a version, or better a digest: `nginx:1.27.3` or `nginx@sha256:…`.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-names

Peers:
kube-linter:latest-tag, kube-score:container-image-tag, polaris:tagNotSpecified, checkov:CKV_K8S_14,
trivy:KSV-0013, kyverno:disallow-latest-tag, datree:CONTAINERS_MISSING_IMAGE_VALUE_VERSION,
gatekeeper:K8sDisallowedTags, kubeaudit:ImageTagMissing, terrascan:imageWithLatestTag,
kubescape:C-0075, kubescape:C-0304, popeye:POP-100, popeye:POP-101
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.image import parse_image
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The tags that are known to move."""

    tags: tuple[str, ...] = ("latest", "main", "master", "stable", "edge", "nightly", "dev")


PLACEHOLDER = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: web-image}]}
"""
EXAMPLES = (
    Example(
        "kustomize puts the tag in",
        "pass",
        text=PLACEHOLDER
        + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images: [{name: web-image, newName: registry.example.com/web, newTag: 1.27.3}]
""",
    ),
    Example("kustomize leaves it as it is", "fail", text=PLACEHOLDER),
    Example(
        "kustomize puts in a tag that moves",
        "fail",
        text=PLACEHOLDER
        + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images: [{name: web-image, newTag: latest}]
""",
    ),
    Example("a version", "pass", {"name": "web", "image": "registry.example.com:5000/team/web:1.27.3"}, binds="container"),
    Example("a digest, whatever the tag", "pass", {"name": "web", "image": "web:latest@sha256:" + "a" * 64}, binds="container"),
    Example("no image: a patch or a template sets it", "pass", {"name": "web"}, binds="container"),
    Example("latest", "fail", {"name": "web", "image": "web:latest"}, binds="container", path="image"),
    Example("no tag is latest", "fail", {"name": "web", "image": "registry.example.com:5000/web"}, binds="container",
            message="which is latest"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def image_tag_mutable(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield an image without a digest whose tag, written or implied, is on the list."""
    view = pair.head.view.image
    image = parse_image(view.string())
    if image is None or image.digest or image.effective_tag not in params.tags:
        return
    scope = pair.head.pod.resource.id.scope
    beside = [
        resource
        for kind in ("Kustomization", "Component")
        for resource in pair.context.head_resources(scope, kind)
        if resource.id.group == "kustomize.config.k8s.io"
    ]
    name = view.string().partition(":")[0]
    if any(_set(resource, name, params) for resource in beside):
        return
    what = f"the tag {image.tag}, which moves" if image.tag else "no tag, which is latest"
    # Without a tag it may be a placeholder that an overlay fills in.
    yield Problem(
        view,
        f"container {pair.head.name} uses an image with {what}",
        possible=bool(beside) and not image.tag,
    )


def _set(kustomization: Resource, name: str, params: Params) -> bool:
    """Whether a kustomization gives the image a digest, or a tag that does not move.

    https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
    """
    return any(
        image["name"].raw == name
        and bool(image.digest or (image.newTag and image.newTag.raw not in params.tags))
        for image in kustomization.view.images
    )
