"""Secret beside encrypted values stands in plain text.

SOPS encrypts what its rules name (`encrypted_regex` and the like) and leaves the rest as it is. A credential outside of
the rules looks protected, since the file around it is. The value is never shown.

Fix:
Widen the rules in `.sops.yaml`, or leave them out so that everything is encrypted, and encrypt the file anew.
Rotate the secret: it is in git now.

References:
https://getsops.io/docs/#encrypting-only-parts-of-a-file
https://cwe.mitre.org/data/definitions/312.html

Standards:
CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.sops import is_document, left_open
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.documents import affordable
from policygate.policy.plaintext import problems

SOPS = "sops:\n  age: [{recipient: age1a}]\n  encrypted_regex: ^password$\n  lastmodified: '2026-01-01T00:00:00Z'\n  mac: ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]\n"
PLAIN = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]\n"
EXAMPLES = (
    Example("nothing else is secret", "pass", text=PLAIN + "  username: app\n" + SOPS),
    Example("not encrypted at all is another policy's", "pass", text=PLAIN + "  token: correct-horse-battery\n"),
    Example("outside of the rules", "fail", text=PLAIN + "  token: correct-horse-battery  # expect: sops-secret-left-in-clear\n" + SOPS,
            message="stringData.token of Secret db holds a token"),
)  # fmt: skip


@policy(level="error", kinds=["*"], secret=True, examples=EXAMPLES)
def sops_secret_left_in_clear(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials of a document of SOPS that it does not encrypt."""
    head = pair.head
    if is_document(head.body):
        with affordable():
            said = frozenset(
                left_open(head.body)
            )  # what SOPS itself should encrypt, another policy names
        yield from problems(
            head,
            pair.context,
            lambda path: path not in said,
        )
