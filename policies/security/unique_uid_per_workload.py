"""Two workloads run as the same user.

Whoever gets out of one container is, on the node, the user of the other: files on shared volumes and processes
of the other workload are open to him. With a number for each they are not.

Fix:
Give each workload a `runAsUser` of its own, or user namespaces (`hostUsers: false`), where every pod has its own
range.

References:
https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/

Peers:
kyverno:require-unique-uid-per-workload
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.effective import effective
from policygate.kube.services import templates
from policygate.kube.workloads import PodSpec, containers
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

TEXT = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {securityContext: {runAsUser: 10001}, containers: [{name: web, image: "web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop}
spec: {%scontainers: [{name: api, image: "api:1"%s}]}
"""
EXAMPLES = (
    Example("a number of its own", "pass", text=TEXT % ("securityContext: {runAsUser: 10002}, ", "")),
    Example("unset is the image's business", "pass", text=TEXT % ("", "")),
    Example("in a user namespace", "pass", text=TEXT % ("hostUsers: false, securityContext: {runAsUser: 10001}, ", "")),
    Example("root is left to run-as-user-root", "pass", text=(TEXT % ("securityContext: {runAsUser: 0}, ", "")).replace("10001", "0")),
    Example("two containers of one workload", "pass", binds="pod", head={"securityContext": {"runAsUser": 10001},
            "containers": [{"name": "web", "image": "web:1"}, {"name": "log", "image": "log:1"}]}),
    Example("the same", "fail", text=TEXT % ("securityContext: {runAsUser: 10001}, ", ""), path="spec.securityContext.runAsUser",
            message="Pod web runs as user 10001, and so does Pod api"),
    Example("of a container", "fail", text=TEXT % ("", ", securityContext: {runAsUser: 10001}")),
)  # fmt: skip


@policy(level="warning", kinds=["workload"], scope="pod", enabled=False, examples=EXAMPLES)
def unique_uid_per_workload(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield users that an earlier workload of the folder and namespace has as well."""
    pod, own = pair.head, pair.head.resource.id
    users = _users(pod)
    for other in templates(pair.context, own.scope, own.namespace) if users else ():
        ident = other.resource.id
        if (ident.kind, ident.name) >= (own.kind, own.name):
            continue
        for user in users.keys() & _users(other.pod).keys():
            words = (
                f"{own.kind} {own.name} runs as user {user}, and so does {ident.kind} {ident.name}"
            )
            yield Problem(users[user], words, key=f"{user} {ident.kind}/{ident.name}")


def _users(pod: PodSpec) -> dict[int, View]:
    """The users that a pod names for its containers, root aside, and where it does."""
    if pod.windows or pod.view.hostUsers.raw is False:
        return {}
    found: dict[int, View] = {}
    for container in containers(pod):
        at = effective(container, "runAsUser").view
        if at.integer() > 0:
            found.setdefault(at.integer(), at)
    return found
