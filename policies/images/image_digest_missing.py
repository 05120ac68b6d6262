"""Image is not pinned by its digest.

A tag names what was pushed last under it: two nodes may run different programs, and whoever may push to the
registry changes what runs without a review. A digest names one artifact for ever.

Fix:
Name the digest beside the tag, `nginx:1.27.3@sha256:…`; Renovate and Dependabot keep both up to date.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-names

Peers:
checkov:CKV_K8S_43, kubescape:C-0306, kyverno:require-image-checksum,
datree:CONTAINERS_MISSING_IMAGE_VALUE_DIGEST, gatekeeper:K8sImageDigests, terrascan:imageWithoutDigest
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.image import parse_image
from policygate.kube.image_entries import changed_image, entry_of
from policygate.policy import Example, Pair, Problem, policy

DIGEST = "@sha256:" + "a" * 64
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "web:1"}]}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images: [{name: %s}]
"""


def _image(image: str) -> dict[str, str]:
    return {"name": "web", "image": image}


EXAMPLES = (
    Example("a digest", "pass", _image("nginx" + DIGEST), binds="container"),
    Example("a tag and a digest", "pass", _image("r.example:5000/nginx:1.27.3" + DIGEST), binds="container"),
    Example("no image: a patch or a template sets it", "pass", _image(""), binds="container"),
    Example("filled in before the cluster sees it", "pass", _image("${IMAGE}"), binds="container"),
    Example("kustomize puts the digest in", "pass", text=POD % f"web, digest: '{DIGEST[1:]}'"),
    Example("a version", "fail", _image("nginx:1.27.3"), binds="container", path="image",
            message="container web runs nginx:1.27.3, which names no digest"),
    Example("the port of a registry is no tag", "fail", _image("r.example:5000/nginx"), binds="container"),
    Example("of a container that prepares", "fail", {"initContainers": [_image("a:1")], "containers": [_image("b" + DIGEST)]},
            binds="pod", path="initContainers[web].image"),
    Example("kustomize puts another tag in", "fail", text=POD % "web, newTag: '2'", message="runs web:2"),
    Example("kustomize changes another image", "fail", text=POD % f"api, digest: '{DIGEST[1:]}'"),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["workload"], scope="container", examples=EXAMPLES)
def image_digest_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield images without a digest, after what kustomize makes of them."""
    view = pair.head.view.image
    entry = entry_of(view.string(), pair.context, pair.head.pod.resource.id.scope)
    text = changed_image(view.string(), entry)
    image = parse_image(text)
    if image is not None and not image.digest:
        words = f"container {pair.head.name} runs {text}, which names no digest"
        yield Problem(view, words)
