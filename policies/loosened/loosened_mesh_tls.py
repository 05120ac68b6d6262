"""Mesh encrypts less of what it sends.

Without TLS everybody on the way reads along; without a look at the certificate, anybody may answer.

Fix:
Restore the mode, and `insecureSkipVerify: false`.

References:
https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.mesh import MESH_TLS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened


def _tls(mode: str, **tls: Any) -> dict[str, Any]:
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "DestinationRule",
        "metadata": {"name": "db", "namespace": "shop"},
        "spec": {"host": "db", "trafficPolicy": {"tls": {"mode": mode, **tls}}},
    }


EXAMPLES = (
    Example("mutual", "pass", base=_tls("SIMPLE"), head=_tls("MUTUAL")),
    Example("none", "fail", base=_tls("ISTIO_MUTUAL"), head=_tls("DISABLE"), path="spec.trafficPolicy.tls.mode", message="what is sent to db is encrypted less"),
    Example("anybody may answer", "fail", base=_tls("SIMPLE"), head=_tls("SIMPLE", insecureSkipVerify=True), message="no longer looks at the certificate of db"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["networking.istio.io/DestinationRule"],
    operations=["UPDATE"],
    refines=["tls-verification-disabled"],
    examples=EXAMPLES,
)
def loosened_mesh_tls(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, MESH_TLS)
