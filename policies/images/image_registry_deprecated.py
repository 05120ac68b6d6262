"""Image comes from a registry that is not kept up.

These registries are frozen or have moved: no fixes arrive, and one day the image cannot be pulled any
more, mostly when a node is replaced.

Fix:
Name the registry that took its place: `registry.k8s.io` for `k8s.gcr.io`.

References:
https://kubernetes.io/blog/2023/03/10/image-registry-redirect/
https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/

Peers:
kubescape:C-0253, kyverno:restrict-deprecated-registry
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.image import parse_image
from policygate.policy import Edit, Example, Pair, Problem, policy


class Params(NamedTuple):
    """Beginnings of names, to the last slash; with what takes their place, if it is the same image."""

    registries: dict[str, str] = {  # noqa: RUF012 (never changed)
        "k8s.gcr.io/": "registry.k8s.io/",
        "gcr.io/google_containers/": "registry.k8s.io/",
        "gcr.io/google-containers/": "registry.k8s.io/",
        "quay.io/coreos/": "",
        "docker.io/bitnami/": "",
    }


def _image(name: str) -> dict[str, str]:
    return {"name": "web", "image": name}


EXAMPLES = (
    Example("where it is today", "pass", _image("registry.k8s.io/pause:3.10"), binds="container"),
    Example("a name that only begins like it", "pass", _image("k8s.gcr.io.example/pause:3.10"), binds="container"),
    Example("no image yet", "pass", {"name": "web", "image": ""}, binds="container"),
    Example("frozen", "fail", _image("k8s.gcr.io/pause:3.9"), binds="container", path="image",
            message="container web uses an image of k8s.gcr.io/, which is not kept up: use registry.k8s.io/"),
    Example("moved", "fail", _image("bitnami/redis:7"), binds="container", message="docker.io/bitnami/, which is not kept up"),
    Example("a list of one's own", "fail", _image("old.example/web:1"), binds="container", params={"registries": {"old.example/": ""}}),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", params=Params, examples=EXAMPLES)
def image_registry_deprecated(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield images of registries on the list."""
    view = pair.head.view.image
    image = parse_image(view.string())
    if image is None:
        return
    for old, new in params.registries.items():
        if image.name.startswith(old):
            words = f"container {pair.head.name} uses an image of {old}, which is not kept up"
            text = view.string()
            edit = (
                Edit("set", view.path, new + text.removeprefix(old))
                if new and text.startswith(old)
                else None
            )
            yield Problem(view, words + (f": use {new}" if new else ""), edit=edit)
