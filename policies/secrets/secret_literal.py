"""Secret stands in the repository with its data.

Nothing in it looks like a credential, but whoever puts one into this Secret next will put it into git. A Secret whose
data come from elsewhere, or which is encrypted, is where credentials belong. One note for each Secret.

Fix:
Write an ExternalSecret, a SealedSecret or a Secret encrypted by SOPS; or a ConfigMap, where nothing is secret.

References:
https://kubernetes.io/docs/concepts/configuration/secret/
https://kubernetes.io/docs/concepts/security/secrets-good-practices/

Standards:
CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.sops import is_document
from policygate.policy import Example, Pair, Problem, policy
from policygate.secrets.search import secrets_of
from policygate.secrets.secret_objects import holds_plain_data

PLAIN = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n"
EXAMPLES = (
    Example("to be filled by an operator", "pass", text=PLAIN + "type: Opaque\n"),
    Example("put in later", "pass", text=PLAIN + "stringData: {username: '${DB_USER}'}\n"),
    Example("another policy speaks of credentials", "pass", text=PLAIN + "stringData: {password: correct-horse}\n"),
    Example("only what everybody may know", "fail", text=PLAIN + "stringData: {username: app}\n", message="Secret db holds plain data"),
)  # fmt: skip


@policy(level="note", kinds=["core/Secret"], secret=True, examples=EXAMPLES)
def secret_literal(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the data of a Secret that holds no credential."""
    head = pair.head
    credentials = any(found.path[0] in ("data", "stringData") for found in secrets_of(head))
    if not is_document(head.body) and not credentials and holds_plain_data(head.body):
        at = head.view.stringData or head.view.data
        yield Problem(at, f"Secret {head.id.name} holds plain data", key="data")
