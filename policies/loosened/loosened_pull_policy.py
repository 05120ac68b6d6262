"""Image is pulled less often.

An image that is always pulled asks the registry whether this pod may have it, and brings what the tag is now.
With IfNotPresent, every pod of the node may run what another one pulled.

Fix:
Restore `imagePullPolicy: Always`, or name the image by a digest.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.running import PULL_POLICY
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened

DIGEST = "@sha256:" + "1" * 64


def _run(image: str, **more: Any) -> dict[str, Any]:
    return {"name": "web", "image": image, **more}


EXAMPLES = (
    Example("a digest is always the same", "pass", binds="container", base=_run("web" + DIGEST, imagePullPolicy="Always"), head=_run("web" + DIGEST)),
    Example("the default is written", "pass", binds="container", base=_run("web:1"), head=_run("web:1", imagePullPolicy="IfNotPresent")),
    Example("latest is always pulled", "pass", binds="container", base=_run("web:1"), head=_run("web:latest")),
    Example("removed", "fail", binds="container", base=_run("web:1", imagePullPolicy="Always"), head=_run("web:1"), path="imagePullPolicy",
            message="runs an image that its node has"),
)  # fmt: skip


@policy(
    level="note",
    class_="security",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["image-pull-policy"],
    examples=EXAMPLES,
)
def loosened_pull_policy(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, PULL_POLICY)
