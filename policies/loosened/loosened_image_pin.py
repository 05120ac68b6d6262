"""Image is pinned less surely.

A digest names one artifact for ever, a version what was pushed under it last, and `latest` whatever is there
tomorrow. After the change the repository says less about what runs, and a rollback may bring back something else.

Fix:
Name the digest beside the tag (`nginx:1.27.3@sha256:…`), or at least a version.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-names
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.running import IMAGE_PIN
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened

DIGEST = "@sha256:" + "1" * 64


def _run(image: str, **more: Any) -> dict[str, Any]:
    return {"name": "web", "image": image, **more}


EXAMPLES = (
    Example("another digest", "pass", binds="container", base=_run("nginx@sha256:" + "2" * 64), head=_run("nginx" + DIGEST)),
    Example("another version", "pass", binds="container", base=_run("nginx:1.26"), head=_run("nginx:1.27")),
    Example("pinned", "pass", binds="container", base=_run("nginx"), head=_run("nginx:1.27.3" + DIGEST)),
    Example("a new container", "pass", binds="pod", base={"containers": [_run("web" + DIGEST)]},
            head={"containers": [_run("web" + DIGEST), {"name": "log", "image": "busybox"}]}),
    Example("filled in later", "pass", binds="container", base=_run("nginx" + DIGEST), head={"name": "web", "image": "${IMAGE}"}),
    Example("a tag instead of a digest", "fail", binds="container", base=_run("nginx" + DIGEST), head=_run("nginx:1.27"), path="image",
            message="was pinned by a digest and runs whatever 1.27 is now"),
    Example("latest instead of a version", "fail", binds="container", base=_run("nginx:1.27"), head=_run("nginx:latest"),
            message="was pinned by the version 1.27 and runs whatever latest is now"),
    Example("no tag", "fail", binds="container", base=_run("nginx:1.27"), head=_run("nginx")),
)  # fmt: skip


@policy(
    level="error",
    class_="recovery",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["image-tag-mutable", "image-digest-missing"],
    examples=EXAMPLES,
)
def loosened_image_pin(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, IMAGE_PIN)
