"""Role may change the status of services.

The load balancer's address of a Service stands in its status. Whoever may write it can claim any
address, and the nodes then send what pods mean for that address to the Service (CVE-2020-8554).

Fix:
Leave the rule to the cloud controller.

References:
https://nvd.nist.gov/vuln/detail/CVE-2020-8554
https://github.com/kubernetes/kubernetes/issues/97076

Standards: CVE-2020-8554

Peers:
checkov:CKV2_K8S_4
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.rbac import Access
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.grants import granted, role_body

STATUS = Access(("",), ("services/status",), ("update", "patch"))


EXAMPLES = (
    Example("to read it", "pass", role_body("services/status", "get")),
    Example("of one service", "pass", role_body("services/status", "patch", resourceNames=["web"])),
    Example("to write it", "fail", role_body("services/status", "patch"), path="rules[0].resources[0]",
            message="Role ci may patch services/status"),
    Example("the status of everything", "fail", role_body("*/status", "update")),
    Example("every verb", "fail", role_body("services/status", "*")),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    enabled=False,
    examples=EXAMPLES,
)
def rbac_services_status(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield each rule with the right."""
    yield from granted(pair, STATUS)
