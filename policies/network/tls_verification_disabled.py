"""TLS certificates are not verified.

Whoever stands between the two sides can answer as if it was the other one: the encryption protects
from nobody who takes the trouble.

Fix:
Give the certificate of the authority (`caBundle`, `caFile`, `ca`), and verify.

References:
https://cwe.mitre.org/data/definitions/295.html

Standards:
CWE-319

Peers:
semgrep:skip-tls-verify-cluster, semgrep:skip-tls-verify-service
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.policy import Edit, Example, Pair, Problem, policy
from policygate.view import View

SWITCHES = frozenset(
    {
        "insecureSkipTLSVerify",
        "insecureSkipVerify",
        "insecure-skip-tls-verify",
        "insecure_skip_verify",
        "insecureSkipTlsVerify",
    }
)
VARIABLES = {
    "NODE_TLS_REJECT_UNAUTHORIZED": "0",
    "PYTHONHTTPSVERIFY": "0",
    "GIT_SSL_NO_VERIFY": "true",
    "CURL_INSECURE": "1",
}
STRICT = frozenset(
    {
        "APIService",
        "Config",
        "GitRepository",
        "HelmRepository",
        "OCIRepository",
        "ClusterSecretStore",
        "SecretStore",
    }
)
"""Kinds that carry code or secrets over this connection; elsewhere a switch is a warning."""
MONITORS = frozenset({"ServiceMonitor", "PodMonitor", "Probe"})
"""Kinds whose endpoints say `scheme: https`, or are asked in plain text."""
DEPTH = 24


def _service(**spec: Any) -> dict[str, Any]:
    spec = {"group": "metrics.k8s.io", "version": "v1beta1", **spec}
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1beta1.metrics.k8s.io"},
        "spec": spec,
    }


def _monitor(**endpoint: Any) -> dict[str, Any]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": "a"},
        "spec": {"endpoints": [{"port": "web", **endpoint}]},
    }


EXAMPLES = (
    Example("verified", "pass", _service(caBundle="eA==")),
    Example("switched off", "pass", _service(insecureSkipTLSVerify=False)),
    Example("described by a CRD", "pass", {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "a"}, "spec": {"insecureSkipVerify": True}}),
    Example("of the API server", "fail", _service(insecureSkipTLSVerify=True), path="spec.insecureSkipTLSVerify",
            message="insecureSkipTLSVerify: true does not verify the certificate"),
    Example("of a monitor", "fail", {"apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor", "metadata": {"name": "a"},
            "spec": {"endpoints": [{"tlsConfig": {"insecureSkipVerify": True}}]}}),
    Example("a monitor that asked in plain text", "pass", base=_monitor(path="/"), head=_monitor(scheme="https", tlsConfig={"insecureSkipVerify": True})),
    Example("a monitor that looked", "fail", base=_monitor(scheme="https"), head=_monitor(scheme="https", tlsConfig={"insecureSkipVerify": True})),
    Example("a variable", "fail", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [
            {"name": "a", "image": "a:1", "env": [{"name": "NODE_TLS_REJECT_UNAUTHORIZED", "value": "0"}]}]}}, message="NODE_TLS_REJECT_UNAUTHORIZED"),
)  # fmt: skip


@policy(level="error", examples=EXAMPLES)
def tls_verification_disabled(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield every switch that is on, wherever it stands; schemas of CRDs describe such switches."""
    if pair.head.id.kind == "CustomResourceDefinition":
        return
    if _was_plain(pair):
        return
    own = pair.head.id.kind in STRICT
    for problem in _walk(pair.head.view, DEPTH):
        # Scraping a component of the cluster that signs its own certificate is what everybody does.
        yield problem if own or problem.edit is None else problem._replace(level="warning")


def _was_plain(pair: Pair) -> bool:
    """Whether the base asked every endpoint in plain text, which is no better than any TLS."""
    if pair.base is None or pair.head.id.kind not in MONITORS:
        return False
    spec = pair.base.view.spec
    endpoints = [*spec.endpoints, *spec.podMetricsEndpoints]
    return not any(each.scheme.string().lower() == "https" for each in endpoints)


def _walk(view: View, depth: int) -> Iterator[Problem]:
    raw = view.raw
    if isinstance(raw, dict):
        name, value = raw.get("name"), raw.get("value")
        if (
            isinstance(name, str)
            and isinstance(value, str)
            and VARIABLES.get(name) == value.lower()
        ):
            yield Problem(view["value"], f"{name}: {value} does not verify certificates")
        for key, item in raw.items():
            if item is True and key in SWITCHES:
                at = view[key]
                words = f"{key}: true does not verify the certificate of the other side"
                yield Problem(at, words, edit=Edit("remove", at.path))
            elif depth and isinstance(item, dict | list):
                yield from _walk(view[key], depth - 1)
    elif isinstance(raw, list) and depth:
        for index, item in enumerate(raw):
            if isinstance(item, dict | list):
                yield from _walk(view[index], depth - 1)
