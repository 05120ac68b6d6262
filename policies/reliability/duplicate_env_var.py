"""Container sets a variable twice.

The later one counts at runtime; whoever edits the first one wonders why nothing changes. Server-side
apply, as Flux uses it, refuses the manifest.

Fix:
Keep one of the two.

References:
https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy

Peers:
kube-linter:duplicate-env-var, kube-score:environment-variable-key-duplication, kubescape:C-0295
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy


def _env(*names: str) -> dict[str, Any]:
    return {"name": "web", "env": [{"name": name, "value": str(i)} for i, name in enumerate(names)]}


EXAMPLES = (
    Example("each once", "pass", _env("A", "B"), binds="container"),
    Example("the same name from a whole ConfigMap", "pass", {**_env("A"), "envFrom": [{"configMapRef": {"name": "a"}}]}, binds="container"),
    Example("a name without a name", "pass", {"name": "web", "env": [{}, {}]}, binds="container"),
    Example("twice", "fail", _env("A", "B", "A"), binds="container", message="container web sets the variable A twice"),
    Example("once more than before", "fail", _env("A", "A"), base=_env("A"), binds="container"),
)  # fmt: skip


@policy(level="error", kinds=["workload"], scope="container", examples=EXAMPLES)
def duplicate_env_var(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every variable that was set before in the same list."""
    seen: set[str] = set()
    for item in pair.head.view.env:
        name = item["name"].string()
        if name and name in seen:
            words = f"container {pair.head.name} sets the variable {name} twice"
            yield Problem(item, words, key=name)
        seen.add(name)
