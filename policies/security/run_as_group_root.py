"""Process belongs to the group of root.

Group 0 owns much of what lies in an image and on a node, and may often write it. A process that is not
root but of its group can change those files. Unset, the image decides, and nothing is said.

Fix:
Name another group, or leave it out. Images made for OpenShift, which gives every program the group 0
and makes their files writable for it, belong into a waiver.

References:
https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

Standards:
PSP-era

Peers:
kube-linter:run-as-non-root, trivy:KSV-0116, kyverno:require-non-root-groups,
kyverno:psp-migration/psp-check-supplemental-groups, kyverno:validate-userid-groupid-fsgroup,
gatekeeper:K8sPSPAllowedUsers, gatekeeper:K8sPSPFSGroup
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.pod_security import setters
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


def _pod(**context: Any) -> dict[str, Any]:
    return {"securityContext": context, "containers": [{"name": "web"}]}


EXAMPLES = (
    Example("another group", "pass", _pod(runAsGroup=1000, fsGroup=1000, supplementalGroups=[2000]), binds="pod"),
    Example("unset is the image's business", "pass", {"containers": [{"name": "web"}]}, binds="pod"),
    Example("false is no group", "pass", _pod(runAsGroup=False), binds="pod"),
    Example("of the pod", "fail", _pod(runAsGroup=0), binds="pod", path="spec.securityContext.runAsGroup",
            message="pod sets runAsGroup: 0"),
    Example("of a container", "fail", binds="container", path="securityContext.runAsGroup",
            head={"name": "web", "securityContext": {"runAsGroup": 0}}, message="container web sets runAsGroup: 0"),
    Example("of its volumes", "fail", _pod(fsGroup=0), binds="pod", path="securityContext.fsGroup"),
    Example("one more group", "fail", _pod(supplementalGroups=[2000, 0]), binds="pod",
            path="securityContext.supplementalGroups[1]"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["workload"],
    scope="pod",
    enabled=False,
    refines=["run-as-high-gid"],
    examples=EXAMPLES,
)
def run_as_group_root(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every place that names the group 0."""
    for who, group in setters(pair.head, "runAsGroup"):
        if _is_root(group):
            yield Problem(group, f"{who} sets runAsGroup: 0")
    context = pair.head.view.securityContext
    if _is_root(context.fsGroup):
        yield Problem(context.fsGroup, "pod sets fsGroup: 0")
    for group in context.supplementalGroups:
        if _is_root(group):
            yield Problem(group, "pod is in the supplemental group 0")


def _is_root(group: View) -> bool:
    return group.integer(1) == 0
