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
from typing import Any

from policygate.kube.targets import SCALED, target_of
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
    Example("misspelt", "fail", text=SCALER % "wbe" + "---\n" + WORKLOAD % "web", path="spec.scaleTargetRef.name",
            message="there is no Deployment wbe here: did you mean web?"),
    Example("another kind", "fail", text=(SCALER % "web").replace("Deployment", "StatefulSet") + "---\n" + WORKLOAD % "web",
            message="there is no StatefulSet web here, but a Deployment"),
)  # fmt: skip


@policy(level="error", kinds=["autoscaling/HorizontalPodAutoscaler"], examples=EXAMPLES)
def hpa_target_missing(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield a target that is missing while what was probably meant is there."""
    import difflib

    ident, found = pair.head.id, target_of(pair.head)
    if found is None or found[1].kind not in SCALED:
        return
    reference, target = found
    here = {
        (each.id.kind, each.id.name)
        for kind in SCALED
        for each in pair.context.head_resources(ident.scope, kind, namespace=ident.namespace)
    }
    if not here or target in here:
        return
    missing = f"there is no {target.kind} {target.name} here"
    other = next((kind for kind, name in sorted(here) if name == target.name), "")
    names = [name for kind, name in here if kind == target.kind]
    close = difflib.get_close_matches(target.name, names, n=1, cutoff=0.65)
    if other:
        yield Problem(reference.kind, f"{missing}, but a {other}")
    elif close:
        yield Problem(reference["name"], f"{missing}: did you mean {close[0]}?")
