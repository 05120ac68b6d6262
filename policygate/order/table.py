"""Every order there is, by what it compares: explicit, sorted by name.

For whoever compares whole subjects: the proofs, and the words about a change that is neutral. A policy takes
its order from the module that holds it. Not here: orders that need to know what surrounds a resource.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.kube.workloads import pair_containers
from policygate.order.confinement import APPARMOR, SECCOMP, SELINUX
from policygate.order.defaults import POD_DEFAULTS
from policygate.order.node import (
    HOST_NAMESPACES,
    HOST_PATHS,
    HOST_PORTS,
    HOST_USERS,
    PROBE_HOST,
    SYSCTLS,
    VOLUME_TYPES,
)
from policygate.order.privileges import (
    CAPABILITIES,
    GROUPS,
    PRIVILEGE_ESCALATION,
    PRIVILEGED,
    PROC_MOUNT,
    READ_ONLY_ROOT,
    ROOT_USER,
)
from policygate.order.running import (
    IMAGE_PIN,
    IMAGE_SOURCE,
    PROBES,
    PULL_POLICY,
    RUNTIME_CLASS,
    SCHEDULING,
)
from policygate.order.transport import GUARDING_VARIABLES, TLS_FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policygate.kube.workloads import PodSpec
    from policygate.order.verdict import Dimension, Gain

CONTAINERS: Final[tuple[Dimension, ...]] = (
    APPARMOR,
    CAPABILITIES,
    GROUPS,
    GUARDING_VARIABLES,
    IMAGE_PIN,
    IMAGE_SOURCE,
    PRIVILEGE_ESCALATION,
    PRIVILEGED,
    PROBE_HOST,
    PROBES,
    PROC_MOUNT,
    PULL_POLICY,
    READ_ONLY_ROOT,
    ROOT_USER,
    SECCOMP,
    SELINUX,
    TLS_FLAGS,
)
PODS: Final[tuple[Dimension, ...]] = (
    HOST_NAMESPACES,
    HOST_PATHS,
    HOST_PORTS,
    HOST_USERS,
    POD_DEFAULTS,
    RUNTIME_CLASS,
    SCHEDULING,
    SYSCTLS,
    VOLUME_TYPES,
)


def gains_of_pod(base: PodSpec, head: PodSpec) -> Iterator[tuple[Dimension, Gain]]:
    """What a pod and its containers may do now, in every respect; a container that is new is not compared."""
    for dimension in PODS:
        for gain in dimension.gains(base, head):
            yield dimension, gain
    for was, now in pair_containers(base, head):
        if was is None or now is None:
            continue
        for dimension in CONTAINERS:
            for gain in dimension.gains(was, now):
                yield dimension, gain
