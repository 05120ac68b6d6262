"""Value that SOPS should have encrypted is not.

A file that SOPS keeps says itself which of its values are encrypted. One that is not, although it should be, was
written by hand after the file was encrypted: it stands in the repository for everybody to read, and `sops` refuses to
decrypt the whole file, and so does Flux. Where a comment leaves values out (`unencrypted_comment_regex`) nothing is said.

Fix:
Take the value out, edit the file with `sops edit`, and change what was committed: it stays in the history. If the value
is meant to be read by everybody, say so in `.sops.yaml` and encrypt the file anew.

References:
https://getsops.io/docs/#encrypting-only-parts-of-a-file
https://fluxcd.io/flux/guides/mozilla-sops/

Standards:
CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube import sops
from policygate.place import in_words
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.documents import left_open, readable

ENC = "'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]'"
SOPS = (
    f"sops: {{age: [{{recipient: age1a}}], lastmodified: '2026-01-01T00:00:00Z', mac: {ENC}, %s}}\n"
)
MANIFEST = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData:\n"
DATA = SOPS % "encrypted_regex: ^(data|stringData)$"
PLAIN = SOPS % "version: 3.9.0"
EXAMPLES = (
    Example("encrypted", "pass", text=f"{MANIFEST}  a: {ENC}\n{DATA}"),
    Example("nothing to encrypt", "pass", text=f"{MANIFEST}  a: ''\n  b: null\n{DATA}"),
    Example("every key but those that end so", "pass", text=f"a_unencrypted: a\nb: {{c_unencrypted: [a, 1]}}\nd: {ENC}\n{PLAIN}"),
    Example("a suffix of one's own", "pass", text=f"a: a\nb_secret: {{c: {ENC}}}\n" + SOPS % "encrypted_suffix: _secret"),
    Example("left out by an expression, on any key of the way", "pass", text=f"public: {{a: {{b: [1]}}}}\nc: {ENC}\n" + SOPS % "unencrypted_regex: ^pub"),
    Example("an expression that is none matches nothing", "pass", text="a: a\n" + SOPS % "encrypted_regex: '('"),
    Example("comments decide", "pass", text="a: a # not for others\nt: |\n  # secret\nb: b\n" + SOPS % "encrypted_comment_regex: secret"),
    Example("comments leave it out", "pass", text="# public\na: a\nb: b\n" + SOPS % "unencrypted_comment_regex: public"),
    Example("values of a chart that is called so", "pass", text="sops: {enabled: true, age: a, pgp: []}\npassword: a\n"),
    Example("anchors are what they stand for", "pass", text=f"a: &a {ENC}\nb: [*a, *a]\n{PLAIN}"),
    Example("one that was added by hand", "fail", message="stringData.b must be encrypted", path="stringData.b",
            text=f"{MANIFEST}  a: {ENC}\n  b: a # expect: sops-unencrypted-value\n{DATA}"),
    Example("a mark in a comment", "fail", text=f"{MANIFEST}  a: b # ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]\n{DATA}"),
    Example("a mark and nothing more", "fail", text=f"{MANIFEST}  a: 'ENC[AES256_GCM,data:eA==]'\n{DATA}"),
    Example("numbers and truth are encrypted, too", "fail", path="a.b[1]", text=f"a:\n  b: [{ENC}, 0, false]\n{PLAIN}"),
    Example("the kind itself: no key is left out", "fail", path="kind", text=f"kind: Secret\na: {ENC}\n{PLAIN}"),
    Example("any part of a key will do", "fail", path="mydata.a", text="mydata: {a: b}\nother: a\n" + SOPS % "encrypted_regex: data"),
    Example("a comment wants it", "fail", path="a.b", text="# not\n# secret\na:\n  b: c\nd: e\n" + SOPS % "encrypted_comment_regex: secret"),
    Example("a comment behind it", "fail", path="b", text="a: c\nb: 'd # e' # secret\n" + SOPS % "encrypted_comment_regex: secret"),
    Example("only the second document", "fail", text=f"a: {ENC}\n{PLAIN}---\na: b # expect: sops-unencrypted-value\n{PLAIN}"),
)  # fmt: skip

NAMING = ("apiVersion", "kind", "metadata")
"""What names an object gives nothing away where it stands in the clear."""


@policy(level="error", scope="file", secret=True, examples=EXAMPLES)
def sops_unencrypted_value(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the values that a file's own metadata wants encrypted, and that are not."""
    for document in readable(pair):
        for path in left_open(document, pair.head) if sops.is_document(document.value) else ():
            place = in_words(document.value, path)
            yield Problem(
                path,
                f"{place} must be encrypted by what the file says, and is not",
                key=f"{document.index} {place}",
                location=document.locate(path),
                level="warning"
                if path[0] in NAMING and isinstance(document.value.get("kind"), str)
                else None,
            )
