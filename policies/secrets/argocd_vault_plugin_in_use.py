"""Secrets are filled in when Argo CD makes the manifests.

The placeholders of argocd-vault-plugin become secrets before Argo CD compares and caches the manifests: they stand in its
Redis in the clear, the plugin has rights on the vault for every application, and a secret that changes is only filled in
when somebody refreshes. Argo CD strongly cautions against it. Here it is a note of where that is, which is off unless
somebody wants to leave it behind.

Fix:
Have an operator make the Secret in the cluster: External Secrets, the Vault Secrets Operator, or the Secrets Store CSI driver.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/secret-management/
https://argocd-vault-plugin.readthedocs.io/en/stable/howitworks/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from policygate.kube.argo import application, sources
from policygate.kube.builds import ARGO
from policygate.kube.sops import values
from policygate.policy import Example, Pair, Problem, policy

PATH = "avp.kubernetes.io/path"
PLACEHOLDER = re.compile(r"<path:[^<>\n]+#[^<>\n]+>")
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web"}}
APP = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "web"}}
EXAMPLES = (
    Example("something else in angle brackets", "pass", {**SECRET, "stringData": {"a": "<path:to/it>", "b": "<password>"}}),
    Example("another plugin", "pass", {**APP, "spec": {"source": {"plugin": {"name": "sops"}}}}),
    Example("a placeholder", "fail", {**SECRET, "stringData": {"a": "<path:kv/data/web#password>"}}, path="stringData.a"),
    Example("a path for all placeholders", "fail", {**SECRET, "metadata": {"name": "web", "annotations": {PATH: "kv/data/web"}}}, path=f'metadata.annotations["{PATH}"]'),
    Example("the plugin is named", "fail", {**APP, "spec": {"source": {"plugin": {"name": "argocd-vault-plugin-helm"}}}}, path="spec.source.plugin.name"),
)  # fmt: skip


@policy(level="note", secret=True, enabled=False, examples=EXAMPLES)
def argocd_vault_plugin_in_use(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield the first place of a resource that the plugin fills in."""
    head = pair.head
    text = f"{head.id.kind} {head.id.name} is filled in by argocd-vault-plugin"
    if head.id.group == ARGO:
        for source in sources(application(head)):
            if source.plugin["name"].string().startswith(("argocd-vault-plugin", "avp")):
                yield Problem(source.plugin["name"], text)
    annotation = head.view.metadata.annotations[PATH]
    if annotation:
        yield Problem(annotation, text)
        return
    for path, value in values(head.body):
        if isinstance(value, str) and PLACEHOLDER.search(value):
            yield Problem(path, text)
            return
