"""Argo CD does not check whom it talks to.

For this repository or cluster, Argo CD takes every certificate or host key. Whoever stands in between
reads the password or the token of the cluster, and decides what is deployed.

Fix:
Remove the setting, and give the certificate to Argo CD: in `argocd-tls-certs-cm`, in
`argocd-ssh-known-hosts-cm`, or as `tlsClientConfig.caData` of the cluster.

References:
https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repositories
https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#clusters

Standards:
CWE-295
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View

LABEL = "argocd.argoproj.io/secret-type"
UNCHECKED = re.compile(r'"insecure"\s*:\s*true')


def _secret(type_: str = "repository", where: str = "stringData", **data: str) -> dict[str, Any]:
    metadata = {"name": "apps", "labels": {LABEL: type_} if type_ else {}}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, where: data}


EXAMPLES = (
    Example("checked", "pass", _secret(url="https://example.com/apps", insecure="false")),
    Example("another Secret", "pass", _secret("", insecure="true")),
    Example("a cluster that is checked", "pass", _secret("cluster", config='{"tlsClientConfig": {"insecure": false}}')),
    Example("a repository", "fail", _secret(insecure="true"), path="stringData.insecure", message="does not check the certificate"),
    Example("a host key, encoded", "fail", _secret("repo-creds", "data", insecureIgnoreHostKey="dHJ1ZQ=="), path="data.insecureIgnoreHostKey"),
    Example("a cluster", "fail", _secret("cluster", config='{"tlsClientConfig": {"insecure": true}}'), path="stringData.config",
            message="does not check the certificate of the cluster"),
    Example("what is not encoded", "pass", _secret("cluster", "data", config="%%%")),
)  # fmt: skip


@policy(level="error", kinds=["core/Secret"], secret=True, examples=EXAMPLES)
def argocd_repository_tls_off(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what switches the checks off in a Secret that Argo CD reads."""
    head = pair.head.view
    kind = head.metadata.labels[LABEL].string()
    if kind not in {"repository", "repo-creds", "cluster"}:
        return
    for where in ("stringData", "data"):
        for key in ("insecure", "insecureIgnoreHostKey"):
            if _text(head[where][key], where) == "true":
                yield Problem(
                    head[where][key],
                    f"Argo CD does not check the certificate or host key of {pair.head.id.name}",
                )
        if kind == "cluster" and UNCHECKED.search(_text(head[where].config, where)):
            yield Problem(
                head[where].config,
                f"Argo CD does not check the certificate of the cluster {pair.head.id.name}",
            )


def _text(view: View, where: str) -> str:
    if where == "stringData":
        return view.string()
    try:
        return base64.b64decode(view.string(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
