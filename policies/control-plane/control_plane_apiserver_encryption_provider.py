"""Secrets are stored in clear text.

Without `--encryption-provider-config` the API server writes Secrets to etcd as they are: whoever gets a
backup or a disk of etcd reads them all. The same holds where the file names the provider `identity` first,
or does not name Secrets: the first provider is what is written with.

Fix:
Set `--encryption-provider-config` to a file whose first provider for `secrets` is `kms` (v2), `secretbox`
or `aescbc`, and write all Secrets anew.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/

Standards: CIS 1.2.27; CIS 1.2.28; NSA

Peers: checkov:CKV_K8S_104, trivy:KCV-0030, kubescape:C-0141, kubescape:C-0142, kubescape:C-0066, kubescape:C-0244
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy
from policygate.view import View


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("set", "pass", _run("--encryption-provider-config=/etc/kubernetes/encryption.yaml"),
            binds="container"),
    Example("encrypted, with a way back", "pass", {"apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "EncryptionConfiguration", "resources": [{"resources": ["secrets"],
            "providers": [{"kms": {"apiVersion": "v2", "name": "vault", "endpoint": "unix:///run/kms.sock"}},
            {"identity": {}}]}]}),
    Example("everything encrypted", "pass", {"apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "EncryptionConfiguration", "resources": [{"resources": ["*.*"],
            "providers": [{"kms": {"apiVersion": "v2", "name": "vault", "endpoint": "unix:///run/kms.sock"}}]}]}),
    Example("not set", "fail", _run("--secure-port=6443"), binds="container",
            message="kube-apiserver stores Secrets in clear text: --encryption-provider-config is not set"),
    Example("clear text first", "fail", {"apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "EncryptionConfiguration", "resources": [{"resources": ["configmaps", "secrets"],
            "providers": [{"identity": {}}, {"kms": {"apiVersion": "v2", "name": "vault",
            "endpoint": "unix:///run/kms.sock"}}]}]}, path="resources[0].providers[0].identity",
            message="the first provider for Secrets is identity"),
    Example("Secrets left out", "fail", {"apiVersion": "apiserver.config.k8s.io/v1",
            "kind": "EncryptionConfiguration", "resources": [{"resources": ["configmaps"],
            "providers": [{"kms": {"apiVersion": "v2", "name": "vault", "endpoint": "unix:///run/kms.sock"}}]}]},
            path="resources", message="Secrets are not in the list of resources"),
    Example("not set with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}, path="apiServer.extraArgs"),
)  # fmt: skip


@policy(
    level="error",
    kinds=[*RUNS["kube-apiserver"], "apiserver.config.k8s.io/EncryptionConfiguration"],
    enabled=False,
    examples=EXAMPLES,
)
def control_plane_apiserver_encryption_provider(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server, or file of one, that does not encrypt Secrets."""
    for server in running("kube-apiserver", pair.head):
        flag = server["encryption-provider-config"]
        if flag.empty:
            yield Problem(
                flag.view, f"{server} stores Secrets in clear text: {flag}", key=server.key
            )
    if pair.head.id.kind == "EncryptionConfiguration":
        yield from _in_file(pair.head.view)


def _in_file(view: View) -> Iterator[Problem]:
    """Yield what is wrong with the first entry that covers Secrets: the later ones do not count."""
    for entry in view.resources:
        if any(each.string() in {"secrets", "*.", "*.*"} for each in entry.resources):
            first = entry.providers[0]
            if first.identity.exists:
                what = "the first provider for Secrets is identity, which encrypts nothing"
                yield Problem(first.identity, what)
            return
    yield Problem(view.resources, "Secrets are not in the list of resources that are encrypted")
