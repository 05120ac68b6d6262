"""Which versions of Kubernetes a policy judges by: chosen, pinned by the namespace, or the cluster's.

Not for what a version means (`kube.pod_security`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.kube.pod_security import LATEST, Version, pinned, version_of

if TYPE_CHECKING:
    from policygate.policy.types import Pair


def pod_security_version(pair: Pair, chosen: str = "") -> Version:
    """The version of the Pod Security Standards that holds for a subject.

    Args:
        pair: The subject.
        chosen: What the policy's parameter `version` says; empty leaves it to the namespace.

    Returns:
        The chosen version, else the one that the Namespace pins where a manifest of the same folder
        has it, else the oldest that settings name, else the latest.
    """
    version = version_of(chosen) if chosen else None
    if version is not None or pair.change is None:
        return version or LATEST
    ident = pair.change.resource.id
    if ident.namespace:
        found = pair.context.head_resources(ident.scope, "Namespace", name=ident.namespace)
        version = pinned(found[0]) if found else None
    return version or min(pair.context.kubernetes, default=LATEST)
