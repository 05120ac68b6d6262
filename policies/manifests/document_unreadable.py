"""Document cannot be read.

What cannot be read cannot be judged, and what the gate reads differently from the cluster could be
smuggled past it. So a broken document blocks; the documents beside it are judged all the same.

Fix:
Mend the document at the line that is named. If the file is a template, render it and check the result.

References:
https://yaml.org/spec/1.1/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.manifests import is_other_json
from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("well formed", "pass", text="kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n"),
    Example("a template is not judged, which the report says", "pass",
            text="kind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\n"),
    Example("JSON for something else", "pass", text='{"compilerOptions": {', at="tsconfig.json"),
    Example("a bracket that never closes", "fail", text="kind: ConfigMap\n---\nkind: [oops\n"),
)  # fmt: skip


@policy(level="error", scope="file", waivable=False, examples=EXAMPLES)
def document_unreadable(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every document that cannot be parsed or is beyond the bounds."""
    if is_other_json(pair.head):
        return
    lines = pair.head.text.split("\n")
    for document in pair.head.documents:
        for issue in document.issues:
            if issue.kind in ("unreadable", "limit"):
                texts = map(str.strip, lines[document.first_line - 1 : document.last_line])
                # A comment never changes a verdict, and white space is none here.
                text = "\n".join(t for t in texts if t and not t.startswith("#"))
                yield Problem(issue.path, issue.message, key=text, location=issue.location)
