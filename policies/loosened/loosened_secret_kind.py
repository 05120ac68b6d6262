"""Secret that was sealed can be read by everybody who reads the repository.

At the base the secret came from a vault, or was sealed; at the head it stands in the repository as it is, or in a
ConfigMap. (Of a file that was decrypted, `sops-decrypted` says so.) It also stays in the history: whoever takes it out again has to change it as well.

Fix:
Seal it again, and change the secret: everybody who may read the repository knows it now.

References:
https://kubernetes.io/docs/concepts/configuration/secret/
https://external-secrets.io/latest/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.keeping import holds_values, is_sealed
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import sealed_before

EXTERNAL = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: web}\nspec: {target: {name: keys}}\n"
PLAIN = "apiVersion: v1\nkind: Secret\nmetadata: {name: %s}\nstringData: {key: %s}\n"
SOPS = "sops: {age: [{recipient: age1a}]}\n"
ENCRYPTED = "'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]'"
EXAMPLES = (
    Example("sealed from now on", "pass", base_text=PLAIN % ("keys", "a"), text=EXTERNAL),
    Example("it always stood there", "pass", base_text=PLAIN % ("keys", "a"), text=PLAIN % ("keys", "b")),
    Example("another one", "pass", base_text=EXTERNAL, text=EXTERNAL + "---\n" + PLAIN % ("other", "a")),
    Example("filled by something", "pass", base_text=EXTERNAL, text="apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\ntype: Opaque\n"),
    Example("in place of a vault", "fail", base_text=EXTERNAL, text=PLAIN % ("keys", "a"), message="Secret keys was kept by ExternalSecret web"),
    Example("decrypted, which another policy says", "pass", base_text=PLAIN % ("keys", ENCRYPTED) + SOPS, text=PLAIN % ("keys", "a")),
    Example("sealed in another way", "pass", base_text=EXTERNAL, text=PLAIN % ("keys", ENCRYPTED) + SOPS),
    Example("in a ConfigMap", "fail", base_text=PLAIN % ("keys", "a"), text="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: keys}\ndata: {key: a}\n",
            message="ConfigMap keys was kept by Secret keys"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["core/Secret", "core/ConfigMap"],
    secret=True,
    refines=["secret-in-configmap", "secret-plaintext"],
    examples=EXAMPLES,
)
def loosened_secret_kind(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what stands in the open, and did not at the base, under its name."""
    head = pair.head
    if pair.base is not None or pair.context.of_base is pair.context:
        return
    if is_sealed(head) or not holds_values(head):
        return
    old = sealed_before(head, pair.context)
    if old is not None:
        text = f"{head.id.kind} {head.id.name} was kept by {old.id.kind} {old.id.name}"
        yield Problem((), text, known=False, instead_of=old)
