"""Flux source is taken without a check of who signed it.

Whoever can write to the repository or the registry, or to what stands before it, decides what runs. A
signature says who made it, wherever it was kept in between.

Fix:
Sign what you publish (`cosign sign`, `git tag -s`) and set `verify`; name the identities in
`matchOIDCIdentity` where no key is used.

References:
https://fluxcd.io/flux/components/source/gitrepositories/#verification
https://fluxcd.io/flux/components/source/ocirepositories/#verification
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy


def _source(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "OCIRepository", "metadata": {"name": "apps"},
            "spec": {"url": "oci://ghcr.io/team/apps", **spec}}  # fmt: skip


EXAMPLES = (
    Example("checked", "pass", _source(verify={"provider": "cosign", "matchOIDCIdentity": [{"issuer": "a", "subject": "b"}]})),
    Example("a patch", "pass", {**_source(), "spec": {"interval": "1h"}}),
    Example("not checked", "fail", _source(), path="spec.verify", message="nobody checks who signed apps"),
    Example("any identity", "fail", _source(verify={"provider": "cosign"}), message="any identity may have signed apps"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["source.toolkit.fluxcd.io/GitRepository", "source.toolkit.fluxcd.io/OCIRepository"],
    enabled=False,
    examples=EXAMPLES,
)
def flux_source_verification(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield sources without a check, or with one that anybody passes."""
    spec, name = pair.head.view.spec, pair.head.id.name
    verify = spec.verify
    if not spec.url or is_patch(pair.head, pair.context):
        return
    if not verify.raw:
        yield Problem(verify, f"nobody checks who signed {name}")
    elif not verify.secretRef and not verify.matchOIDCIdentity.raw:
        yield Problem(verify, f"any identity may have signed {name}")
