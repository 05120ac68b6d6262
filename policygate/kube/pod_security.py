"""What the Pod Security Standards say in each version of Kubernetes, and where pods say it.

The standards change: what a pod may do depends on the version that its namespace pins, or that the
cluster runs. Not for judging: each control is a policy of the pack `pod-security`.
https://kubernetes.io/docs/concepts/security/pod-security-standards/ and, for the versions,
https://github.com/kubernetes/pod-security-admission/tree/master/policy
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from policygate.kube.workloads import containers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policygate.kube.workloads import Container, PodSpec
    from policygate.model import Resource
    from policygate.view import View

Version: TypeAlias = tuple[int, int]
"""Major and minor."""

LATEST: Final[Version] = (1, 1_000_000)
"""The version of a namespace or of settings that pin none."""
PINNED_BY: Final = "pod-security.kubernetes.io/enforce-version"
_VERSION: Final = re.compile(r"v?(\d{1,4})\.(\d{1,4})")

USER_NAMESPACES: Final[Version] = (1, 35)
"""From here on a pod in a user namespace of its own may do more."""
WINDOWS_EXEMPT: Final[Version] = (1, 25)
"""From here on Restricted asks nothing of Windows pods that Windows does not have."""
SAFE_SYSCTLS: Final[tuple[tuple[Version, tuple[str, ...]], ...]] = (
    ((1, 0), ("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
              "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start")),
    ((1, 27), ("net.ipv4.ip_local_reserved_ports",)),
    ((1, 29), ("net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
               "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes")),
    ((1, 32), ("net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem")),
    ((1, 37), ("net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat")),
)  # fmt: skip
"""Kernel parameters that are kept apart for each pod, with the version that allows them first."""
BASELINE_CAPABILITIES: Final = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
"""Capabilities that the Baseline standard lets be added, as it writes them: it compares letter by letter.

With NET_RAW they are what containerd and CRI-O give where nobody asks.
"""
SELINUX_TYPES: Final[tuple[tuple[Version, tuple[str, ...]], ...]] = (
    ((1, 0), ("", "container_t", "container_init_t", "container_kvm_t")),
    ((1, 31), ("container_engine_t",)),
)
"""SELinux types that a pod may ask for, with the version that allows them first."""


class Setter(NamedTuple):
    """Who sets a field of a security context: `pod` or `container web`, and where."""

    who: str
    view: View


def version_of(text: str) -> Version | None:
    """A version as labels and settings write it: `1.35`, `v1.35` or `latest`.

    Returns:
        None for anything else.
    """
    if text == "latest":
        return LATEST
    found = _VERSION.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def pinned(namespace: Resource) -> Version | None:
    """The version of the standards that a Namespace pins; None where it pins none."""
    return version_of(namespace.view.metadata.labels[PINNED_BY].string())


def allowed(table: Iterable[tuple[Version, tuple[str, ...]]], version: Version) -> frozenset[str]:
    """What a table allows in a version."""
    return frozenset(name for since, names in table if since <= version for name in names)


def in_user_namespace(pod: PodSpec, version: Version) -> bool:
    """Whether a pod's root is nobody on the node, and the standards count that."""
    return version >= USER_NAMESPACES and pod.view.hostUsers.raw is False


def setters(pod: PodSpec, field: str) -> Iterator[Setter]:
    """Everybody who sets a field of a security context: the pod, then its containers of any role."""
    everybody = [("pod", pod.view.securityContext)]
    everybody += [(called(each), each.view.securityContext) for each in containers(pod)]
    for who, context in everybody:
        if context[field]:
            yield Setter(who, context[field])


def capability(item: View) -> str:
    """A capability as the kernel calls it: runtimes take small letters and a prefix as well."""
    return item.string().upper().removeprefix("CAP_")


def probed_hosts(container: Container) -> Iterator[View]:
    """The hosts that probes and hooks of a container name: the kubelet calls them from the node."""
    view = container.view
    probes = (view.livenessProbe, view.readinessProbe, view.startupProbe)
    for handler in (*probes, view.lifecycle.postStart, view.lifecycle.preStop):
        yield from (each for each in (handler.httpGet.host, handler.tcpSocket.host) if each)


def called(container: Container) -> str:
    """A container in the words of a message."""
    return f"container {container.name}" if container.name else "a container without a name"
