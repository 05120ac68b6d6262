"""Image comes from a registry that is not on the list.

What a team agreed to trust stands in the settings; everything else may be anybody's.

Fix:
Use an image of an allowed registry, or add the registry in `policies.image-registry-not-allowed.params.allowed`.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-names

Standards:
CIS 5.5.1

Peers:
trivy:KSV-0125, trivy:KSV-0032, trivy:KSV-0033, trivy:KSV-0034, trivy:KSV-0035, kubescape:C-0078,
kubescape:C-0001, kubescape:C-0304, kyverno:restrict-image-registries, kyverno:allowed-image-repos,
kyverno:advanced-restrict-image-registries, gatekeeper:K8sAllowedRepos,
gatekeeper:K8sAllowedReposv2, gatekeeper:K8sDisallowedRepos, kubeaudit:ImageTagIncorrect,
popeye:POP-113
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.image import parse_image
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Registries, or beginnings of names that end where a part ends; none for any."""

    allowed: tuple[str, ...] = ()


def _image(image: str) -> dict[str, str]:
    return {"name": "web", "image": image}


OURS = {"allowed": ["registry.example", "docker.io/library/"]}
EXAMPLES = (
    Example("nothing is configured", "pass", _image("anything/web:1"), binds="container"),
    Example("allowed", "pass", _image("registry.example/team/web:1"), binds="container", params=OURS),
    Example("in full it is allowed", "pass", _image("nginx:1.27"), binds="container", params=OURS),
    Example("no image yet", "pass", _image("${IMAGE}"), binds="container", params=OURS),
    Example("another one", "fail", _image("ghcr.io/team/web:1"), binds="container", params=OURS, path="image",
            message="container web uses an image of ghcr.io/team/web, which is not on the list"),
    Example("it only begins like it", "fail", _image("registry.example.attacker.io/web:1"), binds="container", params=OURS),
    Example("another part of the hub", "fail", _image("somebody/nginx:1.27"), binds="container", params=OURS),
)  # fmt: skip


@policy(
    level="error",
    kinds=["workload"],
    scope="container",
    params=Params,
    enabled=False,
    examples=EXAMPLES,
)
def image_registry_not_allowed(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield images whose whole name begins with nothing on the list."""
    view = pair.head.view.image
    image = parse_image(view.string())
    if image is None or not params.allowed:
        return
    if not any(f"{image.name}/".startswith(each.rstrip("/") + "/") for each in params.allowed):
        words = (
            f"container {pair.head.name} uses an image of {image.name}, which is not on the list"
        )
        yield Problem(view, words)
