"""Image in production is not the one that staging runs.

What reaches production without having run in staging is tested by the customers. It happens when one of
two folders is forgotten, or when somebody is in a hurry.

Fix:
Bring the image to staging first, and change production in a later pull request to the same tag or digest.

References:
https://fluxcd.io/flux/guides/repository-structure/
https://argo-cd.readthedocs.io/en/stable/user-guide/best_practices/

Peers:
kyverno:ensure-production-matches-staging
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.environments import image_beside, images_of
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The names of the folders of both environments, as they stand in paths; they differ in nothing else."""

    staging: str = "staging"
    production: str = "production"


def _pod(image: str) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: web, image: {image!r}}}]}}\n"


AT = "apps/production/web.yaml"
EXAMPLES = (
    Example("another environment", "pass", at="apps/test/web.yaml", text=_pod("web:1")),
    Example("staging is elsewhere", "pass", at=AT, text=_pod("web:1")),
    Example("both are in one folder, which is staging as well", "fail", at=AT, text=_pod("web:2") + "---\n" + _pod("web:1"),
            params={"staging": "production"}, message="staging runs web:1"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload", "kustomize.config.k8s.io/Kustomization"],
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def staging_before_production(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield images for which the same object of staging has another one."""
    head = pair.head
    parts = head.id.scope.split("/")
    if params.production not in parts:
        return
    scope = "/".join(params.staging if part == params.production else part for part in parts)
    for name, image in images_of(head):
        other = image_beside(head, name, scope, pair.context)
        if other and image.string() and other != image.string():
            yield Problem(
                image, f"{head.id.name or name} runs {image.string()}, and staging runs {other}"
            )
