"""API server offers a weak cipher suite.

Suites without ECDHE let whoever gets the key later read what was recorded before; those with CBC, RC4 or
3DES have known attacks. Unset is Go's own list, which has none of the broken ones and follows its version,
so it is best left alone. With TLS 1.3 the list does not count. The CIS benchmark asks for a list in any
case, and names weaker suites too: the parameter `suites` can allow them.

Fix:
Remove `--tls-cipher-suites`, or leave only suites with ECDHE and GCM or CHACHA20 in it.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
https://pkg.go.dev/crypto/tls#CipherSuites

Standards: CIS 1.2.29

Peers: checkov:CKV_K8S_105, kubescape:C-0143, kubescape:C-0277
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
    return {"name": "kube-apiserver", "command": ["kube-apiserver", *flags]}


EXAMPLES = (
    Example("unset, which is Go's list", "pass", _run("--secure-port=6443"), binds="container"),
    Example("strong ones", "pass",
            _run("--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384"),
            binds="container"),
    Example("a weak one", "fail",
            _run("--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA"),
            binds="container", path="command[1]",
            message="kube-apiserver offers the cipher suite TLS_RSA_WITH_AES_128_CBC_SHA"),
    Example("one that settings allow", "pass", _run("--tls-cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA"),
            binds="container", params={"suites": ["TLS_RSA_WITH_AES_128_CBC_SHA"]}),
)  # fmt: skip


@policy(
    level="warning", kinds=RUNS["kube-apiserver"], params=Params, enabled=False, examples=EXAMPLES
)
def control_plane_apiserver_strong_ciphers(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield every cipher suite that is not a strong one."""
    for server in running("kube-apiserver", pair.head):
        flag = server["tls-cipher-suites"]
        for suite in flag.items:
            if suite not in params.suites:
                said = f"{server} offers the cipher suite {suite}"
                yield Problem(flag.view, said, key=f"{server.key} {suite}")
