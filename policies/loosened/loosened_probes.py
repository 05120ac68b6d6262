"""Container lost a probe.

A probe is taken out while somebody finds out why pods restart, and nobody notices until a rollout sends traffic
to pods that cannot answer, or one hangs for a night.

Fix:
Put the probe back, with a longer `initialDelaySeconds`, `timeoutSeconds` or `failureThreshold` where it was
too strict.

References:
https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.running import PROBES
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _with(*probes: str) -> dict[str, Any]:
    return {"name": "web", **{probe: {"tcpSocket": {"port": 80}} for probe in probes}}


EXAMPLES = (
    Example("changed", "pass", binds="container", base=_with("readinessProbe"), head={"name": "web", "readinessProbe": {"exec": {"command": ["true"]}}}),
    Example("never had one", "pass", binds="container", base=_with(), head={"name": "web", "tty": True}),
    Example("startup and liveness go together", "pass", binds="container", base=_with("startupProbe"), head=_with()),
    Example("a new container", "pass", binds="pod", base={"containers": [{"name": "log"}]}, head={"containers": [{"name": "log"}, _with()]}),
    Example("readiness", "fail", binds="container", base=_with("readinessProbe"), head=_with(), path="readinessProbe",
            message="container web lost its readinessProbe"),
    Example("liveness", "fail", binds="container", base=_with("livenessProbe"), head={"name": "web", "livenessProbe": None},
            message="container web lost its livenessProbe"),
    Example("startup", "fail", binds="container", base=_with("livenessProbe", "startupProbe"), head=_with("livenessProbe"),
            message="container web lost its startupProbe"),
)  # fmt: skip


@policy(
    level="warning",
    class_="reliability",
    kinds=["workload"],
    scope="container",
    operations=["UPDATE"],
    refines=["readiness-probe-missing", "liveness-probe-missing", "startup-probe-missing"],
    examples=EXAMPLES,
)
def loosened_probes(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, PROBES)
