"""ExternalSecret holds a secret in plain text in its template.

An ExternalSecret says where a secret is kept. What `target.template.data` says without `{{ }}` is kept in the repository
instead. The value is never shown.

Fix:
Put the value into the store, and refer to it in the template: `{{ .password }}`. Rotate the secret: it is in git now.

References:
https://external-secrets.io/latest/guides/templating/

Standards:
CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import plaintext

EXTERNAL = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec:\n  data: [{secretKey: password, remoteRef: {key: db}}]\n  target:\n    template:\n      data:\n"
EXAMPLES = (
    Example("made of what the store holds", "pass", text=EXTERNAL + "        password: '{{ .password }}'\n"),
    Example("nothing secret", "pass", text=EXTERNAL + "        username: app\n"),
    Example("a password", "fail", text=EXTERNAL + "        password: correct-horse  # expect: external-secret-template-literal\n",
            message="of ExternalSecret db holds a password"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["external-secrets.io/ExternalSecret"],
    secret=True,
    examples=EXAMPLES,
)
def external_secret_template_literal(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials of the template."""
    return plaintext(pair, lambda path: path[:2] == ("spec", "target"))
