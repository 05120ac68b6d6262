"""Metrics of kube-proxy can be read from other machines.

The metrics of kube-proxy need no credentials, and show Services and how they are used. They are served on
the own node unless `metricsBindAddress` says otherwise. kube-proxy reads it from the document in the
ConfigMap `kube-proxy`; with `--config` its flags do not count.

Fix:
Remove `metricsBindAddress`, or set it to `127.0.0.1:10249`; with flags alone `--metrics-bind-address`.

References:
https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/
https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/

Standards: CIS 4.3.1

Peers: kubescape:C-0291
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.kube.control_plane import RUNS, is_local, running
from policygate.policy import Example, Pair, Problem, policy

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: kube-proxy, namespace: kube-system}
data:
  config.conf: |-
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    metricsBindAddress: 0.0.0.0:10249
"""


def _run(*flags: str) -> dict[str, object]:
    return {"name": "kube-proxy", "command": ["kube-proxy", *flags]}


def _document(**fields: object) -> dict[str, object]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        **fields,
    }


EXAMPLES = (
    Example("unset, which is the own node", "pass", _document(mode="ipvs")),
    Example("empty, which is the same", "pass", _document(metricsBindAddress="")),
    Example("in a file that cannot be seen", "pass", _run("--config=/var/lib/kube-proxy/config.conf",
            "--metrics-bind-address=0.0.0.0"), binds="container"),
    Example("everywhere", "fail", _document(metricsBindAddress="0.0.0.0:10249"), path="metricsBindAddress",
            message="metricsBindAddress is 0.0.0.0:10249"),
    Example("everywhere, in the ConfigMap", "fail", text=CONFIG_MAP,
            path='data["config.conf"].metricsBindAddress'),
    Example("everywhere by a flag", "fail", _run("--metrics-bind-address=:10249"), binds="container",
            path="command[1]"),
)  # fmt: skip


@policy(level="warning", kinds=RUNS["kube-proxy"], enabled=False, examples=EXAMPLES)
def control_plane_kube_proxy_metrics_bind_localhost(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every kube-proxy whose metrics can be reached from elsewhere."""
    for proxy in running("kube-proxy", pair.head):
        flag = proxy["metrics-bind-address"]
        if flag.value is not None and not is_local(flag.value):
            yield Problem(
                flag.view, f"{proxy} shows its metrics to other machines: {flag}", key=proxy.key
            )
