"""What a pod shares with its node and its neighbours, in orders.

| dimension | strictest … loosest |
|---|---|
| host-namespaces | hostNetwork, hostPID, hostIPC, shareProcessNamespace: false, unset < true |
| host-users | false < true, unset |
| host-ports | sets of address, port and protocol; no address is every address, hostNetwork every port |
| host-paths | sets of paths; a folder holds what is below it, to write is more than to read |
| volume-types | sets of the volume sources that the Restricted standard does not allow |
| sysctls | sets of parameters beside the safe ones |
| probe-host | sets of the hosts that probes and hooks call |

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.kube.host_path import is_below, normalised
from policygate.kube.pod_security import LATEST, SAFE_SYSCTLS, allowed, called, probed_hosts
from policygate.kube.workloads import containers
from policygate.order.verdict import Dimension, Gain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.kube.workloads import Container, PodSpec
    from policygate.model import Level
    from policygate.view import View

_NAMESPACES: Final[tuple[tuple[str, str, Level | None], ...]] = (
    ("hostNetwork", "is in the network of its node now", None),
    ("hostPID", "sees the processes of its node now", None),
    ("hostIPC", "shares memory with the processes of its node now", None),
    ("shareProcessNamespace", "shares one process namespace among its containers now", "warning"),
)
RESTRICTED_VOLUMES: Final = frozenset(
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim",
        "projected", "secret",
    }
)  # fmt: skip
"""Sources of volumes that the Restricted standard allows; `hostPath` has a dimension of its own."""


def _namespaces(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    for field, text, level in _NAMESPACES:
        was, now = base.view[field], head.view[field]
        if now.raw is True and was.raw is not True:
            yield Gain(now, f"the pod {text}", was.raw, now.raw, level=level)


def _users(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    now = head.view.hostUsers
    if base.view.hostUsers.raw is False and now.raw is not False:
        yield Gain(now, "root in the pod is root on its node now", was=False, now=now.raw)


# Ports


class HostPort(NamedTuple):
    """A port of the node that a container takes; an empty address is every one."""

    address: str
    port: int
    protocol: str


def _ports(pod: PodSpec) -> Iterator[tuple[View, HostPort]]:
    for container in containers(pod):
        for port in container.view.ports:
            number = port.hostPort.integer()
            address = port.hostIP.string()
            if number:
                any_address = address in ("", "0.0.0.0", "::")  # noqa: S104 (compared, not bound)
                protocol = port.protocol.string("TCP")
                yield port.hostPort, HostPort("" if any_address else address, number, protocol)


def _host_ports(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    if base.view.hostNetwork.raw is True:
        return
    before = {port for _, port in _ports(base)}
    for view, port in _ports(head):
        if not before & {port, port._replace(address="")}:
            where = f" at {port.address}" if port.address else ""
            text = f"the pod takes {port.protocol} {port.port} of its node{where} now"
            yield Gain(view, text, None, port.port)


# Volumes


class Mounted(NamedTuple):
    """A path of the node in a pod, and whether somebody may write there."""

    path: str
    writable: bool


def _mounted(pod: PodSpec) -> Iterator[tuple[View, Mounted]]:
    for volume in pod.view.volumes:
        if volume.hostPath:
            path = normalised(volume.hostPath["path"].string())
            name = volume["name"].raw
            mounts = [
                m for c in containers(pod) for m in c.view.volumeMounts if m["name"].raw == name
            ]
            writable = any(mount.readOnly.raw is not True for mount in mounts)
            yield volume.hostPath, Mounted(path, writable)


def _host_paths(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    before = [mounted for _, mounted in _mounted(base)]
    for view, now in _mounted(head):
        holders = [each for each in before if is_below(now.path, each.path)]
        if not holders:
            verb = "write to" if now.writable else "read"
            text = f"the pod may now {verb} {now.path} of its node"
            yield Gain(view, text, None, now.path)
        elif now.writable and not any(each.writable for each in holders):
            text = f"the pod may now write to {now.path} of its node, which it could only read"
            yield Gain(view, text, "read-only", "writable")


def _sources(pod: PodSpec) -> Iterator[tuple[View, str]]:
    for volume in pod.view.volumes:
        for source, view in volume.items():
            if source not in {"name", "hostPath"} and source not in RESTRICTED_VOLUMES and view:
                yield view, source


def _volume_types(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    before = {source for _, source in _sources(base)}
    for view, source in _sources(head):
        if source not in before:
            before.add(source)
            yield Gain(view, f"the pod mounts a volume by {source} now", None, source)


# Kernel parameters, probes


def _unsafe(pod: PodSpec) -> dict[str, View]:
    safe = allowed(SAFE_SYSCTLS, LATEST)
    named = {
        each["name"].string().replace("/", "."): each for each in pod.view.securityContext.sysctls
    }
    return {name: view for name, view in named.items() if name not in safe}


def _sysctls(base: PodSpec, head: PodSpec) -> Iterator[Gain]:
    before = _unsafe(base)
    for name, view in _unsafe(head).items():
        if name not in before:
            text = f"the pod sets the kernel parameter {name} now"
            yield Gain(view["name"], text, None, view["value"].raw)
        elif str(before[name]["value"].raw) != str(view["value"].raw):
            text = f"the pod sets the kernel parameter {name} to another value now"
            was = before[name]["value"].raw
            yield Gain(view["value"], text, was, view["value"].raw, level="warning")


def _probe_hosts(base: Container, head: Container) -> Iterator[Gain]:
    before = {view.string() for view in probed_hosts(base)}
    for view in probed_hosts(head):
        if view.string() and view.string() not in before:
            before.add(view.string())
            text = f"the node calls {view.raw} for {called(head)} now"
            yield Gain(view, text, None, view.raw)


HOST_NAMESPACES: Final = Dimension("host-namespaces", "security", _namespaces)
HOST_USERS: Final = Dimension("host-users", "security", _users)
HOST_PORTS: Final = Dimension("host-ports", "security", _host_ports)
HOST_PATHS: Final = Dimension("host-paths", "security", _host_paths)
VOLUME_TYPES: Final = Dimension("volume-types", "security", _volume_types)
SYSCTLS: Final = Dimension("sysctls", "security", _sysctls)
PROBE_HOST: Final = Dimension("probe-host", "security", _probe_hosts)
