"""Image comes from a place that is not on the list.

What a registry holds runs in the cluster. A list of the places that are trusted keeps out misspelt names,
personal accounts and registries that nobody scans.

Fix:
Use an image of one of the places on the list, or mirror this one there.

References:
https://kubernetes.io/docs/concepts/containers/images/#image-names
https://kubernetes.io/docs/concepts/security/security-checklist/#images

Standards:
CIS 5.5.1

Peers:
trivy:KSV-0125, trivy:KSV-0032, trivy:KSV-0033, trivy:KSV-0034, trivy:KSV-0035, kubescape:C-0078,
kubescape:C-0001, kubescape:C-0304, kyverno:restrict-image-registries, kyverno:allowed-image-repos,
kyverno:advanced-restrict-image-registries, gatekeeper:K8sAllowedRepos, gatekeeper:K8sAllowedReposv2,
gatekeeper:K8sDisallowedRepos, kubeaudit:ImageTagIncorrect, popeye:POP-113
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.image import holds, parse_image
from policygate.kube.image_entries import changed_image, entry_of
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Registries, folders in them and repositories; an empty list `allowed` allows everything else.

    `docker.io/library` is what Docker Hub calls its official images.
    """

    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()


TEAM = {"allowed": ["ghcr.io/team", "registry.example:5000", "docker.io/library/nginx"]}


def _image(image: str) -> dict[str, str]:
    return {"name": "web", "image": image}


EXAMPLES = (
    Example("nobody made a list", "pass", _image("mallory/web"), binds="container"),
    Example("a repository of the team", "pass", _image("ghcr.io/team/web:1"), binds="container", params=TEAM),
    Example("a registry with a port", "pass", _image("registry.example:5000/a/b:1"), binds="container", params=TEAM),
    Example("one image of Docker Hub, by its short name", "pass", _image("nginx:1.27"), binds="container", params=TEAM),
    Example("a slash at the end changes nothing", "pass", _image("ghcr.io/team/web"), binds="container", params={"allowed": ["ghcr.io/team/"]}),
    Example("filled in before the cluster sees it", "pass", _image("${REGISTRY}/web"), binds="container", params=TEAM),
    Example("kustomize takes it from elsewhere", "pass", params=TEAM, text="""\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: web}]}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images: [{name: web, newName: ghcr.io/team/web, newTag: "1"}]
"""),
    Example("another image of Docker Hub", "fail", _image("redis:7"), binds="container", params=TEAM, path="image",
            message="container web runs docker.io/library/redis, which is not allowed"),
    Example("a name that only begins like it", "fail", _image("ghcr.io/team-mallory/web"), binds="container", params=TEAM),
    Example("a registry that only begins like it", "fail", _image("registry.example:50001/web"), binds="container", params=TEAM),
    Example("a denied one among those that are allowed", "fail", _image("ghcr.io/team/old/web"), binds="container",
            params={**TEAM, "denied": ["ghcr.io/team/old"]}, message="ghcr.io/team/old/web, which is denied"),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["workload"],
    scope="container",
    params=Params,
    examples=EXAMPLES,
)
def image_registry_not_allowed(pair: Pair, params: Params) -> Iterator[Problem]:
    """Compare the full names of images with the list, part by part."""
    view = pair.head.view.image
    entry = entry_of(view.string(), pair.context, pair.head.pod.resource.id.scope)
    image = parse_image(changed_image(view.string(), entry))
    if image is None:
        return
    who = f"container {pair.head.name} runs {image.name}"
    if any(holds(each, image.name) for each in params.denied):
        yield Problem(view, f"{who}, which is denied")
    elif params.allowed and not any(holds(each, image.name) for each in params.allowed):
        yield Problem(view, f"{who}, which is not allowed")
