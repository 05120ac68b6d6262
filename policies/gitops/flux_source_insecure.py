"""Flux reads what it applies over a connection that nobody protects.

Without TLS, or with a certificate that nobody checks, whoever stands between Flux and the source decides
what runs in the cluster, and reads the password on the way.

Fix:
Use `https://` or `ssh://`, remove `insecure`, and name the authority of your own registry in
`certSecretRef`.

References:
https://fluxcd.io/flux/components/source/gitrepositories/#url
https://fluxcd.io/flux/components/source/ocirepositories/#insecure
https://fluxcd.io/flux/components/source/helmrepositories/#pass-credentials

Standards:
CWE-319; CWE-295
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

NEAR = re.compile(
    r"(?:http://)?(?:localhost|127\.0\.0\.1|[\w-]+(?:\.[\w-]+)?|[\w.-]+\.svc(?:\.cluster\.local)?)(?::\d+)?(?:/.*)?"
)
"""An address inside of the cluster."""


def _source(kind: str = "GitRepository", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": kind,
        "metadata": {"name": "apps"},
        "spec": spec,
    }


EXAMPLES = (
    Example("with TLS", "pass", _source(url="https://example.com/apps")),
    Example("inside of the cluster", "pass", _source("HelmRepository", url="http://chartmuseum.charts.svc.cluster.local:8080")),
    Example("a registry inside of the cluster", "pass", _source("OCIRepository", url="oci://registry.kube-system.svc:5000/apps", insecure=True)),
    Example("without TLS", "fail", _source(url="http://git.example.com/apps"), path="spec.url", message="apps is read without TLS"),
    Example("a certificate that nobody checks", "fail", _source("OCIRepository", url="oci://registry.example.com/apps", insecure=True),
            path="spec.insecure"),
    Example("a password for everybody", "fail", _source("HelmRepository", url="https://example.com", passCredentials=True),
            path="spec.passCredentials", message="password to whatever host"),
)  # fmt: skip


@policy(
    level="error",
    kinds=[
        "source.toolkit.fluxcd.io/GitRepository",
        "source.toolkit.fluxcd.io/OCIRepository",
        "source.toolkit.fluxcd.io/HelmRepository",
        "source.toolkit.fluxcd.io/Bucket",
        "image.toolkit.fluxcd.io/ImageRepository",
    ],
    examples=EXAMPLES,
)
def flux_source_insecure(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield plain addresses and what switches checks off, but for sources inside of the cluster."""
    spec, name = pair.head.view.spec, pair.head.id.name
    address = spec.url.string() or spec.endpoint.string() or spec.image.string()
    near = NEAR.fullmatch(address.removeprefix("oci://")) is not None
    if spec.url.string().startswith("http://") and not near:
        yield Problem(spec.url, f"{name} is read without TLS")
    elif spec.insecure.raw is True and not near:
        yield Problem(spec.insecure, f"{name} is read without TLS, or without checking who answers")
    if spec.passCredentials.raw is True:
        yield Problem(
            spec.passCredentials,
            f"{name} sends its password to whatever host the index names",
            level="warning",
        )
