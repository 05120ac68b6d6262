"""Image comes from another registry.

Another registry is another owner, and often another program under the same name. The gate cannot say which of
two it should trust; where it is told (see image-registry-not-allowed), it does.

Fix:
Say in the pull request why the image comes from there now.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-names
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.running import IMAGE_SOURCE
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _run(image: str) -> dict[str, Any]:
    return {"name": "web", "image": image}


EXAMPLES = (
    Example("the same one in full", "pass", binds="container", base=_run("nginx:1"), head=_run("docker.io/library/nginx:1")),
    Example("another version", "pass", binds="container", base=_run("ghcr.io/a/web:1"), head=_run("ghcr.io/a/web:2")),
    Example("another registry", "fail", binds="container", base=_run("ghcr.io/a/web:1"), head=_run("quay.io/a/web:1"), path="image",
            message="comes from quay.io now, and not from ghcr.io"),
)  # fmt: skip


@policy(
    level="note",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_image_source(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, IMAGE_SOURCE)
