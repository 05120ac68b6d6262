"""Object lacks a label that everybody here agreed on.

Who owns it, who pays and which part of a system it is: what is not written on the object is asked for in
the middle of an outage. A value outside of what was agreed is not found by those who look for it.

Fix:
Add the label, or let the kustomization add it to everything (`labels`); then leave this policy off.

References:
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/

Peers:
kube-linter:required-label-owner, kubescape:C-0076, kyverno:require-labels, kyverno:metadata-match-regex, kyverno:kubecost/require-kubecost-labels, datree:WORKLOAD_MISSING_LABEL_OWNER_VALUE, datree:DEPLOYMENT_MISSING_LABEL_ENV_VALUE, gatekeeper:K8sRequiredLabels, terrascan:noOwnerLabel
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.patches import adds_labels, is_patch
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.agreed import not_as_agreed


class Params(NamedTuple):
    """The labels that an object has, with a regular expression for the whole value of each, and which kinds."""

    labels: dict[str, str] = {}  # noqa: RUF012 (nobody changes it)
    kinds: tuple[str, ...] = ("Namespace", "Deployment", "StatefulSet", "DaemonSet", "CronJob")


def _object(kind: str = "Namespace", **labels: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "web", "labels": labels}}


OWNER = {"labels": {"owner": "team-[a-z]+"}}
EXAMPLES = (
    Example("nobody agreed on any", "pass", _object()),
    Example("as agreed", "pass", _object(owner="team-shop"), params=OWNER),
    Example("filled in later", "pass", _object(owner="${TEAM}"), params=OWNER),
    Example("another kind", "pass", _object("ConfigMap"), params=OWNER),
    Example("a patch", "pass", {**_object(), "$patch": "merge"}, params=OWNER),
    Example("missing", "fail", _object(), params=OWNER, path="metadata.labels.owner", message="Namespace web has no label owner"),
    Example("another value", "fail", _object(owner="me"), params=OWNER, path="metadata.labels.owner", message="does not match team-[a-z]+"),
)  # fmt: skip


@policy(level="warning", params=Params, enabled=False, examples=EXAMPLES)
def required_labels(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield keys that are missing, and values that do not match."""
    head = pair.head
    if not params.labels or head.id.kind not in params.kinds or is_patch(head, pair.context):
        return
    added = adds_labels(pair.context, head.id.scope)
    yield from not_as_agreed(pair, "labels", params.labels, added_later=added)
