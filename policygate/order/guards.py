"""What holds a namespace and its workloads back, in orders: each may be deleted, which gives everything up.

| what | strictest … loosest |
|---|---|
| Namespace, enforce | restricted < baseline < unset (the cluster's default) < privileged; an older version is laxer |
| Namespace, warn and audit | the same, for what people are told |
| ResourceQuota, each amount | smaller < bigger < unset |
| LimitRange, each bound | a maximum or a ratio smaller < bigger < unset; a minimum bigger < smaller < unset |
| PodDisruptionBudget | more pods kept < fewer; IfHealthyBudget < AlwaysAllow |
| HorizontalPodAutoscaler | a minimum of two or more < one < none; minReplicas unset is 1 |

https://kubernetes.io/docs/concepts/security/pod-security-admission/, https://kubernetes.io/docs/concepts/policy/,
https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from policygate.kube.pod_security import LATEST, version_of
from policygate.kube.quantity import known_quantity
from policygate.order.verdict import Dimension, Gain, named, restrictor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from policygate.model import Level, Resource
    from policygate.view import View

# Namespaces

_PREFIX: Final = "pod-security.kubernetes.io/"
_STRICTNESS: Final = {"privileged": 0, "": 1, "baseline": 2, "restricted": 3}
"""A level, and how strict it is; none is what the cluster says, which is seldom more than nothing."""
_MODES: Final[tuple[tuple[str, str, str, Level | None], ...]] = (
    ("enforce", "enforces", "no longer enforces {}", None),
    ("warn", "warns of what breaks", "no longer warns of what {} forbids", "warning"),
    ("audit", "records what breaks", "no longer records what {} forbids", "warning"),
)
_IGNORED: Final = "admission.gatekeeper.sh/ignore"
_MESH: Final = (
    ("istio-injection", "disabled"),
    ("linkerd.io/inject", "disabled"),
    ("istio.io/dataplane-mode", "none"),
)


def _namespace(base: Resource, head: Resource) -> Iterator[Gain]:
    was, now = (side.view.metadata.labels for side in (base, head))
    yield from _standards(was, now, head.id.name)
    if now[_IGNORED] and not was[_IGNORED]:
        text = f"namespace {head.id.name} is taken out of the admission control of Gatekeeper"
        yield Gain(now[_IGNORED], text, None, now[_IGNORED].raw)
    for key, off in _MESH:
        if now[key].raw == off and was[key] and was[key].raw != off:
            text = f"pods of {head.id.name} leave the mesh, and its encryption and rules"
            yield Gain(now[key], text, was[key].raw, off, level="warning")
        elif was[key].string() not in ("", off) and not now[key] and not now["istio.io/rev"]:
            text = (
                f"pods of {head.id.name} leave the mesh, if nothing else says that they are in it"
            )
            yield Gain(now[key], text, was[key].raw, None, level="warning", possible=True)


def _standards(base: View, head: View, name: str) -> Iterator[Gain]:
    for mode, verb, gone, level in _MODES:
        label = head[_PREFIX + mode]
        was, now = base[_PREFIX + mode].string(), label.string()
        if was not in _STRICTNESS or now not in _STRICTNESS or _STRICTNESS[now] >= _STRICTNESS[was]:
            continue
        if not was:
            text = f"namespace {name} {verb} nothing, whatever the default of the cluster is"
            if mode == "enforce":
                yield Gain(label, text, None, now, possible=True)
            continue
        said = f"{verb} {now}, not {was} any more" if now else gone.format(was)
        yield Gain(label, f"namespace {name} {said}", was, now or None, level=level)
    pin = head[_PREFIX + "enforce-version"]
    was = base[_PREFIX + "enforce-version"].string("latest")
    old, new = version_of(was), version_of(pin.string("latest"))
    if old and new and new < old and head[_PREFIX + "enforce"].string("privileged") != "privileged":
        of = "latest" if old == LATEST else was
        text = f"namespace {name} enforces the standards of {pin.string()}, not of {of} any more"
        yield Gain(pin, text, was, pin.raw)


# Quotas and ranges


def _amounts(view: View) -> dict[str, tuple[Fraction, View]]:
    found = {}
    for key, value in view.items():
        quantity = known_quantity(value.raw)
        if quantity is not None:
            found[key] = (quantity, value)
    return found


def _quota(base: Resource, head: Resource) -> Iterator[Gain]:
    who, now = named(head), _amounts(head.view.spec.hard)
    for key, (amount, view) in _amounts(base.view.spec.hard).items():
        at = head.view.spec.hard[key]
        if key not in now and not at:
            yield Gain(at, f"{who} no longer bounds {key}", view.raw, None)
        elif key in now and now[key][0] > amount:
            text = f"{who}: {key} {view.raw} → {at.raw}"
            yield Gain(at, text, view.raw, at.raw, level="warning")
    for field in ("scopes", "scopeSelector"):
        was, scope = base.view.spec[field], head.view.spec[field]
        if was.raw != scope.raw and _scoped(was) != _scoped(scope):
            text = f"{who} is for other pods now"
            yield Gain(scope, text, was.raw, scope.raw, level="warning")


def _scoped(view: View) -> Any:
    return sorted(map(str, view.raw)) if isinstance(view.raw, list) else view.raw


_UPPER: Final = ("max", "maxLimitRequestRatio", "default")
"""Bounds of a LimitRange that let more through when they are bigger; `min` is the other way round."""


def _limit_range(base: Resource, head: Resource) -> Iterator[Gain]:
    after = {each["type"].string(): each for each in head.view.spec.limits}
    for each in base.view.spec.limits:
        kind = each["type"].string()
        new = after.get(kind, head.view.spec.limits)
        for field in (*_UPPER, "min", "defaultRequest"):
            yield from _bounds(
                each[field], new[field], f"LimitRange {head.id.name}: {kind} {field}"
            )


def _bounds(was: View, now: View, what: str) -> Iterator[Gain]:
    after = _amounts(now)
    for key, (amount, view) in _amounts(was).items():
        if key not in after:
            yield Gain(now[key], f"{what} of {key} was removed", view.raw, None)
            continue
        new = after[key][0]
        field = was.path[-1]
        wider = new > amount if field in _UPPER else field == "min" and new < amount
        if wider:
            yield Gain(
                now[key], f"{what} of {key} {view.raw} → {now[key].raw}", view.raw, now[key].raw
            )


# Budgets and autoscalers

_SHARE: Final = re.compile(r"([0-9]{1,3})%")


def _number(view: View) -> tuple[str, int] | None:
    """A number of pods, or a share of them: what it counts, and how many."""
    share = _SHARE.fullmatch(view.string())
    if share:
        return "%", int(share[1])
    return ("", view.integer()) if isinstance(view.raw, int) and view.raw is not True else None


def _budget(base: Resource, head: Resource) -> Iterator[Gain]:
    who, was, now = named(head), base.view.spec, head.view.spec
    for field, sign in (("minAvailable", -1), ("maxUnavailable", 1)):
        old, new = was[field], now[field]
        before, after = _number(old), _number(new)
        if before is None or old.raw == new.raw:
            continue
        if after is None:
            other = now["maxUnavailable" if sign < 0 else "minAvailable"]
            text = (
                f"{who} counts by {other.path[-1]} now"
                if other
                else f"{who} keeps no pods any more"
            )
            yield Gain(new, text, old.raw, None, possible=bool(other))
        elif before[0] != after[0]:
            text = f"{who}: {field} {old.raw} → {new.raw}, which depends on the number of pods"
            yield Gain(new, text, old.raw, new.raw, possible=True)
        elif (after[1] - before[1]) * sign > 0:
            yield Gain(new, f"{who}: {field} {old.raw} → {new.raw}", old.raw, new.raw)
    if now.unhealthyPodEvictionPolicy.raw == "AlwaysAllow" != was.unhealthyPodEvictionPolicy.raw:
        at = now.unhealthyPodEvictionPolicy
        yield Gain(at, f"{who} lets go of pods that are not healthy", None, at.raw, level="note")
    if _selected(base) != _selected(head):
        text = f"{who} is for other pods now"
        yield Gain(now.selector, text, was.selector.raw, now.selector.raw, possible=True)


def _selected(budget: Resource) -> Any:
    """What a budget selects: an empty selector is every pod, but in the first versions none."""
    raw = budget.view.spec.selector.raw
    if raw == {}:
        return "none" if budget.version.endswith("v1beta1") else "all"
    if isinstance(raw, dict):
        kept = {key: value for key, value in raw.items() if value}
        return kept or ("none" if budget.version.endswith("v1beta1") else "all")
    return "none" if raw is None else raw


def _autoscaler(base: Resource, head: Resource) -> Iterator[Gain]:
    field = "minReplicaCount" if head.id.kind == "ScaledObject" else "minReplicas"
    unset = 0 if head.id.kind == "ScaledObject" else 1
    old, new = base.view.spec[field], head.view.spec[field]
    was, now = old.integer(unset), new.integer(unset)
    if min(now, 2) < min(was, 2):
        left = "one pod" if now == 1 else "none"
        text = f"{named(head)} kept {was} pods at least, and keeps {left} now"
        yield Gain(new, text, old.raw, new.raw)


POD_SECURITY_LABELS: Final = Dimension("namespace-pod-security", "security", _namespace)
QUOTA: Final = Dimension(
    "quota", "reliability", restrictor(_quota, ": nothing bounds what the namespace takes")
)
LIMIT_RANGE: Final = Dimension(
    "limit-range",
    "reliability",
    restrictor(_limit_range, ": containers that set nothing have no limits and no requests"),
)
DISRUPTION_BUDGET: Final = Dimension(
    "disruption-budget",
    "reliability",
    restrictor(_budget, ": all of the pods may be evicted at once"),
)
AUTOSCALER: Final = Dimension("autoscaler", "reliability", _autoscaler)
