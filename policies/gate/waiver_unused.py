"""A waiver excuses nothing.

Its policy finds nothing where it points: what it excused is mended, or never was. It would excuse the next mistake.

Fix:
Remove the waiver.

References:
https://kubernetes.io/docs/concepts/security/pod-security-standards/#policy-instantiation
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.gate import objections

FILE = ".policygate/waivers/web.yaml"
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: true
      containers: [{name: web, image: "web:1"}]
"""
WAIVER = """\
policy: host-network
resource: prod/Deployment/web
reason: debug the CNI
owner: "@example/sre"
opened: 2026-01-14
expires: 2026-01-20
"""
BESIDE = {"prod/web.yaml": DEPLOYMENT}
EXAMPLES = (
    Example("in force", "pass", text=WAIVER, at=FILE, beside=BESIDE),
    Example("mended", "fail", text=WAIVER, at=FILE, beside={"prod/web.yaml": DEPLOYMENT.replace("hostNetwork: true", "hostNetwork: false")},
            message="host-network finds nothing in prod/Deployment/web: remove this waiver"),
)  # fmt: skip


@policy(level="warning", scope="gate", waivable=False, examples=EXAMPLES)
def waiver_unused(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what there is to say of each waiver."""
    yield from objections(pair, "waiver-unused")
