"""How surely a workload runs, and what it runs: images, amounts, probes, replicas, placement, in orders.

| dimension | strictest … loosest |
|---|---|
| image-pin | a digest < a tag that names a version < a tag that moves |
| image-source | no order: another repository is another program |
| pull-policy | Always < IfNotPresent < Never, unless a digest names the image |
| limits, each | an amount, smaller < bigger < none |
| requests, each | an amount < none; the class of quality: Guaranteed < Burstable < BestEffort |
| probes | set < unset |
| replicas | two or more < one < none; RollingUpdate < Recreate |
| scheduling | spread surely < spread if possible < not at all; tolerations by inclusion; a priority < none |
| runtime-class | no order: another class is another sandbox; set < unset |

What is unset is what counts then; amounts are compared as numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policygate.kube.effective import effective
from policygate.kube.image import Image, parse_image
from policygate.kube.pod_security import called
from policygate.order.verdict import Dimension, Gain, is_later

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from policygate.kube.limits import Amount
    from policygate.kube.workloads import Container, PodSpec
    from policygate.view import View

_TIMES: Final = "\u00d7"
MOVING: Final = frozenset(
    {"latest", "main", "master", "stable", "edge", "nightly", "dev", "devel", "develop", "canary",
     "testing", "unstable", "rolling", "head", "next", "beta", "alpha", "snapshot", "release", "prod"}
)  # fmt: skip
"""Tags that name no version."""


# Images


def _image(container: Container) -> Image | None:
    return parse_image(container.view.image.string())


def pinned(image: Image) -> int:
    """How surely a reference names one image: 0 by a digest, 1 by a version, 2 by a tag that moves."""
    if image.digest:
        return 0
    tag = image.effective_tag.lower()
    names_one = any(letter.isdigit() for letter in tag) and not tag.startswith("latest")
    return 1 if names_one and tag not in MOVING else 2


def _image_pin(base: Container, head: Container) -> Iterator[Gain]:
    was, now = _image(base), _image(head)
    if was is None or now is None or pinned(now) <= pinned(was):
        return
    before = "a digest" if pinned(was) == 0 else f"the version {was.effective_tag}"
    text = f"{called(head)} was pinned by {before} and runs whatever {now.effective_tag} is now"
    yield Gain(head.view.image, text, base.view.image.raw, head.view.image.raw)


def _image_source(base: Container, head: Container) -> Iterator[Gain]:
    was, now = _image(base), _image(head)
    if was is not None and now is not None and _registry(was) != _registry(now):
        text = f"the image of {called(head)} comes from {_registry(now)} now, and not from {_registry(was)}"
        was, now = base.view.image.raw, head.view.image.raw
        yield Gain(head.view.image, text, was, now, unordered=True)


def _registry(image: Image) -> str:
    return image.name.partition("/")[0]


_PULLS: Final = ("Always", "IfNotPresent", "Never")


def _pull_policy(base: Container, head: Container) -> Iterator[Gain]:
    was, now = effective(base, "imagePullPolicy"), effective(head, "imagePullPolicy")
    image = _image(head)
    if was.value not in _PULLS or now.value not in _PULLS or image is None or image.digest:
        return
    if was.origin == now.origin == "unset":  # the tag decides, and is judged itself
        return
    if _PULLS.index(now.value) > _PULLS.index(was.value):
        text = (
            f"{called(head)} runs an image that its node has, without asking the registry who may"
        )
        yield Gain(now.view, text, was.value, now.value)


# Amounts: read with what surrounds a container, see `kube.limits.amount`


def limit_gain(
    name: str, who: str, was: Amount | None, now: Amount | None, at: View
) -> Gain | None:
    """What a limit gives away: a higher one something, one that is gone everything.

    Args:
        name: `memory`, `cpu`, ….
        who: The container, in words.
        was: The limit at the base; None for none.
        now: The limit at the head.
        at: Where the head would set one.
    """
    if was is None or not was.quantity or (now is not None and now.quantity <= was.quantity):
        return None
    if now is None:
        level: Any = "warning" if name == "cpu" else None
        return Gain(at, f"{who}: the {name} limit was removed", was.raw, at.raw, level=level)
    text = f"{who}: {name} limit {was.raw} → {now.raw} ({times(now.quantity / was.quantity)})"
    return Gain(now.view, text, was.raw, now.raw, level="note" if name == "cpu" else "warning")


def request_gain(
    name: str, who: str, was: Amount | None, now: Amount | None, at: View
) -> Gain | None:
    """What a request takes from the scheduler when it is gone."""
    if was is None or not was.quantity or now is not None:
        return None
    text = f"{who}: the {name} request was removed: it may land on a node without room for it"
    return Gain(at, text, was.raw, at.raw)


def times(ratio: Fraction) -> str:
    """A ratio above 1 as people say it: 8 times, `+7 %`."""
    number = float(ratio)
    return f"{number:.3g}{_TIMES}" if number >= 2 else f"+{(number - 1) * 100:.0f} %"


# Probes


_PROBES: Final = (
    ("readinessProbe", "it gets traffic before it can answer"),
    ("livenessProbe", "it is not restarted when it hangs"),
    ("startupProbe", "the livenessProbe may kill it while it starts"),
)


def _probes(base: Container, head: Container) -> Iterator[Gain]:
    for field, means in _PROBES:
        if not base.view[field] or head.view[field]:
            continue
        # A startup probe holds back the liveness probe, and nothing where there is none.
        if field != "startupProbe" or head.view.livenessProbe:
            text = f"{called(head)} lost its {field}: {means}"
            yield Gain(head.view[field], text, "set", None)


# Replicas and placement


def replica_gain(who: str, was: int, now: int, at: View) -> Gain | None:
    """What fewer replicas give away: with one, every drained node is an outage."""
    if min(was, 2) <= min(now, 2):
        return None
    left = "one replica" if now == 1 else "none"
    return Gain(at, f"{who} ran {was} replicas and is left with {left}", was, now)


def _scheduling(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    was, now = base.view, head.view
    before, after = _spread(was), _spread(now)
    for key, strict in before.items():
        if after.get(key, -1) < strict:
            how = "no longer spreads" if key not in after else "spreads only if it can"
            text = f"the pod {how} over {key}"
            yield Gain(
                now.topologySpreadConstraints,
                text,
                "DoNotSchedule" if strict else "ScheduleAnyway",
                None,
            )
    hard, soft = _apart(was)
    still_hard, still_soft = _apart(now)
    at = now.affinity.podAntiAffinity
    if hard and not still_hard:
        how = (
            "keeps away from others only if it can"
            if still_soft
            else "no longer keeps away from others"
        )
        yield Gain(at, f"the pod {how}", "required", "preferred" if still_soft else None)
    elif soft and not still_soft and not still_hard:
        yield Gain(at, "the pod no longer keeps away from others", "preferred", None)
    if was.priorityClassName.string() and not now.priorityClassName:
        text = f"the pod has no priority of its own any more, and had {was.priorityClassName.raw}"
        yield Gain(now.priorityClassName, text, was.priorityClassName.raw, None, level="note")
    known = {_toleration(each) for each in was.tolerations}
    for each in now.tolerations:
        if _toleration(each) not in known and not any(
            _tolerates(k, _toleration(each)) for k in known
        ):
            key = each.key.string() or "every taint"
            yield Gain(each, f"the pod may run on nodes with {key} now", None, key, level="note")


def _spread(pod: View) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for each in pod.topologySpreadConstraints:
        key = each.topologyKey.string()
        strict = int(each.whenUnsatisfiable.string("DoNotSchedule") == "DoNotSchedule")
        found[key] = max(found.get(key, 0), strict)
    return found


def _apart(pod: View) -> tuple[bool, bool]:
    rules = pod.affinity.podAntiAffinity
    return (
        any(rules.requiredDuringSchedulingIgnoredDuringExecution),
        any(rules.preferredDuringSchedulingIgnoredDuringExecution),
    )


def _toleration(view: View) -> tuple[str, str, str]:
    exists = view.operator.string("Equal") == "Exists"
    return (view.key.string(), "*" if exists else view["value"].string(), view.effect.string())


def _tolerates(wide: tuple[str, str, str], narrow: tuple[str, str, str]) -> bool:
    key, value, effect = wide
    return (
        (not key or key == narrow[0])
        and (value in ("*", narrow[1]))
        and (not effect or effect == narrow[2])
    )


def _runtime_class(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    was, now = base.view.runtimeClassName, head.view.runtimeClassName
    if was.string() and now.raw != was.raw and not is_later(now.raw):
        where = f"in the sandbox {now.raw}" if now.string() else "without a sandbox"
        yield Gain(now, f"the pod runs {where} now, and not in {was.raw}", was.raw, now.raw)


IMAGE_PIN: Final = Dimension("image-pin", "recovery", _image_pin)
IMAGE_SOURCE: Final = Dimension("image-source", "security", _image_source)
PULL_POLICY: Final = Dimension("pull-policy", "security", _pull_policy)
PROBES: Final = Dimension("probes", "reliability", _probes)
SCHEDULING: Final = Dimension("scheduling", "reliability", _scheduling)
RUNTIME_CLASS: Final = Dimension("runtime-class", "security", _runtime_class)
