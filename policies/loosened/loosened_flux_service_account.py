"""Flux applies with more rights than before.

With `serviceAccountName` Flux may only what that account may. Without it, it applies as the controller,
which is an administrator of the cluster: whoever can write to the repository is one, too.

Fix:
Restore `serviceAccountName`, and give the account the right that was missing.

References:
https://fluxcd.io/flux/components/kustomize/kustomizations/#service-account-reference
https://fluxcd.io/flux/installation/configuration/multitenancy/

Standards:
CWE-269
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared


def _kustomization(account: str = "", **spec: Any) -> dict[str, Any]:
    said = {"serviceAccountName": account} if account else {}
    return {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "metadata": {"name": "apps"},
            "spec": {"prune": True, **said, **spec}}  # fmt: skip


EXAMPLES = (
    Example("another account", "pass", base=_kustomization("shop"), head=_kustomization("web")),
    Example("never had one", "pass", base=_kustomization(), head=_kustomization(wait=True)),
    Example("into another cluster", "pass", base=_kustomization("shop"), head=_kustomization(kubeConfig={"secretRef": {"name": "a"}})),
    Example("removed", "fail", base=_kustomization("shop"), head=_kustomization(), path="spec.serviceAccountName",
            message="apps applies as the controller, no longer as shop"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["kustomize.toolkit.fluxcd.io/Kustomization", "helm.toolkit.fluxcd.io/HelmRelease"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_flux_service_account(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield an account that the base had and the head has not."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    was, account = (
        pair.base.view.spec.serviceAccountName.string(),
        pair.head.view.spec.serviceAccountName,
    )
    if was and not account.string() and not pair.head.view.spec.kubeConfig:
        yield Problem(
            account,
            f"{pair.head.id.name} applies as the controller, no longer as {was}",
            possible=is_patch(pair.head, pair.context),
        )
