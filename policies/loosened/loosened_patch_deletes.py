"""A patch takes out of the build what held others back.

`$patch: delete` in a file that is added removes an object: kustomize builds everything else, and the quota, the
policy or the webhook that the base of the overlay brings is not there any more. To add a file looks harmless.

Fix:
Remove the patch, or patch the one field that is in the way.

References:
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy


def _patch(kind: str, group: str, *, deletes: bool = True) -> str:
    end = "$patch: delete\n" if deletes else "spec: {background: true}\n"
    return f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: guard}}\n{end}"


EXAMPLES = (
    Example("it deleted before", "pass", base_text=_patch("ClusterPolicy", "kyverno.io/v1"), text=_patch("ClusterPolicy", "kyverno.io/v1") + "# still\n"),
    Example("it sets something", "pass", text=_patch("ClusterPolicy", "kyverno.io/v1", deletes=False)),
    Example("in an overlay that is new", "pass", text=_patch("ClusterPolicy", "kyverno.io/v1")),
    Example("a policy", "fail", base_text="apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", text=_patch("ClusterPolicy", "kyverno.io/v1"), message="this patch takes ClusterPolicy guard out of the build"),
    Example("a quota", "fail", base_text=_patch("ResourceQuota", "v1", deletes=False), text=_patch("ResourceQuota", "v1")),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=[
        "admissionregistration.k8s.io/*", "constraints.gatekeeper.sh/*", "core/LimitRange",
        "core/ResourceQuota", "kyverno.io/ClusterPolicy", "kyverno.io/Policy",
        "policies.kyverno.io/*", "policy/PodDisruptionBudget",
        "security.istio.io/*",
    ],
    examples=EXAMPLES,
)  # fmt: skip
def loosened_patch_deletes(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a patch that deletes, and did not at the base."""
    head = pair.head
    if not pair.context.of_base.head_resources(head.id.scope, None):
        return  # an overlay that is new altogether takes nothing away
    if head.delete_patch and (pair.base is None or not pair.base.delete_patch):
        name = f"{head.id.kind} {head.id.name}"
        yield Problem(
            head.view["$patch"],
            f"this patch takes {name} out of the build, and with it what it held back",
            known=False,
        )
