"""Key is written twice.

The last one wins silently: a reviewer reads the first, the cluster obeys the other.

Fix:
Keep one of the two.

References:
https://yaml.org/spec/1.2.2/#mapping
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("every key once", "pass", text="kind: Pod\nspec: {a: 1, b: 2}\n"),
    Example("the same key in two documents", "pass", text="kind: Pod\n---\nkind: Pod\n"),
    Example("twice in one mapping", "fail", text="""\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  hostNetwork: false
  hostNetwork: true # expect: duplicate-key
"""),
)  # fmt: skip


@policy(level="error", scope="file", examples=EXAMPLES)
def duplicate_key(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every key that an earlier one of the same mapping is overruled by."""
    for document in pair.head.documents:
        for issue in document.issues:
            if issue.kind == "duplicate-key":
                key = f"{document.index}:{issue.path}"
                yield Problem(issue.path, issue.message, key=key, location=issue.location)
