"""Pod asks for a seccomp profile in an annotation that Kubernetes ignores.

Since Kubernetes 1.27 the annotations have no effect. The pod reads as if a profile confined it and
runs without one.

Fix:
Set `securityContext.seccompProfile` instead: `runtime/default` is `type: RuntimeDefault`,
`localhost/<file>` is `type: Localhost` with `localhostProfile: <file>`.

References:
https://kubernetes.io/docs/tutorials/security/seccomp/

Peers:
kubeaudit:SeccompDeprecatedAnnotations
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.place import look_up
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

POD = "seccomp.security.alpha.kubernetes.io/pod"
CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
SPEC = {"containers": [{"name": "web", "image": "web:1"}]}
CONFINED = {"seccompProfile": {"type": "RuntimeDefault"}}


def _pod(*annotations: str, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "annotations": dict.fromkeys(annotations, "runtime/default")}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {**SPEC, **spec}}


def _deployment(*annotations: str) -> dict[str, Any]:
    pod = _pod(*annotations)
    spec = {"selector": {}, "template": {"metadata": pod["metadata"], "spec": pod["spec"]}}
    metadata = {"name": "web"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


EXAMPLES = (
    Example("another annotation", "pass", _pod("example.com/owner")),
    Example("the field says it, the annotation stayed", "pass", _pod(POD, securityContext=CONFINED)),
    Example("of the pod", "fail", _pod(POD), path=f'metadata.annotations["{POD}"]',
            message="is ignored since Kubernetes 1.27"),
    Example("of a container", "fail", _pod(CONTAINER + "web")),
    Example("in a template", "fail", _deployment(POD), path=f'spec.template.metadata.annotations["{POD}"]'),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", examples=EXAMPLES)
def seccomp_deprecated_annotation(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield annotations of a pod for which the field that counts is not set."""
    pod = pair.head
    if pod.view.securityContext.seccompProfile:
        return
    place = (*pod.view.path[:-1], "metadata", "annotations")
    body = pair.change.head.body if pair.change and pair.change.head else {}
    for name, value in View(look_up(body, place)[0], place).items():
        if name == POD or name.startswith(CONTAINER):
            yield Problem(value, f"the annotation {name} is ignored since Kubernetes 1.27")
