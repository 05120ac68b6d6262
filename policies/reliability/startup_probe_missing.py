"""Liveness probe has no startup probe before it.

The liveness probe begins to count while the program still starts. On a slow day it restarts what has not
come up yet, which then begins anew; with a startup probe it waits until the program is up once.

Fix:
Add a `startupProbe` with the same handler, and a `failureThreshold` that covers the slowest start.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes

Peers:
kube-linter:startup-port
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.lifetime import runs_on
from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy

PROBE = {"httpGet": {"path": "/", "port": 80}}
EXAMPLES = (
    Example("both", "pass", {"name": "web", "livenessProbe": PROBE, "startupProbe": PROBE}, binds="container"),
    Example("without a liveness probe nothing restarts it", "pass", {"name": "web"}, binds="container"),
    Example("an init container may have no probes", "pass", binds="pod",
            head={"containers": [{"name": "web"}], "initContainers": [{"name": "setup", "livenessProbe": PROBE}]}),
    Example("the liveness probe alone", "fail", {"name": "web", "livenessProbe": PROBE}, binds="container", path="startupProbe",
            message="container web has a livenessProbe and no startupProbe"),
)  # fmt: skip


@policy(level="warning", enabled=False, kinds=["workload"], scope="container", examples=EXAMPLES)
def startup_probe_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield containers that are restarted by a probe from their first second on."""
    view = pair.head.view
    if runs_on(pair.head) and view.livenessProbe and not view.startupProbe:
        words = f"{called(pair.head)} has a livenessProbe and no startupProbe"
        yield Problem(view.startupProbe, words)
