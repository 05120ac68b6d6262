"""Gatekeeper constraint keeps less out than before.

A constraint that warns or counts keeps nothing out. It is set so while somebody debugs, or a namespace is exempted, and
stays so.

Fix:
Restore `enforcementAction: deny`, or what the constraint is for.

References:
https://open-policy-agent.github.io/gatekeeper/website/docs/violations/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.admission import GATEKEEPER_CONSTRAINT
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up


def _constraint(match: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "constraints.gatekeeper.sh/v1beta1",
        "kind": "K8sRequiredLabels",
        "metadata": {"name": "guard"},
        "spec": {"match": match or {}, **spec},
    }


EXAMPLES = (
    Example("the default is written", "pass", base=_constraint(), head=_constraint(enforcementAction="deny")),
    Example("more kinds", "pass", base=_constraint({"kinds": [{"kinds": ["Pod"]}]}), head=_constraint({"kinds": [{"kinds": ["Pod"]}, {"kinds": ["Job"]}]})),
    Example("only a warning", "fail", base=_constraint(), head=_constraint(enforcementAction="warn"), path="spec.enforcementAction", message="only warns what it denied"),
    Example("an exempted namespace", "fail", base=_constraint(), head=_constraint({"excludedNamespaces": ["shop"]}), message="no longer judges the namespace shop"),
    Example("for others", "fail", base=_constraint(), head=_constraint({"namespaces": ["shop"]}), message="is for other resources now"),
    Example("other parameters", "fail", base=_constraint(parameters={"a": 1}), head=_constraint(parameters={"a": 2}), message="has other parameters"),
    Example("gone", "fail", base=_constraint(), message="K8sRequiredLabels guard is gone"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["constraints.gatekeeper.sh/*"],
    operations=["UPDATE", "DELETE"],
    examples=EXAMPLES,
)
def loosened_gatekeeper_constraint(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, GATEKEEPER_CONSTRAINT)
