"""Image is of a version with a hole that is known and used.

These are parts of the cluster itself: whoever gets into one reads Secrets, or deploys what they like. The holes
have numbers, and instructions stand on the web. The list is short and does not replace a scanner of images.

Fix:
Use a version that mends it; the newest one of the same minor version is the smallest step. Ingress NGINX has had
no releases since March 2026: plan its successor.

References:
https://kubernetes.io/blog/2025/03/24/ingress-nginx-cve-2025-1974/
https://nvd.nist.gov/vuln/detail/CVE-2022-24348
https://nvd.nist.gov/vuln/detail/CVE-2021-43798
https://nvd.nist.gov/vuln/detail/CVE-2022-39328
https://nvd.nist.gov/vuln/detail/CVE-2022-47633
https://nvd.nist.gov/vuln/detail/CVE-2018-18264
https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/

Standards:
NSA

Peers:
kubescape:C-0081, kubescape:C-0090, kubescape:C-0091, kubescape:C-0292,
kyverno:check-ingress-nginx-controller-version-and-annotation-policy, checkov:CKV_K8S_33
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.image import parse_image
from policygate.kube.image_entries import changed_image, entry_of
from policygate.kube.known_bad import component_of, holes_of
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """Whether every version of Ingress NGINX is refused, which is retired."""

    ingress_nginx: bool = False


CONTROLLER = "registry.k8s.io/ingress-nginx/controller:"


def _image(image: str) -> dict[str, str]:
    return {"name": "web", "image": image}


EXAMPLES = (
    Example("mended", "pass", _image(CONTROLLER + "v1.12.1"), binds="container"),
    Example("mended in an older minor version", "pass", _image(CONTROLLER + "v1.11.5"), binds="container"),
    Example("no version", "pass", _image(CONTROLLER + "main"), binds="container"),
    Example("another image of that name", "pass", _image("registry.example/controller:v1.0.0"), binds="container"),
    Example("no image: a patch or a template sets it", "pass", _image(""), binds="container"),
    Example("kustomize puts a mended one in", "pass", text=f"""\
apiVersion: v1
kind: Pod
metadata: {{name: web}}
spec: {{containers: [{{name: web, image: "{CONTROLLER}v1.9.0"}}]}}
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images: [{{name: {CONTROLLER[:-1]}, newTag: v1.12.4}}]
"""),
    Example("a hole", "fail", _image(CONTROLLER + "v1.11.4@sha256:" + "a" * 64), binds="container", path="image",
            message="container web runs ingress-nginx v1.11.4, which has CVE-2025-1974: any pod runs code in the controller"),
    Example("a mirror", "fail", _image("registry.example:5000/argoproj/argocd:v2.2.3"), binds="container", message="CVE-2022-24348"),
    Example("a variant", "fail", _image("grafana/grafana:9.2.3-ubuntu"), binds="container", message="CVE-2022-39328"),
    Example("retired", "fail", _image(CONTROLLER + "v1.12.1"), binds="container", params={"ingress_nginx": True}, message="which is retired"),
)  # fmt: skip


@policy(
    level="error",
    enabled=False,
    kinds=["workload"],
    scope="container",
    params=Params,
    examples=EXAMPLES,
)
def image_known_vulnerable_version(pair: Pair, params: Params) -> Iterator[Problem]:
    """Look every image up in the list, after what kustomize makes of it."""
    view = pair.head.view.image
    entry = entry_of(view.string(), pair.context, pair.head.pod.resource.id.scope)
    image = parse_image(changed_image(view.string(), entry))
    component = component_of(image) if image is not None else ""
    if image is None or not component:
        return
    who = f"container {pair.head.name} runs {component} {image.tag or image.digest}"
    for hole in holes_of(image):
        yield Problem(view, f"{who}, which has {hole.number}: {hole.words}", key=hole.number)
    if params.ingress_nginx and component == "ingress-nginx" and not holes_of(image):
        yield Problem(view, f"{who}, which is retired and gets no fixes", key="retired")
