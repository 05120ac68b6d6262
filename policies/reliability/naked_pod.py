"""Pod stands alone.

Nobody restarts it on another node: when its node goes, so does it, and no rollout ever updates it.

Fix:
Make it a Deployment, a StatefulSet, a DaemonSet or a Job.

References:
https://kubernetes.io/docs/concepts/workloads/pods/#working-with-pods

Peers:
kubescape:C-0073, kyverno:prevent-bare-pods, datree:K8S_INCORRECT_KIND_VALUE_POD, popeye:POP-208
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy

HOOKS = ("helm.sh/hook", "argocd.argoproj.io/hook", "kubernetes.io/config.mirror")


def _pod(**metadata: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "web", "image": "web:1"}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", **metadata},
        "spec": spec,
    }


EXAMPLES = (
    Example("owned by something", "pass", _pod(ownerReferences=[{"kind": "Job", "name": "a"}])),
    Example("a test of a chart", "pass", _pod(annotations={"helm.sh/hook": "test"})),
    Example("a static pod of the control plane", "pass", _pod(namespace="kube-system", labels={"tier": "control-plane"})),
    Example("it is a patch", "pass", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}),
    Example("alone", "fail", _pod(), path="kind", message="Pod web stands alone"),
)  # fmt: skip


@policy(level="warning", kinds=["core/Pod"], examples=EXAMPLES)
def naked_pod(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield pods that nothing owns, hooks and static pods aside."""
    pod = pair.head
    metadata = pod.view.metadata
    if pod.partial or metadata.ownerReferences or any(metadata.annotations[h] for h in HOOKS):
        return
    if pod.id.namespace == "kube-system" and metadata.labels.tier.raw == "control-plane":
        return
    yield Problem(pod.view.kind, f"Pod {pod.id.name} stands alone: nothing brings it back")
