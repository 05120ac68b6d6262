"""API version is not served any more.

Kubernetes has removed this API version, so the cluster cannot apply the manifest: the sync fails,
at the latest on the day the cluster is rebuilt from the repository.

Fix:
Use the API version that took its place; some fields have other names there (`kubectl convert` knows
them). Name your clusters' versions in the settings: `kubernetes: ["1.31"]`; without that the newest
version that policygate knows is meant.

References:
https://kubernetes.io/docs/reference/using-api/deprecation-guide/

Peers:
kube-linter:no-extensions-v1beta, kube-score:stable-version, trivy:KSV-0107, kyverno:check-deprecated-apis,
datree:K8S_DEPRECATED_APIVERSION_1.16, datree:K8S_DEPRECATED_APIVERSION_1.17,
datree:K8S_REMOVED_APIVERSION_1.22, datree:K8S_REMOVED_APIVERSION_1.23, datree:K8S_REMOVED_APIVERSION_1.24,
datree:K8S_REMOVED_APIVERSION_1.26, datree:K8S_REMOVED_APIVERSION_1.27, datree:K8S_REMOVED_APIVERSION_1.25, gatekeeper:VerifyDeprecatedAPI,
kubeaudit:DeprecatedAPIUsed, popeye:POP-403
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
    Example("served", "pass", _example("networking.k8s.io/v1", "Ingress")),
    Example("still served by the version that is used", "pass", _example("batch/v1beta1", "CronJob"),
            params={"version": "1.24"}),
    Example("deprecated and served", "pass", _example("v1", "Endpoints")),
    Example("another kind of the same API version", "pass", _example("policy/v1beta1", "Widget")),
    Example("removed in the version that is used", "fail", _example("batch/v1beta1", "CronJob"),
            params={"version": "1.25"}, path="apiVersion",
            message="batch/v1beta1 CronJob was removed in Kubernetes 1.25: use batch/v1"),
    Example("removed long ago", "fail", _example("extensions/v1beta1", "Ingress"), message="use networking.k8s.io/v1"),
    Example("nothing takes its place", "fail", _example("policy/v1beta1", "PodSecurityPolicy"),
            message="removed in Kubernetes 1.25, and nothing takes its place"),
)  # fmt: skip


@policy(level="error", params=Params, examples=EXAMPLES)
def api_version_removed(pair: Pair, params: Params) -> Iterator[Problem]:
    """Yield an API version that one of the versions in use does not serve."""
    body = pair.head.view
    retired = RETIRED.get((body.apiVersion.string(), body.kind.string()))
    if retired is None or retired.removed is None:
        return
    chosen = version_of(params.version)
    used = (chosen,) if chosen else pair.context.kubernetes or (nearest_version(None),)
    if max(used) >= retired.removed:
        instead = f": use {retired.instead}" if retired.instead else ", and nothing takes its place"
        what = f"{body.apiVersion.string()} {body.kind.string()}"
        message = f"{what} was removed in Kubernetes {spoken(retired.removed)}{instead}"
        yield Problem(body.apiVersion, message)
