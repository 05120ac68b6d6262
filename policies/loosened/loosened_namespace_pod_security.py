"""Namespace guards its pods less than before.

The labels of a namespace say what its pods may do and who looks at them. A lower level, an older version of it, or a
label that takes the namespace out of admission control counts for every pod in it, at once. To write `privileged` where
nothing stood lifts the default of the cluster, if it has a stricter one.

Fix:
Restore the label. Where one workload needs more, give it a namespace of its own.

References:
https://kubernetes.io/docs/concepts/security/pod-security-admission/
https://open-policy-agent.github.io/gatekeeper/website/docs/exempt-namespaces/
https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/

Standards:
CIS 5.2.1
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.guards import POD_SECURITY_LABELS
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import loosened

PREFIX = "pod-security.kubernetes.io/"
IGNORED = "admission.gatekeeper.sh/ignore"


def _namespace(**labels: str) -> dict[str, Any]:
    named = {key.replace("__", "/").replace("_", "."): value for key, value in labels.items()}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "shop", "labels": {"team": "shop", **named}},
    }


def _enforcing(level: str, version: str = "") -> dict[str, Any]:
    return _namespace(
        **{PREFIX + "enforce": level, **({PREFIX + "enforce-version": version} if version else {})}
    )


EXAMPLES = (
    Example("raised", "pass", base=_enforcing("baseline"), head=_enforcing("restricted")),
    Example("a newer version", "pass", base=_enforcing("baseline", "v1.30"), head=_enforcing("baseline", "v1.35")),
    Example("never had one", "pass", base=_namespace(), head=_namespace(team="web")),
    Example("the laxest level goes", "pass", base=_enforcing("privileged"), head=_namespace()),
    Example("what nobody knows is another policy's", "pass", base=_enforcing("${LEVEL}"), head=_enforcing("baseline")),
    Example("a new namespace", "pass", _enforcing("privileged")),
    Example("lowered", "fail", base=_enforcing("restricted"), head=_enforcing("baseline"),
            message="shop enforces baseline, not restricted any more", path=f'metadata.labels["{PREFIX}enforce"]'),
    Example("removed", "fail", base=_enforcing("baseline"), head=_namespace(), message="no longer enforces baseline"),
    Example("lifted", "fail", base=_namespace(), head=_enforcing("privileged"), message="enforces nothing, whatever the default of the cluster is"),
    Example("an older version", "fail", base=_enforcing("baseline"), head=_enforcing("baseline", "v1.24"),
            message="enforces the standards of v1.24, not of latest any more"),
    Example("warnings are gone", "fail", base=_namespace(**{PREFIX + "warn": "restricted"}), head=_namespace(),
            message="no longer warns of what restricted forbids"),
    Example("out of admission control", "fail", base=_namespace(), head=_namespace(**{IGNORED: "true"}),
            message="taken out of the admission control of Gatekeeper"),
    Example("no longer in the mesh", "fail", base=_namespace(**{"istio-injection": "enabled"}), head=_namespace(), message="if nothing else says"),
    Example("in the mesh by a revision", "pass", base=_namespace(**{"istio-injection": "enabled"}), head=_namespace(**{"istio.io/rev": "stable"})),
    Example("out of the mesh", "fail", base=_namespace(**{"istio-injection": "enabled"}), head=_namespace(**{"istio-injection": "disabled"}),
            message="pods of shop leave the mesh"),
)  # fmt: skip


@policy(
    level="error",
    class_="security",
    kinds=["core/Namespace"],
    operations=["UPDATE"],
    refines=["namespace-pod-security-privileged", "namespace-pod-security-label-missing"],
    examples=EXAMPLES,
)
def loosened_namespace_pod_security(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the head permits and the base did not."""
    return loosened(pair, POD_SECURITY_LABELS)
