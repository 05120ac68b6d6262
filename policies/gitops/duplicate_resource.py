"""One object is defined twice in one folder.

Kustomize and Flux refuse to build it; Argo CD applies both, one after the other, and the object flips
with every sync or keeps whatever came last. Most often something was copied and the name forgotten.

Fix:
Give the copy a name of its own, or remove it. What changes only a part of an object belongs under
`patches` of the kustomization.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import later
from policygate.kube.patches import built_together
from policygate.model import Resource
from policygate.policy import Example, Pair, Problem, policy

CONFIGURATION = frozenset({"kustomize.config.k8s.io", "cli.kyverno.io", "kind.x-k8s.io", "chainsaw.kyverno.io"})  # fmt: skip
"""Groups of what tools read from files and no cluster stores."""
APART = frozenset(
    {"test", "tests", "testdata", "fixtures", "examples", "example", "samples", "templates"}
)
"""Folders whose files need not go to one cluster together."""


def _config(name: str, value: str, more: str = "") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{more}}}\ndata: {{a: {value!r}}}\n"


EXAMPLES = (
    Example("two names", "pass", text=_config("web", "1") + "---\n" + _config("api", "1")),
    Example("two namespaces", "pass", text=_config("web", "1", ", namespace: a") + "---\n" + _config("web", "1", ", namespace: b")),
    Example("two kinds", "pass", text=_config("web", "1") + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: web}\n"),
    Example("a patch beside what it changes", "pass", text=_config("web", "1") + "---\n" + _config("web", "2") + "$patch: merge\n"),
    Example("test data need not fit together", "pass", at="charts/tests/all.yaml",
            text=_config("web", "1") + "---\n" + _config("web", "2")),
    Example("a name that is filled in later", "pass", text=_config("${APP}", "1") + "---\n" + _config("${APP}", "2")),
    Example("another object is renamed to it", "fail", path="metadata.name",
            base_text=_config("api", "1") + "---\n" + _config("web", "2"),
            text=_config("web", "1") + "---\n" + _config("web", "2")),
    Example("the same object twice", "fail", message="ConfigMap web is defined in line 3, too",
            text=_config("web", "1") + "---\n" + _config("web", "2"), path="metadata.name"),
    Example("under two versions of one API", "fail", message="Deployment web", text="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
---
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
"""),
)  # fmt: skip


@policy(level="error", examples=EXAMPLES)
def duplicate_resource(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield an object that another document defines as well; where both are new, at the later one."""
    head = pair.head
    if not _is_judged(head):
        return
    scope, _, kind, namespace, name = head.id
    for twin in pair.context.head_resources(scope, kind, namespace=namespace, name=name):
        if twin is head or twin.id != head.id or _place(twin) == _place(head):
            continue
        if not _is_judged(twin):
            continue
        if _place(twin) > _place(head) and _is_changed(twin, pair):
            continue
        if built_together(head, twin, pair.context):
            file, line = _place(twin)
            where = f"line {line}" if file == head.file else f"{file}:{line}"
            yield Problem(
                head.view.metadata["name"], f"{kind} {name} is defined in {where}, too", key="twin"
            )
            return


def _is_changed(twin: Resource, pair: Pair) -> bool:
    """Whether the change touches the other one, too, so that it is judged by itself."""
    return any(
        change.action != "same"
        and any(
            side and side.file == twin.file and _place(side) == _place(twin)
            for side in (change.head, change.base)
        )
        for change in pair.context.changes_of(twin.id.kind)
    )


def _is_judged(resource: Resource) -> bool:
    group, name = resource.id.group, resource.id.name
    if not name or name.endswith("*") or later(name) or resource.partial:
        return False
    return group not in CONFIGURATION and not APART.intersection(resource.file.lower().split("/"))


def _place(resource: Resource) -> tuple[str, int]:
    return resource.file, resource.locate(("metadata", "name")).line
