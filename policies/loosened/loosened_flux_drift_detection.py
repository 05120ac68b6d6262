"""Flux no longer mends what is changed by hand in a release.

With `driftDetection.mode: enabled` Flux puts back what somebody changed. With `warn` it only says so, and
`disabled` or unset it does not even look; what is ignored is never put back.

Fix:
Restore `mode: enabled`, and ignore only the paths that a controller writes, with a `target`.

References:
https://fluxcd.io/flux/components/helm/helmreleases/#drift-detection
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.flux import drift_detection
from policygate.kube.patches import is_patch
from policygate.place import canonical
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared

ORDER = {"disabled": 0, "warn": 1, "enabled": 2}


def _release(mode: str = "", *ignored: dict[str, Any]) -> dict[str, Any]:
    drift = {**({"mode": mode} if mode else {}), **({"ignore": list(ignored)} if ignored else {})}
    return {"apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease", "metadata": {"name": "web"},
            "spec": {"interval": "1h", "driftDetection": drift}}  # fmt: skip


REPLICAS = {"paths": ["/spec/replicas"], "target": {"kind": "Deployment"}}
EXAMPLES = (
    Example("raised", "pass", base=_release("warn"), head=_release("enabled")),
    Example("what nobody knows", "pass", base=_release("enabled"), head=_release("${MODE}")),
    Example("fewer paths", "pass", base=_release("enabled", REPLICAS), head=_release("enabled")),
    Example("one path of one kind", "pass", base=_release("enabled"), head=_release("enabled", REPLICAS)),
    Example("it never looked", "pass", base=_release(), head=_release("disabled", {"paths": ["/"]})),
    Example("lowered", "fail", base=_release("enabled"), head=_release("warn"), path="driftDetection.mode",
            message="drift of web: warn, no longer enabled"),
    Example("removed", "fail", base=_release("enabled"), head=_release(), message="disabled, no longer enabled"),
    Example("everything is ignored", "fail", base=_release("enabled"), head=_release("enabled", {"paths": [""]}), path="ignore[0]",
            message="no longer sees drift of the whole object in every object"),
    Example("a path of every object", "fail", base=_release("enabled", REPLICAS), head=_release("enabled", REPLICAS, {"paths": ["/spec"]}),
            message="drift of /spec in every object"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["helm.toolkit.fluxcd.io/HelmRelease"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_flux_drift_detection(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a lower mode, and paths that are ignored in every object from now on."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    was, now = drift_detection(pair.base), drift_detection(pair.head)
    base, head = pair.base.view.spec.driftDetection, pair.head.view.spec.driftDetection
    name = pair.head.id.name
    if was in ORDER and now in ORDER and ORDER[now] < ORDER[was]:
        possible = is_patch(pair.head, pair.context)
        yield Problem(head.mode, f"drift of {name}: {now}, no longer {was}", possible=possible)
    before = {canonical(item.raw) for item in base.ignore}
    for item in head.ignore if was in {"warn", "enabled"} else ():
        if not item.target.raw and canonical(item.raw) not in before:
            paths = ", ".join(path.string() or "the whole object" for path in item.paths)
            yield Problem(item, f"{name} no longer sees drift of {paths} in every object")
