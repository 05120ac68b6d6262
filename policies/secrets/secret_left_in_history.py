"""Secret that was taken out stays in the history.

The value stands no longer in the files, but it does in every clone, in the history of the repository and of its forks,
and in caches of what was shown of them. A sealed value that is the same one is known as well. It has to be changed where
it opens something; to rewrite the history does not call back what others have. The value is never shown.

Fix:
Rotate the credential, now that its place is right; then nobody has to care who has the old one.

References:
https://docs.github.com/en/code-security/how-tos/secure-your-secrets/respond-to-leaked-secrets
https://cwe.mitre.org/data/definitions/540.html

Standards:
CWE-540
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.plaintext import taken_out

PLAIN = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n"
SEALED = "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db}\nspec: {encryptedData: {password: AgBy8hCw}}\n"
EXAMPLES = (
    Example("still there, at another place", "pass", base_text=PLAIN + "stringData: {password: correct-horse}\n",
            text=PLAIN + "data: {password: Y29ycmVjdC1ob3JzZQ==}\n"),
    Example("nothing secret was taken out", "pass", base_text=PLAIN + "stringData: {username: app}\n", text=PLAIN),
    Example("taken out", "fail", base_text=PLAIN + "stringData: {password: correct-horse}\n", text=PLAIN,
            message="stringData.password of Secret db held a password (line 4 at the base), and the history still does: rotate it"),
    Example("sealed", "fail", base_text=PLAIN + "stringData: {password: correct-horse}\n", text=SEALED),
    Example("changed for another one in plain text", "fail", base_text=PLAIN + "stringData: {password: correct-horse}\n",
            text=PLAIN + "stringData: {password: battery-staple}\n"),
    Example("the values of a chart", "fail", base_text="auth: {password: correct-horse}\n", text="auth: {existingSecret: web}\n", at="values.yaml"),
)  # fmt: skip


@policy(
    level="warning",
    scope="file",
    operations=["UPDATE", "DELETE"],
    secret=True,
    examples=EXAMPLES,
)
def secret_left_in_history(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the credentials that a file held at the base, and that nothing of the change holds any more."""
    for place, what, line in taken_out(pair):
        text = (
            f"{place} held {what} (line {line} at the base), and the history still does: rotate it"
        )
        yield Problem((), text, key=f"{place}:{line}", known=False, unordered=True)
