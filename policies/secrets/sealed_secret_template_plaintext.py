"""SealedSecret holds a secret in plain text in its template.

Only `encryptedData` is sealed. What `template.data` says is plain text, copied into the Secret when it is unsealed.
The value is never shown.

Fix:
Seal the value with kubeseal, and refer to it in the template: `{{ index . "password" }}`. Rotate the secret.

References:
https://github.com/bitnami-labs/sealed-secrets#sealedsecrets-as-templates-for-secrets

Standards:
CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import plaintext

SEALED = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db}\nspec:\n  encryptedData: {password: AgBy8hCw}\n  template:\n    data:\n"
EXAMPLES = (
    Example("made of what is sealed", "pass", text=SEALED + '      uri: postgres://app:{{ index . "password" }}@db/shop\n'),
    Example("nothing secret", "pass", text=SEALED + "      username: app\n"),
    Example("a password", "fail", text=SEALED + "      admin-password: correct-horse  # expect: sealed-secret-template-plaintext\n",
            message="of SealedSecret db holds a password"),
)  # fmt: skip


@policy(level="error", kinds=["bitnami.com/SealedSecret"], secret=True, examples=EXAMPLES)
def sealed_secret_template_plaintext(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials of the template."""
    return plaintext(
        pair, lambda path: path[:2] == ("spec", "template") and path[2:3] != ("metadata",)
    )
