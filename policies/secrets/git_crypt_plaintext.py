"""File that git-crypt should encrypt is in the repository as it is.

`.gitattributes` says that git-crypt encrypts it, and what git keeps is not encrypted: it was added before the line in
`.gitattributes`, by a machine without the filter, or through the website of a forge. Whoever has unlocked the repository
does not see the difference.

Fix:
Unlock the repository (`git-crypt unlock`), run `git-crypt status -f`, commit, and change what was in the file: it stays in
the history.

References:
https://github.com/AGWA/git-crypt#gitattributes-file
https://git-scm.com/docs/gitattributes

Standards:
CWE-312
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

KEYS = {".gitattributes": "*.key filter=git-crypt diff=git-crypt\n"}
MORE = {".gitattributes": '[attr]hidden filter=git-crypt\n*.key hidden\n"a b/**" hidden\n'}
LAST = {".gitattributes": "*.key filter=git-crypt\n", "web/.gitattributes": "*.key !filter !diff\n"}
EXAMPLES = (
    Example("encrypted", "pass", text="\0GITCRYPT\0abc", at="web/tls.key", beside=KEYS),
    Example("left alone because it is empty", "pass", text="", at="web/tls.key", beside=KEYS),
    Example("not a file for git-crypt", "pass", text="a", at="web/tls.crt", beside=KEYS),
    Example("the last line counts", "pass", text="a", at="web/tls.key", beside=LAST),
    Example("from now on", "fail", base_text="\0GITCRYPT\0abc", text="a", at="web/tls.key", beside=KEYS),
    Example("as it is", "fail", text="a", at="web/tls.key", beside=KEYS, message="git-crypt should encrypt web/tls.key"),
    Example("by a word of one's own", "fail", text="a: b\n", at="a b/c/d.yaml", beside=MORE),
)  # fmt: skip


@policy(level="error", scope="file", secret=True, examples=EXAMPLES)
def git_crypt_plaintext(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a file that git keeps in the clear, and should not."""
    file = pair.head.file
    if pair.context.files.is_left_plain(file):
        yield Problem(
            (), f"git-crypt should encrypt {file}, and git keeps it in the clear", key="plain"
        )
