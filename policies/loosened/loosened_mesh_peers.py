"""Pods of the mesh may be called in plain text.

With STRICT only members of the mesh are heard, each with a certificate. PERMISSIVE hears everybody, and is meant for the
days of a migration.

Fix:
Restore `mode: STRICT`, and make an exception for the one port that needs it.

References:
https://istio.io/latest/docs/reference/config/security/peer_authentication/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.mesh import MESH_PEERS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import given_up


def _with(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "security.istio.io/v1",
        "kind": "PeerAuthentication",
        "metadata": {"name": "all", "namespace": "shop"},
        "spec": spec,
    }


EXAMPLES = (
    Example("the default is written", "pass", base=_with(), head=_with(mtls={"mode": "PERMISSIVE"})),
    Example("stricter", "pass", base=_with(mtls={"mode": "PERMISSIVE"}), head=_with(mtls={"mode": "STRICT"})),
    Example("in plain text as well", "fail", base=_with(mtls={"mode": "STRICT"}), head=_with(mtls={"mode": "PERMISSIVE"}), path="spec.mtls.mode", message="in plain text as well"),
    Example("one port", "fail", base=_with(mtls={"mode": "STRICT"}), head=_with(mtls={"mode": "STRICT"}, portLevelMtls={"80": {"mode": "DISABLE"}}), message="port 80: pods may be called in plain text alone"),
    Example("a port that was stricter", "fail", base=_with(portLevelMtls={"80": {"mode": "STRICT"}}), head=_with(), message="port 80"),
    Example("gone", "fail", base=_with(mtls={"mode": "STRICT"}), message="PeerAuthentication all is gone"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["security.istio.io/PeerAuthentication"],
    operations=["UPDATE", "DELETE"],
    refines=["istio-mtls-strict"],
    examples=EXAMPLES,
)
def loosened_mesh_peers(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return given_up(pair, MESH_PEERS)
