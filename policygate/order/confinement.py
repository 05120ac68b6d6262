"""What confines a container from outside: seccomp, AppArmor and SELinux, in orders.

| dimension | strictest … loosest |
|---|---|
| seccomp | RuntimeDefault < unset (RuntimeDefault or Unconfined, as the node says) < Unconfined; a profile of one's own < Unconfined |
| apparmor | RuntimeDefault = unset < Unconfined; a profile of one's own < Unconfined |
| selinux | every type < spc_t |

Two profiles, and a profile and a default, cannot be compared; `privileged` is confined by nothing.
https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policygate.kube.effective import effective
from policygate.kube.pod_security import called
from policygate.order.privileges import is_privileged
from policygate.order.verdict import Dimension, Gain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.kube.workloads import Container

UNCONFINED: Final = "Unconfined"
DEFAULT: Final = "RuntimeDefault"
SPC: Final = "spc_t"
USUAL: Final = "container_t"
"""The SELinux type of a container that asks for none."""


def _profile(container: Container, field: str, unset: str) -> str:
    """What confines a container, as one word."""
    if is_privileged(container):
        return UNCONFINED
    value = effective(container, field).value
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return unset
    return str(value.get("localhostProfile")) if value["type"] == "Localhost" else value["type"]


def _seccomp(base: Container, head: Container) -> Iterator[Gain]:
    was, now = (_profile(each, "seccompProfile", "unset") for each in (base, head))
    if head.pod.windows or is_privileged(head) or was in (now, UNCONFINED):
        return
    if (was, now) == ("unset", DEFAULT):
        return
    yield _confined(head, "seccompProfile", "seccomp", was, now)


def _apparmor(base: Container, head: Container) -> Iterator[Gain]:
    was, now = (_profile(each, "appArmorProfile", DEFAULT) for each in (base, head))
    if head.pod.windows or is_privileged(head) or was in (now, UNCONFINED):
        return
    yield _confined(head, "appArmorProfile", "AppArmor", was, now)


def _confined(head: Container, field: str, system: str, was: str, now: str) -> Gain:
    at = effective(head, field).view
    if now == UNCONFINED:
        text = f"{called(head)} is not confined by {system} any more"
        return Gain(at, text, was, now)
    if now == "unset":
        return Gain(
            at, f"{called(head)} is confined by {system} only where its node does", was, None
        )
    text = f"{called(head)} is confined by another {system} profile, which may allow more"
    return Gain(at, text, was, now, level="warning")


def _selinux(base: Container, head: Container) -> Iterator[Gain]:
    if head.pod.windows or is_privileged(head) or is_privileged(base):
        return
    was, now = effective(base, "seLinuxOptions"), effective(head, "seLinuxOptions")
    before, after = _options(was.value), _options(now.value)
    for part in ("type", "user", "role", "level"):
        old, new = before.get(part), after.get(part)
        if old in {new, SPC}:
            continue
        at = now.view[part] if part in after and now.view else now.view
        if part == "type" and new == SPC:
            yield Gain(at, f"{called(head)} is not confined by SELinux any more", old, new)
        else:
            text = f"{called(head)} has another SELinux {part}, which may allow more"
            level: Any = "note" if part == "level" else "warning"
            yield Gain(at, text, old, new, level=level)


def _options(value: object) -> dict[str, str]:
    options = value if isinstance(value, dict) else {}
    found = {k: v for k, v in options.items() if isinstance(v, str) and v}
    return {"type": USUAL, **found}


SECCOMP: Final = Dimension("seccomp", "security", _seccomp)
APPARMOR: Final = Dimension("apparmor", "security", _apparmor)
SELINUX: Final = Dimension("selinux", "security", _selinux)
