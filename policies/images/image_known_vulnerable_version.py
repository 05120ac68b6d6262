"""Image is of a version with a known hole.

These versions of well-known components have holes that are used against clusters, and have been fixed.

Fix:
Use the version that is named, or a later one.

References:
https://nvd.nist.gov/vuln/detail/CVE-2022-24348
https://nvd.nist.gov/vuln/detail/CVE-2022-39328
https://nvd.nist.gov/vuln/detail/CVE-2022-47633
https://nvd.nist.gov/vuln/detail/CVE-2025-1974

Standards:
CVE list; NSA

Peers:
kubescape:C-0081, kubescape:C-0090, kubescape:C-0091, kubescape:C-0292,
kyverno:check-ingress-nginx-controller-version-and-annotation-policy, checkov:CKV_K8S_33
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.image import parse_image
from policygate.policy import Example, Pair, Problem, policy

VERSION = re.compile(r"v?([0-9]+)\.([0-9]+)\.([0-9]+)(?:-.*)?")


class Hole(NamedTuple):
    """Versions of an image from the first that has a hole to the one that has none any more."""

    image: str
    first: tuple[int, int, int]
    fixed: tuple[int, int, int]
    name: str


HOLES = (
    Hole("argoproj/argocd", (0, 0, 0), (2, 1, 9), "CVE-2022-24348"),
    Hole("argoproj/argocd", (2, 2, 0), (2, 2, 4), "CVE-2022-24348"),
    Hole("grafana/grafana", (9, 2, 0), (9, 2, 4), "CVE-2022-39328"),
    Hole("kyverno/kyverno", (1, 8, 3), (1, 8, 5), "CVE-2022-47633"),
    Hole("ingress-nginx/controller", (0, 0, 0), (1, 11, 5), "CVE-2025-1974"),
    Hole("ingress-nginx/controller", (1, 12, 0), (1, 12, 1), "CVE-2025-1974"),
)


def _image(image: str) -> dict[str, str]:
    return {"name": "web", "image": image}


EXAMPLES = (
    Example("fixed", "pass", _image("quay.io/argoproj/argocd:v2.1.9"), binds="container"),
    Example("another image of that version", "pass", _image("quay.io/argoproj/argocli:v2.1.0"), binds="container"),
    Example("a name that only ends like it", "pass", _image("example/my-grafana/grafana2:9.2.0"), binds="container"),
    Example("no version", "pass", _image("grafana/grafana:main"), binds="container"),
    Example("no image", "pass", _image(""), binds="container"),
    Example("before the fix", "fail", _image("quay.io/argoproj/argocd:v2.1.8"), binds="container", path="image",
            message="container web runs argoproj/argocd v2.1.8, which has CVE-2022-24348: use 2.1.9 or later"),
    Example("of another line", "fail", _image("registry.k8s.io/ingress-nginx/controller:v1.12.0"), binds="container"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", enabled=False, examples=EXAMPLES)
def image_known_vulnerable_version(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield images of versions on the list."""
    view = pair.head.view.image
    image = parse_image(view.string())
    found = VERSION.fullmatch(image.tag) if image is not None else None
    if image is None or found is None:
        return
    version = (int(found[1]), int(found[2]), int(found[3]))
    for hole in HOLES:
        if f"/{image.repository}".endswith(f"/{hole.image}") and hole.first <= version < hole.fixed:
            fixed = ".".join(map(str, hole.fixed))
            what = f"container {pair.head.name} runs {hole.image} {image.tag}"
            yield Problem(view, f"{what}, which has {hole.name}: use {fixed} or later")
            return
