"""Secret can be opened by more people or in more places.

Who may open a sealed secret is decided by the keys it is sealed for, the namespace it is bound to, and the part of it
that is sealed at all.

Fix:
Take the key out again, or say in the pull request whose it is; seal the secret for its one name.

References:
https://github.com/bitnami-labs/sealed-secrets#scopes
https://getsops.io/docs/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.keeping import SEALING
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened

WIDE = "sealedsecrets.bitnami.com/cluster-wide"


def _sealed(**annotations: str) -> dict[str, Any]:
    return {
        "apiVersion": "bitnami.com/v1alpha1",
        "kind": "SealedSecret",
        "metadata": {"name": "web", "annotations": {"a": "b", **annotations}},
    }


def _sops(*recipients: str, **more: str) -> dict[str, Any]:
    age = [{"recipient": each} for each in recipients]
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "web"},
        "stringData": {"key": "ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]"},
        "sops": {"age": age, **more},
    }


EXAMPLES = (
    Example("bound again", "pass", base=_sealed(**{WIDE: "true"}), head=_sealed()),
    Example("fewer keys", "pass", base=_sops("age1a", "age1b"), head=_sops("age1b")),
    Example("everywhere", "fail", base=_sealed(), head=_sealed(**{WIDE: "true"}), message="can be opened as a secret of every namespace now"),
    Example("one more key", "fail", base=_sops("age1a"), head=_sops("age1a", "age1b"), message="with one more key now", path="sops.age[1]"),
    Example("another part", "fail", base=_sops("age1a"), head=_sops("age1a", encrypted_regex="^password$"), message="says anew what of it is encrypted"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["bitnami.com/SealedSecret", "core/Secret"],
    operations=["UPDATE"],
    refines=["sealed-secret-scope-wide"],
    examples=EXAMPLES,
)
def loosened_sealing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, SEALING)
