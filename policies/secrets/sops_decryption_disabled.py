"""Encrypted Secret is left encrypted in the cluster.

With the annotation `kustomize.toolkit.fluxcd.io/decrypt: disabled` Flux does not decrypt a Secret. It then finds that the
Secret is still encrypted, and refuses the whole Kustomization.

Fix:
Take the annotation off, or the `sops` metadata if the Secret is meant to hold encrypted text.

References:
https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-decryption-behavior-of-resources
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube import sops
from policygate.policy import Example, Pair, Problem, policy

DECRYPT = "kustomize.toolkit.fluxcd.io/decrypt"


def _secret(decrypt: str, **more: Any) -> dict[str, Any]:
    metadata = {"name": "web", "annotations": {DECRYPT: decrypt}}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, **more}


SEALED = {"sops": {"age": [{"recipient": "age1a"}]}}
EXAMPLES = (
    Example("on", "pass", _secret("enabled", **SEALED)),
    Example("nothing to decrypt", "pass", _secret("disabled")),
    Example("off", "fail", _secret("Disabled", **SEALED), path=f'metadata.annotations["{DECRYPT}"]'),
)  # fmt: skip


@policy(level="error", kinds=["core/Secret"], examples=EXAMPLES)
def sops_decryption_disabled(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield encrypted Secrets that Flux is told to leave alone."""
    says = pair.head.view.metadata.annotations[DECRYPT]
    if says.string().lower() == "disabled" and sops.is_document(pair.head.body):
        yield Problem(
            says, f"Secret {pair.head.id.name} is encrypted with SOPS, and Flux must not decrypt it"
        )
