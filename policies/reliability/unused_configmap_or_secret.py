"""Nothing uses it.

A ConfigMap, Secret, claim or account that no manifest names any more is kept, backed up and rotated for nobody, and
somebody who edits it wonders why nothing happens. A Secret that nobody needs can still be stolen.

What a program asks the API for, and what stands in another folder, is not seen from here: the finding is a note
and never blocks.

Fix:
Remove it, or name it where it is used.

References:
https://kubernetes.io/docs/concepts/configuration/configmap/
https://kubernetes.io/docs/concepts/configuration/secret/

Peers:
popeye:POP-400, popeye:POP-401
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from policygate.identity import Identity
from policygate.kube.folders import is_closed
from policygate.kube.patches import is_patch
from policygate.kube.services import WORKLOADS
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

MADE_FOR_OTHERS: Final = frozenset({
    "kubernetes.io/service-account-token", "helm.sh/release.v1", "bootstrap.kubernetes.io/token",
})  # fmt: skip
"""Types of Secrets that the cluster or a tool reads by itself."""
KNOWN: Final = frozenset({"default", "kube-root-ca.crt"})
MOST: Final = 200_000
"""So many texts of a folder are looked at."""
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {%scontainers: [{name: web, image: "web:1"%s}]}}
---
"""
MAP = """\
apiVersion: v1
kind: %s
metadata: {name: settings, namespace: shop%s}
"""
EXAMPLES = (
    Example("a volume", "pass", text=WORKLOAD % ("volumes: [{name: a, configMap: {name: settings}}], ", "") + MAP % ("ConfigMap", "")),
    Example("a variable", "pass", text=WORKLOAD % ("", ", envFrom: [{secretRef: {name: settings}}]") + MAP % ("Secret", "")),
    Example("an argument", "pass", text=WORKLOAD % ("", ", args: [--config=shop/settings]") + MAP % ("ConfigMap", "")),
    Example("a custom kind", "pass", text=WORKLOAD % ("", "") + MAP % ("Secret", "") + "---\napiVersion: example.com/v1\nkind: App\nmetadata: {name: a}\nspec: {from: settings}\n"),
    Example("somebody looks for its label", "pass", text=WORKLOAD % ("", "") + MAP % ("ConfigMap", ", labels: {grafana_dashboard: '1'}")),
    Example("no workload here", "pass", text=MAP % ("ConfigMap", "")),
    Example("what is used may stand elsewhere", "pass", text=WORKLOAD % ("", "") + MAP % ("ConfigMap", "") + """\
---
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../base]
"""),
    Example("what the cluster reads", "pass", text=WORKLOAD % ("", "") + MAP % ("Secret", "") + "type: kubernetes.io/service-account-token\n"),
    Example("nobody", "fail", text=WORKLOAD % ("", "") + MAP % ("ConfigMap", ""), path="metadata.name",
            message="nothing of this folder names the ConfigMap settings"),
    Example("with labels that are not its own alone", "fail", text=WORKLOAD % ("", "") + MAP % ("Secret", ", labels: {app.kubernetes.io/name: web, app: web}")),
)  # fmt: skip


@policy(
    level="note",
    kinds=["core/ConfigMap", "core/Secret", "core/PersistentVolumeClaim", "core/ServiceAccount"],
    enabled=False,
    examples=EXAMPLES,
)
def unused_configmap_or_secret(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what no text of another manifest of the folder holds, where everything stands in the folder."""
    head, context = pair.head, pair.context
    scope, name = head.id.scope, head.id.name
    if not name or name in KNOWN or _is_for_others(head) or is_patch(head, context):
        return
    if not is_closed(scope, context):
        return
    if not any(context.head_resources(scope, kind) for kind in WORKLOADS):
        return
    others = (each for each in context.head_resources(scope, None) if each is not head)
    if not any(name in _text(Identity(each)) for each in others):
        words = f"nothing of this folder names the {head.id.kind} {name}"
        yield Problem(head.view.metadata["name"], words, possible=True)


def _is_for_others(head: Resource) -> bool:
    """Whether somebody finds it without its name: by its type, an annotation, or a label of his own."""
    marked = [key for key, _ in head.view.metadata.labels.items()]
    own = all(key == "app" or key.startswith(("app.kubernetes.io/", "helm.sh/")) for key in marked)
    return head.view["type"].string() in MADE_FOR_OTHERS or not own


@lru_cache(maxsize=10_000)
def _text(one: Identity) -> str:
    return "\n".join(_texts(one.value))


def _texts(resource: Resource) -> Iterator[str]:
    """Every text of a manifest but its own name, so many at most."""
    stack: list[Any] = [value for key, value in resource.body.items() if key != "metadata"]
    for _ in range(MOST):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            stack += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            stack += value
