"""API version is deprecated.

A deprecated API version works until an upgrade of the cluster removes it; then every manifest that
uses it fails at once.

Fix:
Use the API version that takes its place before the cluster is upgraded. Name your clusters' versions
in the settings: `kubernetes: ["1.31"]`; without that the newest that policygate knows is meant.

References:
https://kubernetes.io/docs/reference/using-api/deprecation-guide/

Peers:
kube-score:stable-version, trivy:KSV-0107, kyverno:check-deprecated-apis,
kyverno:openshift/disallow-deprecated-apis, datree:K8S_DEPRECATED_APIVERSION_1.19,
datree:K8S_DEPRECATED_APIVERSION_1.21, datree:K8S_DEPRECATED_APIVERSION_1.22,
datree:K8S_DEPRECATED_APIVERSION_1.23, datree:K8S_DEPRECATED_APIVERSION_1.24, gatekeeper:VerifyDeprecatedAPI, kubeaudit:DeprecatedAPIUsed,
popeye:POP-403
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from policygate.kube.api_files import nearest_version
from policygate.kube.api_versions import RETIRED, spoken
from policygate.kube.pod_security import version_of
from policygate.policy import Example, Pair, Problem, policy


class Params(NamedTuple):
    """A version of Kubernetes to use instead of those in the settings, such as `1.21`."""

    version: str = ""


def _example(api_version: str, kind: str) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}, "spec": {}}


EXAMPLES = (
    Example("the version to use", "pass", _example("discovery.k8s.io/v1", "EndpointSlice")),
    Example("not deprecated yet", "pass", _example("v1", "Endpoints"), params={"version": "1.32"}),
    Example("removed is another policy's", "pass", _example("batch/v1beta1", "CronJob")),
    Example("removed later", "fail", _example("batch/v1beta1", "CronJob"), params={"version": "1.24"},
            message="batch/v1beta1 CronJob is deprecated, and removed in Kubernetes 1.25: use batch/v1"),
    Example("never removed so far", "fail", _example("v1", "Endpoints"), path="apiVersion",
            message="v1 Endpoints is deprecated since Kubernetes 1.33: use discovery.k8s.io/v1"),
    Example("nothing takes its place", "fail", _example("v1", "ComponentStatus"),
            message="v1 ComponentStatus is deprecated since Kubernetes 1.19"),
)  # fmt: skip


@policy(level="warning", params=Params, examples=EXAMPLES)
def api_version_deprecated(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield an API version that is served by all versions in use and deprecated in one."""
    body = pair.head.view
    retired = RETIRED.get((body.apiVersion.string(), body.kind.string()))
    if retired is None:
        return
    chosen = version_of(params.version)
    used = (chosen,) if chosen else pair.context.kubernetes or (nearest_version(None),)
    removed = retired.removed
    if max(used) < retired.deprecated or (removed is not None and max(used) >= removed):
        return
    when = f", and removed in Kubernetes {spoken(removed)}" if removed else ""
    when = when or f" since Kubernetes {spoken(retired.deprecated)}"
    instead = f": use {retired.instead}" if retired.instead else ""
    what = f"{body.apiVersion.string()} {body.kind.string()}"
    yield Problem(body.apiVersion, f"{what} is deprecated{when}{instead}")
