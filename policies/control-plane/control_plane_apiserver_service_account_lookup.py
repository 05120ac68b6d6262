"""API server accepts tokens of deleted service accounts.

`--service-account-lookup` is on unless it is switched off: the API server then looks whether the service
account and the Secret of a token still exist. Without it a token that was stolen stays good after both are
deleted.

Fix:
Remove `--service-account-lookup=false`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/

Standards: CIS 1.2.21

Peers: checkov:CKV_K8S_96, trivy:KCV-0024, kubescape:C-0135
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("unset, which is on", "pass", _run("--secure-port=6443"), binds="container"),
    Example("switched on", "pass", _run("--service-account-lookup"), binds="container"),
    Example("switched off", "fail", _run("--service-account-lookup=false"), binds="container", path="command[1]",
            message="--service-account-lookup is false"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-apiserver"], enabled=False, examples=EXAMPLES)
def control_plane_apiserver_service_account_lookup(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every API server that does not look."""
    for server in running("kube-apiserver", pair.head):
        flag = server["service-account-lookup"]
        if flag.boolean is False:
            yield Problem(
                flag.view,
                f"{server} accepts tokens of deleted service accounts: {flag}",
                key=server.key,
            )
