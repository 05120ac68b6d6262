"""What the values of a chart ask for, where a key says what it means in every chart, in the orders of pods.

| key, anywhere in the values | compared as |
|---|---|
| `securityContext`, `podSecurityContext`, `containerSecurityContext` | the security context of a container |
| `resources` | limits and requests, also by component |
| `hostNetwork`, `hostPID`, `hostIPC`, `privileged`, `suspend`, `insecure…`; `hostUsers`, `readOnlyRootFilesystem` | a switch |
| `image` | how surely it is pinned |
| `replicas`, `replicaCount` | two or more < one < none |
| `type` below `service`, `loadBalancerSourceRanges` | who can reach a Service |
| a login of an Ingress | set < gone |
| a list of addresses | without < with every address |
| `hostPath`, of all of the values together | sets of paths |
| `enabled` below `auth`, `tls`, `networkPolicy`, a probe … | true < false |

A chart may do anything with its values: whatever is found is possible, never proven. A component that is gone or
switched off says nothing. Not for the templates of charts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policygate.kube.exposure import LOGINS
from policygate.kube.host_path import is_below, normalised
from policygate.kube.image import parse_image
from policygate.kube.quantity import known_quantity
from policygate.kube.workloads import Container, PodSpec
from policygate.order.confinement import APPARMOR, SECCOMP, SELINUX
from policygate.order.privileges import (
    CAPABILITIES,
    PRIVILEGE_ESCALATION,
    PRIVILEGED,
    PROC_MOUNT,
    READ_ONLY_ROOT,
    ROOT_USER,
)
from policygate.order.running import pinned, replica_gain, times
from policygate.order.transport import lax_variables
from policygate.order.verdict import Gain, is_later
from policygate.place import in_words
from policygate.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource

_CONTEXTS: Final = ("securitycontext", "podsecuritycontext", "containersecuritycontext")
_CONTEXT_ORDERS: Final = (
    APPARMOR, CAPABILITIES, PRIVILEGE_ESCALATION, PRIVILEGED, PROC_MOUNT, READ_ONLY_ROOT, ROOT_USER,
    SECCOMP, SELINUX,
)  # fmt: skip
_ON: Final = {
    "hostNetwork": "is in the network of its node now",
    "hostPID": "sees the processes of its node now",
    "hostIPC": "shares memory with the processes of its node now",
    "privileged": "runs privileged now",
    "suspend": "is suspended",
    "insecure": "no longer asks for a certificate",
    "insecureSkipVerify": "no longer looks at certificates",
    "insecureSkipTLSVerify": "no longer looks at certificates",
    "insecure_skip_verify": "no longer looks at certificates",
    "tlsSkipVerify": "no longer looks at certificates",
    "skipTLSVerify": "no longer looks at certificates",
}
_OFF: Final = {
    "hostUsers": "leaves its user namespace",
    "readOnlyRootFilesystem": "may now write to its own file system",
}
_GUARDS: Final = {
    "auth": "login", "authentication": "login", "basicauth": "login", "oauth2": "login",
    "tls": "TLS", "ssl": "TLS", "networkpolicy": "network policy", "networkpolicies": "network policies",
    "podsecuritycontext": "security context", "containersecuritycontext": "security context",
    "poddisruptionbudget": "disruption budget", "pdb": "disruption budget",
    "livenessprobe": "livenessProbe", "readinessprobe": "readinessProbe", "startupprobe": "startupProbe",
    "liveness": "liveness probe", "readiness": "readiness probe",
}  # fmt: skip
"""What `enabled: false` switches off, by the key above it, in small letters."""
_LOGINS: Final = LOGINS | {"global-auth-url"}
_TYPES: Final = ("ClusterIP", "NodePort", "LoadBalancer")
_EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
_DEPTH: Final = 40


def values_gained(resource: Resource, base: View, head: View) -> Iterator[Gain]:
    """Compare the values of a chart at the base and at the head.

    Args:
        resource: What holds the values of the head.
        base: The values of the base.
        head: The values of the head.
    """
    for gain in (*_Walk(resource, head).pair(base, head, ()), *_host_paths(base, head)):
        yield gain._replace(possible=True)


class _Walk:
    """A walk through two trees of values at once."""

    def __init__(self, resource: Resource, head: View) -> None:
        self.pod = PodSpec(resource, View({}), "partial")
        self.root, self.body = head.path, head.raw
        charts = ("HelmRelease", "Application", "ApplicationSet")
        ident = resource.id
        self.whole = "the chart" if ident.kind in charts else f"{ident.kind} {ident.name}"

    def called(self, path: tuple[str | int, ...]) -> str:
        """A part of the values in a sentence: its keys, without those that say nothing."""
        return in_words(self.body, path[len(self.root) :]) or self.whole

    def pair(self, was: View, now: View, above: tuple[str, ...]) -> Iterator[Gain]:
        """Compare two values of one place."""
        if len(now.path) > _DEPTH:
            return
        if isinstance(was.raw, list) and isinstance(now.raw, list):
            yield from self.items(was, now, above)
        if (
            not isinstance(was.raw, dict)
            or not isinstance(now.raw, dict)
            or now.enabled.raw is False
        ):
            return
        for key in dict.fromkeys((*was.raw, *now.raw)):
            if isinstance(key, str):
                yield from self.entry(key, was[key], now[key], above)

    def items(self, was: View, now: View, above: tuple[str, ...]) -> Iterator[Gain]:
        """Compare the items of two lists that have the same name."""
        named = {item["name"].raw: item for item in was if item["name"].string()}
        for item in now:
            old = named.get(item["name"].raw) if item["name"].string() else None
            if old is not None:
                yield from self.pair(old, item, above)

    def entry(self, key: str, was: View, now: View, above: tuple[str, ...]) -> Iterator[Gain]:
        """Compare what stands under one key."""
        who = self.called(now.path[:-1])
        yield from _switched(key, was, now, who)
        if key.lower() in _CONTEXTS:
            yield from self.context(was, now, who)
        elif key == "resources":
            yield from _resources(was, now, who)
        elif key == "image":
            yield from _image(was, now, who)
        elif key in ("replicas", "replicaCount"):
            yield from _replicas(was, now, who)
        elif key == "type" and "service" in above:
            yield from _type(was, now, who)
        else:
            if key == "env":
                yield from _variables(was, now, who)
            yield from _addresses(key, was, now, who)
            yield from self.pair(was, now, (*above, key))

    def context(self, was: View, now: View, who: str) -> Iterator[Gain]:
        """Compare two security contexts in the orders of containers."""
        if not isinstance(was.raw or {}, dict) or not isinstance(now.raw or {}, dict):
            return
        base, head = (
            Container(self.pod, View({"securityContext": each.raw or {}}), who, "app")
            for each in (was, now)
        )
        for dimension in _CONTEXT_ORDERS:
            for gain in dimension.gains(base, head):
                at = now
                for part in gain.at.path[1:]:
                    at = at[part]
                yield gain._replace(at=at, text=gain.text.replace(f"container {who}", who))


def _switched(key: str, was: View, now: View, who: str) -> Iterator[Gain]:
    """What is switched on that opens something, or off that guards."""
    guard = _GUARDS.get(key.lower())
    if guard and _is_on(was) and (now.raw is False or now.enabled.raw is False):
        at = now.enabled if isinstance(now.raw, dict) else now
        yield Gain(at, f"{who} is without its {guard} now", was=True, now=False)
    elif key.endswith("Probe") and was and not now:
        yield Gain(now, f"{who} lost its {key}", "set", None)
    elif key in _ON and now.raw is True and was.raw is not True:
        yield Gain(now, f"{who} {_ON[key]}", was.raw, now.raw)
    elif key in _OFF and was.raw is (key != "hostUsers") and now.raw is not was.raw:
        yield Gain(now, f"{who} {_OFF[key]}", was.raw, now.raw)
    elif key in _LOGINS and was.string() and not now.string():
        yield Gain(now, f"{who} asks nobody for a login any more: {key} is gone", "login", None)


def _variables(was: View, now: View, who: str) -> Iterator[Gain]:
    """Variables by which a program guards less; a chart takes them as a mapping or as a list."""
    before = lax_variables(_named(was))
    for name, view in lax_variables(_named(now)).items():
        if name not in before:
            yield Gain(view, f"{who} guards less: {name} is {str(view.raw).lower()}")


def _named(env: View) -> list[tuple[str, View]]:
    return [*env.items(), *((each["name"].string(), each["value"]) for each in env)]


def _is_on(guard: View) -> bool:
    """Whether something is switched on, or set and not switched off."""
    return guard.raw is True or guard.enabled.raw is True


def _host_paths(base: View, head: View) -> Iterator[Gain]:
    """Paths of the node that stand anywhere in the values, and stood nowhere before."""
    before = [path for _, path in _paths(base, 0)]
    for view, path in _paths(head, 0):
        if not any(is_below(path, each) for each in before):
            before.append(path)
            yield Gain(view, f"pods of the chart reach {path} of their node now", None, path)


def _paths(view: View, depth: int) -> Iterator[tuple[View, str]]:
    if depth > _DEPTH:
        return
    if isinstance(view.raw, list):
        for item in view:
            yield from _paths(item, depth + 1)
    for key, value in view.items():
        path = value.string() or value["path"].string()
        if key == "hostPath" and path.startswith("/"):
            yield value, normalised(path)
        elif isinstance(value.raw, (dict, list)):
            yield from _paths(value, depth + 1)


def _resources(was: View, now: View, who: str) -> Iterator[Gain]:
    """Limits and requests, or those of several components by name."""
    if not isinstance(was.raw, dict) or not isinstance(now.raw or {}, dict):
        return
    if not {"limits", "requests"} & {*was.raw, *(now.raw or {})}:
        for key, value in was.items():
            if not key.startswith("$"):
                yield from _resources(value, now[key], f"{who}.{key}")
        return
    for name, old in was.limits.items():
        yield from _limit(name, old, now.limits[name], who)
    for name, old in was.requests.items():
        if known_quantity(old.raw) and not now.requests[name] and not now.limits[name]:
            text = f"{who}: the {name} request was removed"
            yield Gain(now.requests[name], text, old.raw, None)


def _limit(name: str, old: View, new: View, who: str) -> Iterator[Gain]:
    before, after = known_quantity(old.raw), known_quantity(new.raw)
    if not before or name not in ("memory", "cpu", "ephemeral-storage") or is_later(new.raw):
        return
    if not new:
        yield Gain(new, f"{who}: the {name} limit was removed", old.raw, None)
    elif after is not None and after > before:
        text = f"{who}: {name} limit {old.raw} → {new.raw} ({times(after / before)})"
        yield Gain(new, text, old.raw, new.raw, level="note" if name == "cpu" else None)


def _image(was: View, now: View, who: str) -> Iterator[Gain]:
    before, after = _reference(was), _reference(now)
    old, new = parse_image(before), parse_image(after)
    if old is not None and new is not None and pinned(new) > pinned(old):
        at = now.tag if isinstance(now.raw, dict) else now
        yield Gain(at, f"{who} was pinned more surely than by {after}", before, after)


def _reference(image: View) -> str:
    """An image as one reference; empty where the chart fills in a part of it."""
    if not isinstance(image.raw, dict):
        return image.string()
    repository, tag = image.repository.string() or image.name.string(), image.tag.raw
    if not repository or tag is None or is_later(tag):
        return ""
    digest = image.digest.string()
    return f"{repository}:{tag}" + (f"@{digest}" if digest and "@" not in str(tag) else "")


def _replicas(was: View, now: View, who: str) -> Iterator[Gain]:
    if isinstance(was.raw, int) and isinstance(now.raw, int) and was.raw is not True:
        gain = replica_gain(who, was.integer(), now.integer(), now)
        if gain is not None:
            yield gain


def _type(was: View, now: View, who: str) -> Iterator[Gain]:
    old, new = was.string("ClusterIP"), now.string("ClusterIP")
    if old in _TYPES and new in _TYPES and _TYPES.index(new) > _TYPES.index(old):
        yield Gain(now, f"{who} was a {old} and is a {new} now", was.raw, now.raw)


def _addresses(key: str, was: View, now: View, who: str) -> Iterator[Gain]:
    """A list of addresses, or a text of one, that holds every address now."""
    before, after = _texts(was), _texts(now)
    for each in _EVERYWHERE:
        if each in after and each not in before:
            yield Gain(now, f"{key} of {who} means every address now", was.raw, now.raw)
            return
    if key == "loadBalancerSourceRanges" and before and not after:
        yield Gain(now, f"{who} takes requests from every address now", was.raw, now.raw)


def _texts(view: View) -> list[str]:
    if isinstance(view.raw, str):
        return [text.strip() for text in view.raw.split(",")]
    return [item.string() for item in view]


def values_of(resource: Resource) -> Iterator[View]:
    """The values that a resource gives to charts, or to an operator that works like one."""
    spec: Any = resource.view.spec
    if resource.id.kind == "HelmRelease":
        yield spec["values"]
        return
    if resource.id.group != "argoproj.io":
        yield spec
        return
    if resource.id.kind == "ApplicationSet":
        spec = spec.template.spec
    yield spec.source.helm.valuesObject
    for source in spec.sources:
        yield source.helm.valuesObject
