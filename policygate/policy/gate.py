"""What the policies of the scope `gate` share: the objections to waivers, as problems, and what their examples are about.

The objections are made where it is decided whether a waiver counts (`policygate.waivers`,
`policygate.ledger`): a finding says the same as the verdict does. Not for that decision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.policy.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.policy.types import Pair


FILE: Final = ".policygate/waivers/web.yaml"
DEPLOYMENT: Final = """apiVersion: apps/v1
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
WAIVER: Final = """\
policy: host-network
resource: prod/Deployment/web
reason: debug the CNI
owner: "@example/sre"
opened: 2026-01-14
expires: 2026-01-20
"""
BESIDE: Final = {"prod/web.yaml": DEPLOYMENT}
"""A waiver in force on the day of examples, where it stands, and what it excuses."""


def objections(pair: Pair, policy: str) -> Iterator[Problem]:
    """Yield what one policy has to say of the waivers of the head."""
    for standing in pair.head.waivers:
        for each in standing.objections:
            if each.policy == policy:
                at = standing.waiver.location
                # What was there before this change is not its doing, and blocks all the same.
                yield Problem(
                    (), each.message, location=at, level=each.level, known=not standing.added
                )
