"""Expression reads a key with a hyphen as a subtraction.

`payload.pull-request` means `payload.pull` minus `request`. The expression fails or is false, so the
event starts nothing, and nothing in the cluster says why.

Fix:
Write the key in brackets: `payload["pull-request"]`.

References:
https://argo-workflows.readthedocs.io/en/latest/events/

Peers:
semgrep:event-binding-payload-with-hyphen
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

KEY = re.compile(r"\bpayload(?:\.\w+|\[[^\]]{1,100}\])*\.\w+-[A-Za-z_][\w-]*")


def _binding(selector: str, expression: str = "payload.name") -> dict[str, Any]:
    value = {"name": "who", "valueFrom": {"event": expression}}
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowEventBinding", "metadata": {"name": "web"}, "spec": {
        "event": {"selector": selector}, "submit": {"arguments": {"parameters": [value]}}}}  # fmt: skip


EXAMPLES = (
    Example("in brackets", "pass", _binding('payload["pull-request"].id == 1')),
    Example("a number is subtracted", "pass", _binding("payload.count - 1 > 2 && payload.count-1 > 2")),
    Example("in the selector", "fail", _binding("payload.pull-request.id == 1"), path="spec.event.selector",
            message="payload.pull-request is read as a subtraction"),
    Example("in a parameter", "fail", _binding("true", "payload.user.first-name"),
            path="spec.submit.arguments.parameters[who].valueFrom.event"),
)  # fmt: skip


@policy(level="warning", kinds=["argoproj.io/WorkflowEventBinding"], examples=EXAMPLES)
def argo_events_payload_hyphen(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield expressions with such a key."""
    spec = pair.head.view.spec
    values = [value.valueFrom.event for value in spec.submit.arguments.parameters]
    for expression in (spec.event.selector, *values):
        found = KEY.search(expression.string())
        if found:
            yield Problem(expression, f"{found[0]} is read as a subtraction")
