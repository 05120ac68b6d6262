"""Kubelet leaves its firewall chains alone.

With `makeIPTablesUtilChains`, which is on unless it is switched off, the kubelet keeps the iptables chains
that belong to it. Since Kubernetes 1.28 these only tell network plugins which iptables is in use; with
older ones, traffic to pods got lost where they were missing.

Fix:
Remove `makeIPTablesUtilChains: false`, and `--make-iptables-util-chains=false`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/

Standards: CIS 4.2.6

Peers: checkov:CKV_K8S_145, trivy:KCV-0084, kubescape:C-0178
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kubelet", "command": ["kubelet", *flags]}


def _document(**fields: object) -> dict[str, object]:
    return {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}


EXAMPLES = (
    Example("unset, which is on", "pass", _document(cgroupDriver="systemd")),
    Example("switched off", "fail", _document(makeIPTablesUtilChains=False), path="makeIPTablesUtilChains",
            message="makeIPTablesUtilChains is false"),
    Example("switched off by a flag", "fail", _run("--make-iptables-util-chains=false"), binds="container",
            path="command[1]"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], enabled=False, examples=EXAMPLES)
def control_plane_kubelet_iptables_util_chains(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kubelet that does not keep them."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["make-iptables-util-chains"]
        if flag.boolean is False:
            yield Problem(
                flag.view, f"{kubelet} does not keep its iptables chains: {flag}", key=kubelet.key
            )
