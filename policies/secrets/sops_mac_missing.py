"""File that SOPS keeps cannot be told from a forged one.

The message authentication code (`sops.mac`) covers every value of the file. Without it, or without the time that it is
bound to (`sops.lastmodified`), whoever may write to the repository can swap and cut values unseen; `sops` refuses to
decrypt such a file, and so does Flux.

Fix:
Edit the file with `sops edit` alone; after a merge by hand, take one side and make the other change anew.

References:
https://getsops.io/docs/#message-authentication-code

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

ENC = "'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]'"
FOR = "age: [{recipient: age1a}]"
WHEN = "lastmodified: '2026-01-01T00:00:00Z'"
EXAMPLES = (
    Example("as SOPS writes it", "pass", text=f"a: {ENC}\nsops: {{{FOR}, {WHEN}, mac: {ENC}}}\n"),
    Example("a time that is not quoted", "pass", text=f"a: {ENC}\nsops: {{{FOR}, lastmodified: 2026-01-01T00:00:00Z, mac: {ENC}}}\n"),
    Example("values of a chart that is called so", "pass", text="sops: {enabled: true, age: {secretName: keys}}\n"),
    Example("none", "fail", text=f"a: {ENC}\nsops: # expect: sops-mac-missing\n  {FOR}\n  {WHEN}\n", message="no `mac`"),
    Example("empty", "fail", text=f"a: {ENC}\nsops:\n  {FOR}\n  {WHEN}\n  mac: '' # expect: sops-mac-missing\n"),
    Example("something else", "fail", text=f"a: {ENC}\nsops: {{{FOR}, {WHEN}, mac: abc}}\n", path="sops.mac"),
    Example("no time", "fail", text=f"a: {ENC}\nsops: {{{FOR}, mac: {ENC}}}\n", message="no `lastmodified`"),
)  # fmt: skip


@policy(level="warning", scope="file", secret=True, examples=EXAMPLES)
def sops_mac_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield documents that SOPS keeps, and whose code or time is missing or is none."""
    for document in readable(pair):
        if not sops.is_document(document.value):
            continue
        metadata = View(document.value)[sops.FIELD]
        for field, sound in (
            ("mac", sops.is_encrypted(metadata.mac.raw)),
            ("lastmodified", bool(metadata.lastmodified.string())),
        ):
            if not sound:
                path = (sops.FIELD, field)
                yield Problem(
                    path,
                    f"the file is encrypted with SOPS and has no `{field}` that holds",
                    key=f"{document.index} {field}",
                    location=document.locate(path),
                )
