"""Kubelet offers a weak cipher suite.

Suites without ECDHE let whoever gets the key later read what was recorded before; those with CBC, RC4 or
3DES have known attacks. Unset is Go's own list, which has none of the broken ones and follows its version,
so it is best left alone. With TLS 1.3 the list does not count. The CIS benchmark asks for a list in any
case, and names weaker suites too: the parameter `suites` can allow them.

Fix:
Remove `tlsCipherSuites`, or leave only suites with ECDHE and GCM or CHACHA20 in it; with flags alone
`--tls-cipher-suites`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
https://pkg.go.dev/crypto/tls#CipherSuites

Standards: CIS 4.2.12

Peers: checkov:CKV_K8S_151, trivy:KCV-0092, kubescape:C-0184
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policygate.kube.component_defaults import STRONG
from policygate.kube.control_plane import RUNS, running
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """The cipher suites that may be offered."""

    suites: tuple[str, ...] = STRONG


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kubelet", "command": ["kubelet", *flags]}


def _document(**fields: object) -> dict[str, object]:
    return {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", **fields}


EXAMPLES = (
    Example("unset, which is Go's list", "pass", _document(cgroupDriver="systemd")),
    Example("strong ones", "pass", _document(tlsCipherSuites=["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"])),
    Example("a weak one", "fail", _document(tlsCipherSuites=["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_RSA_WITH_AES_128_CBC_SHA"]), path="tlsCipherSuites",
            message="kubelet offers the cipher suite TLS_RSA_WITH_AES_128_CBC_SHA"),
    Example("a weak one by a flag", "fail", _run("--tls-cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA"),
            binds="container", path="command[1]"),
    Example("one that settings allow", "pass", _document(tlsCipherSuites=["TLS_RSA_WITH_AES_128_CBC_SHA"]),
            params={"suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kubelet"], params=Params, enabled=False, examples=EXAMPLES)
def control_plane_kubelet_strong_ciphers(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every cipher suite that is not a strong one."""
    for kubelet in running("kubelet", pair.head):
        flag = kubelet["tls-cipher-suites"]
        for suite in flag.items:
            if suite not in params.suites:
                said = f"{kubelet} offers the cipher suite {suite}"
                yield Problem(flag.view, said, key=f"{kubelet.key} {suite}")
