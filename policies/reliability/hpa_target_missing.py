"""Autoscaler scales a workload that is not there any more.

The workload was renamed or removed, and its autoscaler stayed: it scales nothing, and an alert or a
traffic spike tells who finds out.

Fix:
Give the autoscaler the new name of its workload, or remove it.

References:
https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/

Peers:
kube-linter:dangling-horizontalpodautoscaler, kube-score:horizontalpodautoscaler-has-target,
kubescape:C-0300, kyverno:check-hpa-exists, popeye:POP-600, gatekeeper:K8sHorizontalPodAutoscaler
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from policygate.identity import Identity
from policygate.kube.patches import is_patch
from policygate.kube.targets import SCALED, SCALERS, Target, likely, scalers, target_of
from policygate.policy import Example, Pair, Problem, policy

SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}, maxReplicas: 3}
"""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s, namespace: shop}
spec: {selector: {}, template: {spec: {containers: [{name: web, image: "web:1"}]}}}
"""
EXAMPLES = (
    Example("it is there", "pass", text=SCALER % "web" + "---\n" + WORKLOAD % "web"),
    Example("it stands elsewhere: there are no workloads here", "pass", text=SCALER % "web"),
    Example("of a kind that nobody here knows", "pass", text=(SCALER % "web").replace("Deployment", "Widget") + "---\n" + WORKLOAD % "api"),
    Example("nothing like its name is here", "pass", text=SCALER % "web" + "---\n" + WORKLOAD % "database"),
    Example("gone together", "pass", base_text=SCALER % "web" + "---\n" + WORKLOAD % "web", text=""),
    Example("a workload that nobody scales is gone", "pass", base_text=SCALER % "web" + "---\n" + WORKLOAD % "api", text=SCALER % "web"),
    Example("one of the same name is left", "pass", base_text=SCALER % "web" + "---\n" + WORKLOAD % "web" + "---\n" + WORKLOAD % "web",
            text=SCALER % "web" + "---\n" + WORKLOAD % "web"),
    Example("a patch of it is gone", "pass", text=SCALER % "web", base_text=SCALER % "web" + """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {paused: true}
"""),
    Example("gone without its scaler", "fail", base_text=SCALER % "web" + "---\n" + WORKLOAD % "web", text=SCALER % "web",
            message="Deployment web is gone, and HorizontalPodAutoscaler web still scales it"),
    Example("renamed without its scaler", "fail", base_text=SCALER % "web" + "---\n" + WORKLOAD % "web",
            text=SCALER % "web" + "---\n" + WORKLOAD % "database", path="metadata.name"),
    Example("misspelt", "fail", text=SCALER % "wbe" + "---\n" + WORKLOAD % "web", path="spec.scaleTargetRef.name",
            message="there is no Deployment wbe here: did you mean web?"),
    Example("another kind", "fail", text=(SCALER % "web").replace("Deployment", "StatefulSet") + "---\n" + WORKLOAD % "web",
            message="there is no StatefulSet web here, but a Deployment"),
)  # fmt: skip


@policy(
    level="error",
    kinds=["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject", *SCALED],
    operations=["CREATE", "UPDATE", "DELETE"],
    examples=EXAMPLES,
)
def hpa_target_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a target that is missing while what was meant is there, and workloads whose scaler stayed.

    A target that is simply not here may stand in another folder, or be made by a chart.
    """
    if pair.head is not None and pair.head.id.kind in SCALERS:
        yield from _of_scaler(pair)
    elif _is_gone(pair):
        yield from _left_behind(pair)


def _of_scaler(pair: Pair) -> Iterator[Problem]:
    found = target_of(pair.head)
    if found is None or found[1].kind not in SCALED:
        return
    reference, target = found
    meant = likely(pair.context, pair.head, target, SCALED)
    missing = f"there is no {target.kind} {target.name} here"
    if meant is not None and meant.name == target.name:
        yield Problem(reference.kind, f"{missing}, but a {meant.kind}")
    elif meant is not None:
        yield Problem(reference["name"], f"{missing}: did you mean {meant.name}?")


def _is_gone(pair: Pair) -> bool:
    """Whether what a workload was called at the base is not there any more, in no folder."""
    base, context = pair.base, pair.context
    if base is None or base.id.kind not in SCALED or is_patch(base, context.of_base):
        return False
    scope, _, kind, namespace, name = base.id
    if context.head_resources(scope, kind, namespace=namespace, name=name):
        return False
    return name not in _names_at_head(Identity(context.changes_of(kind)))


@lru_cache(maxsize=8)
def _names_at_head(changes: Identity) -> frozenset[str]:
    return frozenset(each.head.id.name for each in changes.value if each.head is not None)


def _left_behind(pair: Pair) -> Iterator[Problem]:
    """The scaler of a workload that is gone; it may be made by a chart from now on."""
    ident = pair.base.id
    for scaler in scalers(pair.context, ident.scope, ident.namespace):
        found = target_of(scaler)
        if found is not None and found[1] == Target(ident.kind, ident.name):
            words = f"{ident.kind} {ident.name} is gone, and {scaler.id.kind} {scaler.id.name} still scales it"
            at = pair.head.view.metadata["name"] if pair.head is not None else ()
            yield Problem(at, words, possible=True)
