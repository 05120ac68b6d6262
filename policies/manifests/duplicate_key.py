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

from policygate.manifests import is_other_json
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

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
    for document in pair.head.documents if not is_other_json(pair.head) else ():
        for issue in document.issues:
            if issue.kind == "duplicate-key":
                body = document.value if isinstance(document.value, dict) else {}
                named = View(body)["metadata"]["name"].string()
                key = f"{body.get('kind')}/{named}:{issue.path}"
                # A key below a Secret's data may be the secret itself.
                hidden = body.get("kind") == "Secret" and len(issue.path) > 1
                message = "a key is written twice; the last one wins" if hidden else issue.message
                path = () if hidden else issue.path
                yield Problem(path, message, key=key, location=issue.location)
