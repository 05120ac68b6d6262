"""API server makes service account tokens last a year.

Tokens in pods are renewed every hour. `--service-account-extend-token-expiration`, which is on unless it is
switched off, makes them good for a year all the same, for the sake of old clients that read their token
only once. A stolen token is good for as long.

Fix:
Set `--service-account-extend-token-expiration=false`, once the metric `serviceaccount_stale_tokens_total`
stays at 0.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/

Standards: CIS 1.2.30

Peers: kubescape:C-0290
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("switched off", "pass", _run("--service-account-extend-token-expiration=false"), binds="container"),
    Example("unset, which is on", "fail", _run("--secure-port=6443"), binds="container",
            message="--service-account-extend-token-expiration is not set, which means true"),
    Example("unset with kubeadm", "fail", {"apiVersion": "kubeadm.k8s.io/v1beta4",
            "kind": "ClusterConfiguration"}, path="apiServer.extraArgs"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_service_account_extend_token_expiration(
    pair: Pair, _params: Any
) -> Iterator[Problem]:
    """Yield every API server that extends tokens."""
    for server in running("kube-apiserver", pair.head):
        flag = server["service-account-extend-token-expiration"]
        if flag.boolean:
            yield Problem(
                flag.view,
                f"{server} makes service account tokens last a year: {flag}",
                key=server.key,
            )
