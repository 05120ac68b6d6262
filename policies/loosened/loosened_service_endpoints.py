"""Service sends requests somewhere else.

Another selector leads clients to other pods, and whether these may be seen nobody can tell from here. Pods that are
not ready answer with errors; without a selector, whoever may write endpoints takes the traffic.

Fix:
Restore the selector, or say in the pull request which pods are meant.

References:
https://kubernetes.io/docs/concepts/services-networking/service/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.exposure import SERVICE_ENDPOINTS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _service(annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "annotations": annotations or {}},
        "spec": {"ports": [{"port": 80}], **spec},
    }


EXAMPLES = (
    Example("in another order", "pass", base=_service(selector={"a": "b", "c": "d"}), head=_service(selector={"c": "d", "a": "b"})),
    Example("it had none", "pass", base=_service(), head=_service(selector={"a": "b"})),
    Example("other pods", "fail", base=_service(selector={"a": "b"}), head=_service(selector={"a": "c"}), path="spec.selector", message="to other pods now"),
    Example("whatever somebody writes", "fail", base=_service(selector={"a": "b"}), head=_service(), message="whatever endpoints somebody writes"),
    Example("pods that are not ready", "fail", base=_service(), head=_service(publishNotReadyAddresses=True), message="not ready now"),
    Example("hidden clients", "fail", base=_service(externalTrafficPolicy="Local"), head=_service(externalTrafficPolicy="Cluster")),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=["core/Service"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_service_endpoints(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, SERVICE_ENDPOINTS)
