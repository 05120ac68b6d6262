"""Container has no liveness probe.

As long as its process runs, the container counts as alive: one that hangs in a deadlock stays as it is
until somebody notices. A wrong probe is worse than none, though; add one where a restart really helps.

Fix:
Add a `livenessProbe` that asks the program itself, not what it depends on, and is slower to give up than
the readiness probe.

References:
https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/

Peers:
kube-linter:no-liveness-probe, kube-score:pod-probes, polaris:livenessProbeMissing,
checkov:CKV_K8S_8, kubescape:C-0056, kyverno:require-pod-probes,
datree:CONTAINERS_MISSING_LIVENESSPROBE_KEY, gatekeeper:K8sRequiredProbes,
terrascan:nolivenessProbe, popeye:POP-102, popeye:POP-103
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.lifetime import CONTROLLERS, is_hook, runs_on
from policygate.kube.pod_security import called
from policygate.policy import Example, Pair, Problem, policy

PROBE = {"httpGet": {"path": "/", "port": 80}}
SIDECAR = {"name": "log", "restartPolicy": "Always"}
JOB = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "web"},
    "spec": {"template": {"spec": {"containers": [{"name": "web", "image": "web:1"}]}}},
}
TEST = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "annotations": {"helm.sh/hook": "test"}},
    "spec": {"containers": [{"name": "web", "image": "web:1"}]},
}
EXAMPLES = (
    Example("it has one", "pass", {"name": "web", "livenessProbe": PROBE}, binds="container"),
    Example("a Job comes to an end", "pass", JOB),
    Example("so does the test of a chart", "pass", TEST),
    Example("an init container may have none", "pass", binds="pod",
            head={"containers": [{"name": "web", "livenessProbe": PROBE}], "initContainers": [{"name": "setup"}]}),
    Example("nor may one for debugging", "pass", binds="pod",
            head={"containers": [{"name": "web", "livenessProbe": PROBE}], "ephemeralContainers": [{"name": "shell"}]}),
    Example("none", "fail", {"name": "web"}, binds="container", path="livenessProbe", message="container web has no livenessProbe"),
    Example("a native sidecar runs as long as the pod", "fail", binds="pod", path="initContainers[log].livenessProbe",
            head={"containers": [{"name": "web", "livenessProbe": PROBE}], "initContainers": [SIDECAR]}),
)  # fmt: skip


@policy(
    level="warning",
    enabled=False,
    kinds=[*CONTROLLERS, "core/Pod"],
    scope="container",
    examples=EXAMPLES,
)
def liveness_probe_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield containers that run on and have no probe."""
    container = pair.head
    if is_hook(container.pod.resource) or not runs_on(container):
        return
    if not container.view.livenessProbe:
        yield Problem(container.view.livenessProbe, f"{called(container)} has no livenessProbe")
