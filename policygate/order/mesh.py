"""Who may talk to whom in an Istio mesh, and how well it is encrypted, in orders.

| what | strictest … loosest |
|---|---|
| PeerAuthentication, mode | STRICT < PERMISSIVE < DISABLE; unset is inherited, at last PERMISSIVE; each port for itself; gone is unset |
| AuthorizationPolicy | DENY and CUSTOM: gone or fewer rules is looser; ALLOW: more rules are; the last ALLOW of its pods gone lets everything in |
| RequestAuthentication | set < gone; a rule of it gone |
| DestinationRule, TLS | ISTIO_MUTUAL, MUTUAL < SIMPLE < DISABLE; insecureSkipVerify false < true |

What the conditions of a rule mean is not ordered.
https://istio.io/latest/docs/reference/config/security/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.order.verdict import Dimension, Gain, named, restrictor
from policygate.place import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.model import Resource
    from policygate.view import View

_MODES: Final = {"STRICT": 0, "": 1, "UNSET": 1, "PERMISSIVE": 1, "DISABLE": 2}
_TLS: Final = {"ISTIO_MUTUAL": 0, "MUTUAL": 0, "SIMPLE": 1, "DISABLE": 2}


def _peers(base: Resource | None, head: Resource | None) -> Iterator[Gain]:
    if base is None:
        return
    if head is None:
        if base.view.spec.mtls.mode.raw == "STRICT":
            text = f"{named(base)} is gone: its pods may be called in plain text, unless something above says otherwise"
            yield Gain(base.view, text)
        return
    who = named(head)
    yield from _mode(base.view.spec.mtls.mode, head.view.spec.mtls.mode, who)
    ports = head.view.spec.portLevelMtls
    for port, new in ports.items():
        old = base.view.spec.portLevelMtls[port].mode
        before = old or base.view.spec.mtls.mode
        yield from _mode(before, new.mode, f"{who}, port {port}")
    for port, old in base.view.spec.portLevelMtls.items():
        if not ports[port]:
            after = head.view.spec.mtls.mode
            for gain in _mode(old.mode, after, f"{who}, port {port}"):
                yield gain._replace(at=ports)


def _mode(was: View, now: View, who: str) -> Iterator[Gain]:
    old, new = _MODES.get(was.string()), _MODES.get(now.string())
    if old is not None and new is not None and new > old:
        how = "in plain text alone" if new == 2 else "in plain text as well"
        yield Gain(now, f"{who}: pods may be called {how} now", was.raw, now.raw, possible=not now)


def _authorization(base: Resource | None, head: Resource | None) -> Iterator[Gain]:
    if base is None:
        return
    action = base.view.spec.action.string("ALLOW")
    if head is None:
        opens = (
            "whoever it kept out comes in"
            if action != "ALLOW"
            else "without another one, everybody comes in"
        )
        yield Gain(base.view, f"{named(base)} is gone: {opens}", possible=action == "ALLOW")
        return
    who, was, now = named(head), base.view.spec, head.view.spec
    after = now.action.string("ALLOW")
    if action != after:
        if after == "AUDIT" or action in ("DENY", "CUSTOM"):
            yield Gain(now.action, f"{who} no longer keeps anybody out by {action}", action, after)
        return
    yield from _rules(was.rules, now.rules, action, who)
    if canonical(was.selector.raw) != canonical(now.selector.raw):
        yield Gain(
            now.selector,
            f"{who} is for other pods now",
            was.selector.raw,
            now.selector.raw,
            possible=True,
        )


def _rules(was: View, now: View, action: str, who: str) -> Iterator[Gain]:
    """Rules that let others in, or that no longer keep them out."""
    old, new = ({canonical(each.raw): each for each in side} for side in (was, now))
    if action != "ALLOW":
        if old.keys() - new.keys():
            yield Gain(now, f"{who} keeps out less than before", possible=bool(new))
        return
    for key, rule in new.items():
        if key not in old:
            everybody = rule.raw == {}
            text = f"{who} lets {'everybody' if everybody else 'others'} in now"
            yield Gain(rule, text, possible=not everybody)


def _requests(base: Resource, head: Resource) -> Iterator[Gain]:
    kept = {each.issuer.string() for each in head.view.spec.jwtRules}
    known = {each.issuer.string() for each in base.view.spec.jwtRules}
    for each in head.view.spec.jwtRules:
        if known and each.issuer.string() not in known:
            text = f"{named(head)} takes tokens of {each.issuer.string()} now"
            yield Gain(each, text, None, each.issuer.raw)
    if known and not kept:
        yield Gain(
            head.view.spec.jwtRules, f"{named(head)} takes no tokens any more, and looks at none"
        )


def _destination(base: Resource, head: Resource) -> Iterator[Gain]:
    was, now = (side.view.spec.trafficPolicy.tls for side in (base, head))
    old, new = _TLS.get(was.mode.string()), _TLS.get(now.mode.string("DISABLE" if not now else ""))
    if old is not None and new is not None and new > old:
        text = f"{named(head)}: what is sent to {head.view.spec.host.string()} is encrypted less"
        yield Gain(now.mode, text, was.mode.raw, now.mode.raw, possible=not now)
    if now.insecureSkipVerify.raw is True and was.insecureSkipVerify.raw is not True:
        text = f"{named(head)} no longer looks at the certificate of {head.view.spec.host.string()}"
        yield Gain(now.insecureSkipVerify, text, was.insecureSkipVerify.raw, now=True)


MESH_PEERS: Final = Dimension("mesh-peers", "security", _peers)
MESH_AUTHORIZATION: Final = Dimension("mesh-authorization", "security", _authorization)
MESH_REQUESTS: Final = Dimension(
    "mesh-requests", "security", restrictor(_requests, ": nobody looks at tokens any more")
)
MESH_TLS: Final = Dimension("mesh-tls", "security", _destination)
