"""Flux tells less of what goes wrong.

An alert is often the only place where somebody hears of a failed sync. Fewer objects, errors only, or a
message that is left out: the next failure is found by the customers.

Fix:
Restore the sources of events and the severity, and leave out only the one message that is noise.

References:
https://fluxcd.io/flux/components/notification/alerts/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import compared
from policygate.view import View

ALL = frozenset({".*", "^.*$", ".+", ""})


def _alert(*kinds: str, **spec: Any) -> dict[str, Any]:
    sources = [{"kind": kind, "name": "*"} for kind in kinds]
    return {"apiVersion": "notification.toolkit.fluxcd.io/v1beta3", "kind": "Alert", "metadata": {"name": "ops"},
            "spec": {"providerRef": {"name": "chat"}, "eventSources": sources, **spec}}  # fmt: skip


EXAMPLES = (
    Example("one more source", "pass", base=_alert("HelmRelease"), head=_alert("HelmRelease", "Kustomization")),
    Example("one name is among all", "pass", base=_alert(eventSources=[{"kind": "HelmRelease", "name": "web"}]), head=_alert("HelmRelease")),
    Example("a message that is noise", "pass", base=_alert("HelmRelease"), head=_alert("HelmRelease", exclusionList=["no such host"])),
    Example("a new alert", "pass", _alert("HelmRelease", eventSeverity="error")),
    Example("a source less", "fail", base=_alert("HelmRelease", "Kustomization"), head=_alert("Kustomization"), path="spec.eventSources",
            message="ops no longer tells of HelmRelease *"),
    Example("errors only", "fail", base=_alert("HelmRelease"), head=_alert("HelmRelease", eventSeverity="error"), path="spec.eventSeverity",
            message="ops tells of errors only"),
    Example("nothing at all", "fail", base=_alert("HelmRelease"), head=_alert("HelmRelease", exclusionList=[".*"]), path="spec.exclusionList[0]"),
)  # fmt: skip


@policy(
    level="warning",
    class_="recovery",
    kinds=["notification.toolkit.fluxcd.io/Alert"],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_flux_alert(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the alert told of at the base and does not at the head."""
    return compared(pair, _gained(pair))


def _gained(pair: Pair) -> Iterator[Problem]:
    base, head, name = pair.base.view.spec, pair.head.view.spec, pair.head.id.name
    kept = [_source(item) for item in head.eventSources]
    for item in base.eventSources:
        kind, which, namespace = _source(item)
        if not any(
            (kind, namespace) == (other[0], other[2]) and other[1] in {which, "*"} for other in kept
        ):
            yield Problem(
                head.eventSources,
                f"{name} no longer tells of {kind} {which}",
                key=f"{kind} {which}",
            )
    if base.eventSeverity.string("info") == "info" and head.eventSeverity.raw == "error":
        yield Problem(head.eventSeverity, f"{name} tells of errors only")
    before = {item.raw for item in base.exclusionList if isinstance(item.raw, str)}
    for item in head.exclusionList:
        if item.string("x") in ALL and item.raw not in before:
            yield Problem(item, f"{name} tells of nothing any more")


def _source(item: View) -> tuple[str, str, str]:
    return item.kind.string(), item["name"].string(), item.namespace.string()
