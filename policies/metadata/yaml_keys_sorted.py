"""Keys of a manifest are not in the order of the alphabet.

Where everybody sorts keys, two people who add the same field add it in the same place, and a merge does not
bring it in twice.

Fix:
Sort the keys; `yq -i 'sort_keys(..)'` does it for a whole file.

References:
https://mikefarah.gitbook.io/yq/operators/sort-keys

Peers:
kube-linter:sorted-keys
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

MOST = 100_000
"""Values that are looked at."""


def _config(*keys: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "data": dict.fromkeys(keys, "1"),
        "kind": "ConfigMap",
        "metadata": {"name": "web"},
    }


EXAMPLES = (
    Example("sorted", "pass", _config("a", "b")),
    Example("not sorted", "fail", _config("b", "a"), path="data.a", message="a stands after b"),
    Example("inside of a list", "fail", {"apiVersion": "example.com/v1", "kind": "Web", "metadata": {"name": "web"},
            "spec": {"items": [{"b": 1, "a": 2}]}}, path="spec.items[0].a"),
)  # fmt: skip


@policy(level="warning", enabled=False, examples=EXAMPLES)
def yaml_keys_sorted(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the first key of each mapping that stands after a later one."""
    stack: list[View] = [pair.head.view]
    for _ in range(MOST):
        if not stack:
            return
        view = stack.pop()
        stack += list(view)
        last = ""
        for key, value in view.items():
            stack.append(value)
            if key < last:
                yield Problem(value, f"{key} stands after {last}")
                break
            last = key
