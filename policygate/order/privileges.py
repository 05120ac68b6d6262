"""What a container may do to itself and to the kernel: its security context, in orders.

Values are those that count for a container (`kube.effective`), and `privileged` swallows what it implies.
Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/ and, for capabilities,
WithCapabilities in containerd's pkg/oci. Windows has none of it but host processes.

| dimension | strictest … loosest |
|---|---|
| privileged | false, unset < true (a host process of Windows counts as one) |
| capabilities, each, and any other | dropped < the runtime's default < added; dropped and added at once < added |
| privilege-escalation | false < true, unset; privileged and SYS_ADMIN force it |
| proc-mount | Default, unset < Unmasked |
| root-user | never root (a user other than 0, or runAsNonRoot) < whatever the image says < user 0 |
| root-user, guard | runAsNonRoot true < unset, false, as long as the user stays another than 0 |
| groups | runAsGroup other than 0 < unset < 0; fsGroup unset or other < 0; supplementalGroups by inclusion |
| read-only-root | true < false, unset |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from policygate.kube.effective import Effective, effective
from policygate.kube.pod_security import BASELINE_CAPABILITIES, called, capability
from policygate.order.verdict import Dimension, Gain, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.kube.workloads import Container
    from policygate.view import View

Standing: TypeAlias = Literal["dropped", "default", "contested", "added"]

ANY_OTHER: Final = "*"
"""A capability that no list names."""
_LOOSER_THAN: Final[dict[Standing, frozenset[Standing]]] = {
    "dropped": frozenset({"default", "contested", "added"}),
    "default": frozenset({"contested", "added"}),
    "contested": frozenset({"default", "added"}),
    "added": frozenset(),
}
"""What is not at most as permissive as the key; a default and a contest cannot be compared."""


def _written(found: Effective) -> Any:
    return None if found.origin == "unset" else found.value


def _is(container: Container, field: str) -> bool:
    return effective(container, field).value is True


def is_privileged(container: Container) -> bool:
    """Whether a container has everything its node has."""
    options = effective(container, "windowsOptions").value
    host = isinstance(options, dict) and options.get("hostProcess") is True
    return host or _is(container, "privileged")


def privileged(base: Container, head: Container) -> Iterator[Gain]:
    """A container that runs privileged now."""
    if is_privileged(base) or not is_privileged(head):
        return
    if _is(head, "privileged"):
        at, was = effective(head, "privileged").view, effective(base, "privileged")
        text, old = "runs privileged now", None if was.origin == "unset" else was.value
    else:
        at = effective(head, "windowsOptions").view.hostProcess
        text, old = "runs as a process of its Windows node now", None
    yield Gain(at, f"{called(head)} {text}", was=old, now=True)


# Capabilities


def _named(view: View) -> frozenset[str]:
    return frozenset(capability(item) for item in view if item.string())


def standing(container: Container, name: str) -> Standing:
    """How a capability stands in a container: a list may name it, or `ALL`."""
    if is_privileged(container):
        return "added"
    lists = container.view.securityContext.capabilities
    added, dropped = _named(lists.add), _named(lists.drop)
    for each in (name, "ALL"):
        if each in added:
            return "contested" if each in dropped else "added"
        if each in dropped:
            return "dropped"
    return "default"


def capabilities(base: Container, head: Container) -> Iterator[Gain]:
    """Capabilities that a container has now, or has back."""
    if head.pod.windows or is_privileged(head):
        return  # privileged says it all
    lists = head.view.securityContext.capabilities
    old = base.view.securityContext.capabilities
    names = _named(lists.add) | _named(lists.drop) | _named(old.add) | _named(old.drop)
    new = {
        name: standing(head, name)
        for name in (*sorted(names - {"ALL"}), ANY_OTHER)
        if standing(head, name) in _LOOSER_THAN[standing(base, name)]
    }
    for name, now in new.items():
        if name != ANY_OTHER and new.get(ANY_OTHER) == now == standing(head, ANY_OTHER):
            continue  # every other one is said, and this one with it
        yield _capability(name, standing(base, name), now, base, head)


def _capability(name: str, was: Standing, now: Standing, base: Container, head: Container) -> Gain:
    lists = head.view.securityContext.capabilities
    before = [item.raw for item in base.view.securityContext.capabilities.drop]
    word = "every capability" if name == ANY_OTHER else name
    if now != "added":
        back = (
            f"has {'the capabilities' if name == ANY_OTHER else name} of the runtime's default back"
        )
        return Gain(lists.drop, f"{called(head)} {back}", before or None, lists.drop.raw)
    item = next(
        (each for each in lists.add if capability(each) in (name, "ALL")),
        lists.add,
    )
    mild = name in BASELINE_CAPABILITIES
    text = f"{called(head)} may now use {word}"
    return Gain(item, text, was, "added", level="warning" if mild else None)


def privilege_escalation(base: Container, head: Container) -> Iterator[Gain]:
    """A container whose processes may now get more rights than they began with."""
    if head.pod.windows or escalates(base) or not escalates(head):
        return
    found = effective(head, "allowPrivilegeEscalation")
    text = f"processes of {called(head)} may now get more rights than they began with"
    yield Gain(found.view, text, was=False, now=_written(found))


def escalates(container: Container) -> bool:
    """Whether a process may get more rights than its parent, whatever the field says."""
    if is_privileged(container) or standing(container, "SYS_ADMIN") == "added":
        return True
    return effective(container, "allowPrivilegeEscalation").value is not False


def proc_mount(base: Container, head: Container) -> Iterator[Gain]:
    """A container that sees what the runtime hides in /proc."""
    if head.pod.windows or _unmasked(base) or not _unmasked(head) or is_privileged(head):
        return
    found = effective(head, "procMount")
    mild = head.pod.view.hostUsers.raw is False
    text = f"{called(head)} now sees what the runtime hides in /proc"
    yield Gain(found.view, text, "Default", "Unmasked", level="note" if mild else None)


def _unmasked(container: Container) -> bool:
    return is_privileged(container) or effective(container, "procMount").value == "Unmasked"


# Users and groups


def _user(container: Container) -> int | None:
    user = effective(container, "runAsUser").value
    return user if isinstance(user, int) and not isinstance(user, bool) else None


def root(container: Container) -> int:
    """How far a container may be root: 0 never, 1 as its image says, 2 always."""
    user = _user(container)
    if user == 0:
        return 2
    return 0 if user is not None or _is(container, "runAsNonRoot") else 1


def root_user(base: Container, head: Container) -> Iterator[Gain]:
    """A container that may be root now, or that nothing keeps from it any more."""
    if head.pod.windows:
        return
    was, now = root(base), root(head)
    if now > was:
        field = "runAsUser" if now == 2 or not _is(base, "runAsNonRoot") else "runAsNonRoot"
        yield _rooted(field, base, head, "runs as root now" if now == 2 else "may run as root now")
    elif now == 0 and _is(base, "runAsNonRoot") and not _is(head, "runAsNonRoot"):
        text = "is kept from root by its user alone, and not by runAsNonRoot any more"
        yield _rooted("runAsNonRoot", base, head, text)._replace(level="warning")


def _rooted(field: str, base: Container, head: Container, text: str) -> Gain:
    was, now = effective(base, field), effective(head, field)
    how = f"{field} was removed" if now.origin == "unset" else f"{field} is {shown(now.value)}"
    old, new = _written(was), _written(now)
    return Gain(now.view, f"{called(head)} {text}: {how}", old, new)


def groups(base: Container, head: Container) -> Iterator[Gain]:
    """Groups that a container is in now, the root group before all."""
    if head.pod.windows:
        return
    was, now = effective(base, "runAsGroup"), effective(head, "runAsGroup")
    if _group(now.value) > _group(was.value):
        how = "its group is root now" if now.value == 0 else "its group is the image's now"
        yield Gain(now.view, f"{called(head)}: {how}", was.value, now.value)
    was, now = effective(base, "fsGroup"), effective(head, "fsGroup")
    if _is_zero(now.value) and not _is_zero(was.value):
        text = f"{called(head)} owns the files of its volumes as the root group now"
        yield Gain(now.view, text, was.value, 0)
    was, now = effective(base, "supplementalGroups"), effective(head, "supplementalGroups")
    before = {item.raw for item in was.view if _hashable(item.raw)}
    for item in now.view:
        if _hashable(item.raw) and item.raw not in before:
            yield Gain(
                item, f"{called(head)} is in the group {shown(item.raw)} now", None, item.raw
            )
    field = "supplementalGroupsPolicy"
    was, now = effective(base, field), effective(head, field)
    if was.value == "Strict" and now.value != "Strict":
        text = f"{called(head)} is in the groups of its image too now"
        yield Gain(now.view, text, "Strict", now.value)


def _hashable(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def _is_zero(value: object) -> bool:
    return value == 0 and not isinstance(value, bool)


def _group(value: object) -> int:
    return 2 if _is_zero(value) else 1 if value is None else 0


def read_only_root(base: Container, head: Container) -> Iterator[Gain]:
    """A container that may write to its own file system now."""
    field = "readOnlyRootFilesystem"
    if not head.pod.windows and _is(base, field) and not _is(head, field):
        found = effective(head, field)
        text = f"{called(head)} may now write to its own file system"
        yield Gain(found.view, text, was=True, now=_written(found))


PRIVILEGED: Final = Dimension("privileged", "security", privileged)
CAPABILITIES: Final = Dimension("capabilities", "security", capabilities)
PRIVILEGE_ESCALATION: Final = Dimension("privilege-escalation", "security", privilege_escalation)
PROC_MOUNT: Final = Dimension("proc-mount", "security", proc_mount)
ROOT_USER: Final = Dimension("root-user", "security", root_user)
GROUPS: Final = Dimension("groups", "security", groups)
READ_ONLY_ROOT: Final = Dimension("read-only-root", "security", read_only_root)
