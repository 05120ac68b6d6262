"""Pod names no secret for the private registry of its image.

The node cannot log in to the registry, and the pod waits in ImagePullBackOff. A node that has the image from
somebody else's pod runs it all the same, until that node is replaced.

Fix:
Name the secret in `imagePullSecrets` of the pod, or of the ServiceAccount that it uses.

References:
https://kubernetes.io/docs/concepts/containers/images/#using-a-private-registry
https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#add-imagepullsecrets-to-a-service-account

Peers:
kyverno:require-imagepullsecrets
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.image import holds, parse_image
from policygate.kube.workloads import PodSpec, containers
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Private registries, with a folder where only that is private, such as `ghcr.io/team`."""

    registries: tuple[str, ...] = ()


PRIVATE = {"registries": ["registry.example", "ghcr.io/team"]}


def _pod(image: str, **more: object) -> dict[str, object]:
    return {"containers": [{"name": "web", "image": image}], **more}


ACCOUNT = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {%scontainers: [{name: web, image: registry.example/web}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
%s
"""
EXAMPLES = (
    Example("nobody made a list", "pass", _pod("registry.example/web"), binds="pod"),
    Example("the pod names one", "pass", _pod("registry.example/web", imagePullSecrets=[{"name": "registry"}]), binds="pod", params=PRIVATE),
    Example("a public registry", "pass", _pod("ghcr.io/others/web"), binds="pod", params=PRIVATE),
    Example("its service account names one", "pass", params=PRIVATE,
            text=ACCOUNT % ("serviceAccountName: web, ", "imagePullSecrets: [{name: registry}]")),
    Example("its service account stands elsewhere", "pass", _pod("registry.example/web", serviceAccountName="web"), binds="pod", params=PRIVATE),
    Example("none", "fail", _pod("registry.example/web"), binds="pod", params=PRIVATE, path="spec.imagePullSecrets",
            message="container web runs an image of registry.example, and the pod names no secret for it"),
    Example("in a folder of a registry", "fail", _pod("ghcr.io/team/web:1"), binds="pod", params=PRIVATE),
    Example("an empty list", "fail", _pod("ghcr.io/team/web:1", imagePullSecrets=[]), binds="pod", params=PRIVATE),
    Example("its service account names none either", "fail", params=PRIVATE, text=ACCOUNT % ("serviceAccountName: web, ", "")),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=["workload"],
    scope="pod",
    params=Params,
    examples=EXAMPLES,
)
def image_pull_secrets_missing(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield pods that run an image of the list and have no secret, nor a service account with one."""
    at = pair.head.view.imagePullSecrets
    if at.raw or not params.registries or _account_may_have(pair):
        return
    for container in containers(pair.head):
        image = parse_image(container.view.image.string())
        registry = next((r for r in params.registries if image and holds(r, image.name)), "")
        if registry:
            words = f"container {container.name} runs an image of {registry}, and the pod names no secret for it"
            yield Problem(at, words)
            return


def _account_may_have(pair: Pair) -> bool:
    """Whether the service account names secrets, or one that is not here may do so."""
    pod: PodSpec = pair.head
    ident, name = pod.resource.id, pod.view.serviceAccountName.string() or "default"
    accounts = pair.context.head_resources(
        ident.scope, "ServiceAccount", namespace=ident.namespace, name=name
    )
    # Few write the account `default` down; who does not name another means it as it is made.
    return any(each.view.imagePullSecrets.raw for each in accounts) or (
        name != "default" and not accounts
    )
