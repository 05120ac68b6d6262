"""Ingress has no certificate for one of its hosts.

The controller serves its own self-signed certificate for a host that `spec.tls` does not name: people learn to
click the warning away, and programs stop or switch verification off.

Fix:
Name the host in `spec.tls[].hosts`, beside the Secret of a certificate that is for it. `*.example` is for one
label: `a.example`, and neither `example` nor `a.b.example`.

References:
https://kubernetes.io/docs/concepts/services-networking/ingress/#tls

Peers:
kyverno:ingress-host-match-tls
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.ingresses import covers
from policygate.kube.schema_checks import is_later
from policygate.policy import Example, Pair, Problem, policy


def _ingress(tls: list[Any], *hosts: str) -> dict[str, Any]:
    spec = {"tls": tls, "rules": [{"host": host} for host in hosts]}
    head = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web"}}
    return {**head, "spec": spec}


def _for(*hosts: str) -> list[Any]:
    return [{"hosts": list(hosts), "secretName": "web"}]


EXAMPLES = (
    Example("each has one", "pass", _ingress(_for("a.example", "b.example"), "a.example", "b.example")),
    Example("a wildcard", "pass", _ingress(_for("*.example"), "a.example")),
    Example("small and capital letters", "pass", _ingress(_for("A.example"), "a.example")),
    Example("no TLS is left to ingress-no-tls", "pass", _ingress([], "a.example")),
    Example("a certificate for whatever host comes", "pass", _ingress([{"secretName": "web"}], "a.example")),
    Example("filled in before the cluster sees it", "pass", _ingress(_for("a.example"), "${HOST}")),
    Example("a host is left out", "fail", _ingress(_for("a.example"), "a.example", "b.example"), path="spec.rules[1].host",
            message="Ingress web has no certificate for b.example"),
    Example("two labels below a wildcard", "fail", _ingress(_for("*.example"), "a.b.example")),
    Example("the name of the wildcard itself", "fail", _ingress(_for("*.example"), "example")),
)  # fmt: skip


@policy(level="warning", kinds=["networking.k8s.io/Ingress"], enabled=False, examples=EXAMPLES)
def ingress_tls_host_mismatch(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield hosts of rules that no host of the certificates is for."""
    spec = pair.head.view.spec
    blocks = list(spec.tls)
    hosts = [host.string() for block in blocks for host in block.hosts]
    # A block without hosts is for every host that comes; a host that comes later may be any.
    if not blocks or not all(list(block.hosts) for block in blocks) or any(map(is_later, hosts)):
        return
    for rule in spec.rules:
        host = rule.host.string()
        if host and not is_later(host) and not any(covers(each, host) for each in hosts):
            words = f"Ingress {pair.head.id.name} has no certificate for {host}"
            yield Problem(rule.host, words)
