"""Secret holds a credential in plain text.

Base64 is no encryption: whoever can read the repository, its clones or its caches has the credential, and it stays in
the history after it is taken out. A Secret's entries are decoded, and judged by what its type says of them, by their
names, by the formats of providers and by their looks; certificates, references, placeholders and what SOPS, Sealed
Secrets or a vault fill in later pass. The value is never shown.

Fix:
Rotate the credential: it is in git now. Then keep it outside, or encrypted: an ExternalSecret, a SealedSecret, SOPS.

References:
https://kubernetes.io/docs/concepts/configuration/secret/
https://cwe.mitre.org/data/definitions/798.html

Standards:
CWE-798; CWE-312; NSA

Peers:
semgrep:secrets-in-config-file, kyverno:no-secrets, kubescape:C-0012
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import plaintext

PLAIN = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n"
SOPS = "sops: {age: [{recipient: age1a}], mac: 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]', lastmodified: '2026-01-01T00:00:00Z'}\n"
EXTERNAL = "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec: {data: [{secretKey: password, remoteRef: {key: db}}]}\n"
EXAMPLES = (
    Example("encrypted by SOPS", "pass", text=PLAIN + "stringData:\n  password: ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]\n" + SOPS),
    Example("put in later", "pass", text=PLAIN + "stringData:\n  password: ${DB_PASSWORD}\n  token: <path:kv/data/web#token>\n"),
    Example("to be filled by somebody", "pass", text=PLAIN + "stringData:\n  password: changeme\n"),
    Example("nothing that opens a door", "pass", text=PLAIN + "stringData:\n  username: app\n  host: db.shop.svc\n"),
    Example("a password", "fail", text=PLAIN + "stringData:\n  username: app\n  password: correct-horse  # expect: secret-plaintext\n",
            message="stringData.password of Secret db holds a password", path="stringData.password"),
    Example("base64 hides nothing", "fail", text=PLAIN + "data:\n  password: Y29ycmVjdC1ob3JzZQ==  # expect: secret-plaintext\n"),
    Example("a connection string under any name", "fail", text=PLAIN + "stringData:\n  uri: postgres://app:correct-horse@db/shop  # expect: secret-plaintext\n"),
    Example("in a file of its own", "fail", text=PLAIN + "stringData:\n  app.ini: |\n    [db]\n    password = correct-horse  # expect: secret-plaintext\n"),
    Example("it came from a vault", "fail", base_text=EXTERNAL, text=PLAIN + "stringData:\n  password: correct-horse  # expect: secret-plaintext\n"),
)  # fmt: skip


@policy(level="error", kinds=["core/Secret"], secret=True, examples=EXAMPLES)
def secret_plaintext(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials among the data of a Secret."""
    name = pair.head.id.name
    return plaintext(
        pair,
        lambda path: path[0] in ("data", "stringData"),
        lambda found: f"{'.'.join(map(str, found.path))} of Secret {name}",
    )
