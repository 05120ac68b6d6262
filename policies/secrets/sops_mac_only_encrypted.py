"""Clear values of an encrypted file can be changed unseen.

With `mac_only_encrypted` the message authentication code covers the encrypted values alone. Names, namespaces, types and
every other value in the clear can then be edited without `sops`, and no decryption tells: a secret can be moved to
another namespace. It is what many want of a Secret that kustomize patches; it should be wanted.

Fix:
Take `mac_only_encrypted` out of `.sops.yaml`, and encrypt the file anew.

References:
https://getsops.io/docs/#encrypting-only-parts-of-a-file

Standards:
CWE-353
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube import sops
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.documents import readable
from policygate.view import View

SOPS = "a: b\nsops: {{age: [{{recipient: age1a}}], mac_only_encrypted: {}}}\n"
EXAMPLES = (
    Example("every value counts", "pass", text=SOPS.format("false")),
    Example("not a file of SOPS", "pass", text="sops: {mac_only_encrypted: true}\n"),
    Example(
        "encrypted ones count", "fail", text=SOPS.format("true"), path="sops.mac_only_encrypted"
    ),
)


@policy(level="note", scope="file", examples=EXAMPLES)
def sops_mac_only_encrypted(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield documents whose clear values no code covers."""
    path = (sops.FIELD, "mac_only_encrypted")
    for document in readable(pair):
        found = View(document.value)[sops.FIELD].mac_only_encrypted.raw is True
        if found and sops.is_document(document.value):
            text = (
                "values in the clear can be changed without SOPS: its code covers the others alone"
            )
            yield Problem(path, text, key=str(document.index), location=document.locate(path))
