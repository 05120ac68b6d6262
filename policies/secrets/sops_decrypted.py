"""File that SOPS kept is in the clear.

At the base its values were encrypted; at the head they stand there for everybody to read: mostly `sops decrypt --in-place`
was run, and the result committed. They also stay in the history.

Fix:
Encrypt the file again (`sops encrypt --in-place`), and change the values: everybody who may read the repository knows
them now.

References:
https://getsops.io/docs/
https://fluxcd.io/flux/security/best-practices/

Standards:
CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube import sops
from policygate.place import in_words, look_up
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.documents import left_open, versions

ENC = "'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]'"
SOPS = (
    f"sops: {{age: [{{recipient: age1a}}], lastmodified: '2026-01-01T00:00:00Z', mac: {ENC}%s}}\n"
)
MANIFEST = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {a: %s, b: %s}\n"
SEALED = MANIFEST % (ENC, ENC) + SOPS % ", encrypted_regex: ^stringData$"
OTHER = ENC.replace("eA", "eB")
EXAMPLES = (
    Example("still encrypted", "pass", base_text=SEALED, text=SEALED.replace("eA", "eB")),
    Example("encrypted from now on", "pass", base_text=MANIFEST % ("a", "b"), text=SEALED),
    Example("its values are gone", "pass", base_text=SEALED, text="apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {c: a}\n"),
    Example("said by the file's own metadata", "pass", base_text=SEALED, text=MANIFEST % (ENC, "b") + SOPS % ", encrypted_regex: ^stringData$"),
    Example("it was never encrypted", "pass", base_text=f"sops: {{enabled: true}}\na: {ENC}\n", text="sops: {enabled: true}\na: b\n"),
    Example("decrypted", "fail", base_text=SEALED, text=MANIFEST % ("a", "b"), message="stringData.a and 1 more"),
    Example("a part of it", "fail", base_text=SEALED, text=MANIFEST % (ENC, "b") + SOPS % ", encrypted_regex: ^other$", path="stringData.b"),
    Example("values of a chart", "fail", base_text=f"db: {{password: {ENC}}}\n" + SOPS % "", text="db: {password: a}\n", path="db.password"),
)  # fmt: skip


@policy(
    level="error",
    scope="file",
    class_="security",
    secret=True,
    examples=EXAMPLES,
)
def sops_decrypted(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield documents that hold in the clear what they held encrypted."""
    for base, document in versions(pair):
        if not sops.is_document(base):
            continue
        opened = [path for path in sops.encrypted(base) if _is_open(document.value, path)]
        if sops.is_document(document.value) and opened:
            said = set(left_open(document, pair.head))  # sops-unencrypted-value says it of these
            opened = [path for path in opened if path not in said]
        if opened:
            place = in_words(document.value, opened[0])
            more = len(opened) - 1
            what = f"{place} and {more} more were" if more else f"{place} was"
            text = f"{what} encrypted with SOPS, and can be read by everybody now"
            yield Problem(
                opened[0], text, key=str(document.index), location=document.locate(opened[0])
            )


def _is_open(body: Any, path: tuple[str | int, ...]) -> bool:
    value, _ = look_up(body, path)
    return sops.is_open(value) and not isinstance(value, (dict, list))
