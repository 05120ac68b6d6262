"""Flux does not notice that what it applied does not work.

Without `wait` or a health check, a Kustomization is ready as soon as its objects are accepted; without
retries, a HelmRelease that failed once stays where it is. Both look green, or are left alone, while pods
crash.

Fix:
Set `wait: true` with a `timeout` on the Kustomization, and `install.remediation.retries` and
`upgrade.remediation.retries`, or `strategy: {name: RetryOnFailure}`, on the HelmRelease.

References:
https://fluxcd.io/flux/components/kustomize/kustomizations/#wait
https://fluxcd.io/flux/components/helm/helmreleases/#configuring-failure-handling
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.patches import is_patch
from policygate.policy import Example, Pair, Problem, policy


def _flux(kind: str, **spec: Any) -> dict[str, Any]:
    group = "helm" if kind == "HelmRelease" else "kustomize"
    return {
        "apiVersion": f"{group}.toolkit.fluxcd.io/v2",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": {"interval": "1h", **spec},
    }


EXAMPLES = (
    Example("it waits", "pass", _flux("Kustomization", wait=True)),
    Example("it checks", "pass", _flux("Kustomization", healthChecks=[{"kind": "Deployment", "name": "web"}])),
    Example("it retries", "pass", _flux("HelmRelease", upgrade={"remediation": {"retries": 3}})),
    Example("it retries in another way", "pass", _flux("HelmRelease", upgrade={"strategy": {"name": "RetryOnFailure"}})),
    Example("a patch", "pass", {**_flux("HelmRelease"), "spec": {"suspend": False}}),
    Example("it does not wait", "fail", _flux("Kustomization"), path="spec.wait", message="web is ready before what it applied is"),
    Example("it does not retry", "fail", _flux("HelmRelease"), path="spec.upgrade.remediation.retries", message="stays failed"),
)  # fmt: skip


@policy(
    level="warning",
    kinds=["kustomize.toolkit.fluxcd.io/Kustomization", "helm.toolkit.fluxcd.io/HelmRelease"],
    enabled=False,
    examples=EXAMPLES,
)
def flux_failure_unnoticed(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what neither waits nor checks, and what does not try again."""
    spec, name = pair.head.view.spec, pair.head.id.name
    if not spec.interval or is_patch(pair.head, pair.context):
        return
    if pair.head.id.kind == "Kustomization":
        if spec.wait.raw is not True and not spec.healthChecks.raw:
            yield Problem(spec.wait, f"{name} is ready before what it applied is")
    elif not spec.upgrade.remediation.retries.integer() and not spec.upgrade.strategy:
        yield Problem(
            spec.upgrade.remediation.retries,
            f"{name} stays failed after the first failure of an upgrade",
        )
