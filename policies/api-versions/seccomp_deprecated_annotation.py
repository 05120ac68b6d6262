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

from policygate.kube.workloads import containers
from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.view import View

POD = "seccomp.security.alpha.kubernetes.io/pod"
CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
SPEC = {"containers": [{"name": "web", "image": "web:1"}]}
CONFINED = {"seccompProfile": {"type": "RuntimeDefault"}}


def _pod(*annotations: str, value: str = "runtime/default", **spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "annotations": dict.fromkeys(annotations, value)}
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
    Example("the container's field says it", "pass", _pod(CONTAINER + "web", containers=[{"name": "web", "securityContext": CONFINED}])),
    Example("of a container", "fail", _pod(CONTAINER + "web")),
    Example("of a container that is not there", "fail", _pod(CONTAINER + "db")),
    Example("a profile of one's own", "fail", _pod(POD, value="localhost/web.json")),
    Example("no profile", "fail", _pod(POD, value="unconfined")),
    Example("a name that nobody knows", "fail", _pod(POD, value="strict")),
    Example("in a template", "fail", _deployment(POD), path=f'spec.template.metadata.annotations["{POD}"]'),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", examples=EXAMPLES)
def seccomp_deprecated_annotation(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield annotations of a pod for which the field that counts is not set."""
    pod = pair.head
    if pod.view.securityContext.seccompProfile:
        return
    by_name = {container.name: container.view for container in containers(pod)}
    for name, value in pod.annotations.items():
        if name == POD:
            at = pod.view
        elif name.startswith(CONTAINER):
            at = by_name.get(name.removeprefix(CONTAINER), View(None))
        else:
            continue
        field = at.securityContext.seccompProfile
        if not field:
            words = f"the annotation {name} is ignored since Kubernetes 1.27"
            yield Problem(value, words, edit=_edit(field, value.string()) if at else None)


def _edit(field: View, value: str) -> Edit | None:
    """The field that says what the annotation said; none for what says nothing, or nothing good."""
    if value in {"runtime/default", "docker/default"}:
        return Edit("set", field.path, {"type": "RuntimeDefault"})
    where, _, file = value.partition("/")
    if where == "localhost" and file:
        return Edit("set", field.path, {"type": "Localhost", "localhostProfile": file})
    return None
