"""Key that was taken off an encrypted file still opens it.

`sops updatekeys` takes a key off the list, and leaves the data key what it was: whoever held the key has decrypted the
data key before, or finds it in the history, and reads every later version of the file, too.

Fix:
Run `sops rotate --in-place` on the file, which makes a new data key, and change the secrets themselves: whoever could
read them knows them.

References:
https://getsops.io/docs/#key-rotation
https://getsops.io/docs/#adding-and-removing-keys

Standards:
CWE-324
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube import sops
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.documents import versions
from policygate.view import View


def _file(keys: str, value: str = "eA", more: str = "eC") -> str:
    enc = "ENC[AES256_GCM,data:{0}==,iv:{0}==,tag:{0}==,type:str]"
    age = ", ".join(f"{{recipient: age1{key}}}" for key in keys)
    return f"a: '{enc.format(value)}'\nb: '{enc.format(more)}'\nsops:\n  mac: x\n  age: [{age}]\n"


GROUPS = "a: b\nsops: {mac: x, key_groups: [{age: [{recipient: age1a}]}, {pgp: [{fp: AB}]}]}\n"
EXAMPLES = (
    Example("rotated", "pass", base_text=_file("ab"), text=_file("a", "eB", "eD")),
    Example("added", "pass", base_text=_file("a"), text=_file("ab")),
    Example("in another order", "pass", base_text=_file("ab"), text=_file("ba")),
    Example("nothing is left that it opens", "pass", base_text=_file("ab"), text=GROUPS),
    Example("it was no file of SOPS", "pass", base_text="a: b\n", text=_file("a")),
    Example("nothing but the list", "fail", base_text=_file("ab"), text=_file("a"), message="age age1b was taken off, and 2 values", path="sops.age"),
    Example("one value was changed, the others show it", "fail", base_text=_file("ab"), text=_file("a", "eB")),
    Example("another one instead", "fail", base_text=_file("ab"), text=_file("ac")),
)  # fmt: skip


@policy(level="error", scope="file", class_="security", operations=["UPDATE"], examples=EXAMPLES)
def sops_recipient_removed_without_rotation(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield documents that fewer keys are meant to open, with the data key that they had."""
    for base, document in versions(pair):
        metadata = View(document.value)[sops.FIELD]
        before, after = sops.recipients(View(base)[sops.FIELD]), sops.recipients(metadata)
        gone = [name for name in before if name not in after]
        if not gone or not after:
            continue
        was = sops.encrypted(base)
        same = sum(was.get(path) == value for path, value in sops.encrypted(document.value).items())
        if same:
            kind = gone[0].partition(" ")[0]
            path = (sops.FIELD, kind)
            more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
            values = "1 value is" if same == 1 else f"{same} values are"
            text = f"{gone[0]}{more} was taken off, and {values} sealed with the data key that it knows"
            yield Problem(path, text, key=str(document.index), location=document.locate(path))
