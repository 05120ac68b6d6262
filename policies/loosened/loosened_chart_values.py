"""Values of a chart ask for more than before.

Most of what a HelmRelease or an Application deploys stands in a chart, and its values decide what of it is safe; the
objects of some operators are read like values. A key such as `securityContext` or `resources` means the same in nearly every chart: such keys are compared, wherever
they stand. What the chart makes of them only its templates know, so that a finding here is possible, and never
blocks.

Fix:
Restore the value, or say in the pull request why the release needs more.

References:
https://helm.sh/docs/chart_template_guide/values_files/
https://fluxcd.io/flux/components/helm/helmreleases/#values
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.order.values import values_gained, values_of
from policygate.policy import Example, Pair, Problem, policy
from policygate.policy.loosened import as_problem


def _release(**values: Any) -> dict[str, Any]:
    return {
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": "web"},
        "spec": {"values": {"name": "web", **values}},
    }


CEPH: dict[str, Any] = {
    "apiVersion": "ceph.rook.io/v1",
    "kind": "CephCluster",
    "metadata": {"name": "rook"},
    "spec": {"resources": {"mon": {"limits": {"memory": "1Gi"}}}},
}


def _app(**values: Any) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "web"},
        "spec": {"source": {"helm": {"valuesObject": values}}},
    }


def _limits(memory: str | None = None) -> dict[str, Any]:
    return {"resources": {"limits": {"memory": memory}} if memory else {"requests": {"cpu": 1}}}


EXAMPLES = (
    Example("tighter", "pass", base=_release(), head=_release(securityContext={"runAsNonRoot": True})),
    Example("the same amount", "pass", base=_release(**_limits("1Gi")), head=_release(**_limits("1024Mi"))),
    Example("a component that is switched off", "pass", base=_release(a={"enabled": True, **_limits("1Gi")}), head=_release(a={"enabled": False})),
    Example("a component that is gone", "pass", base=_release(a=_limits("1Gi")), head=_release()),
    Example("a new component", "pass", base=_release(), head=_release(a={"hostNetwork": True})),
    Example("never more than unset", "pass", base=_release(podSecurityContext={"seccompProfile": {"type": "Unconfined"}}), head=_release()),
    Example("a pinned image", "pass", base=_release(image={"repository": "web", "tag": "latest"}), head=_release(image={"repository": "web", "tag": "v1.2"})),
    Example("privileged", "fail", base=_release(a={"b": 1}), head=_release(a={"b": 1, "securityContext": {"privileged": True}}),
            message="a runs privileged now", path="spec.values.a.securityContext.privileged"),
    Example("root", "fail", base=_app(pod={"podSecurityContext": {"runAsNonRoot": True}}), head=_app(pod={}), message="pod may run as root now"),
    Example("in a list, by name", "fail", base=_release(more=[{"name": "a"}, {"name": "b", **_limits("1Gi")}]),
            head=_release(more=[{"name": "b", **_limits("2Gi")}]), message="memory limit 1Gi → 2Gi (2"),
    Example("no limits", "fail", base=_release(**_limits("1Gi")), head=_release(), message="the chart: the memory limit was removed"),
    Example("of some components", "fail", base=_release(resources={"mon": {"limits": {"memory": "1Gi"}, "requests": {"cpu": 1}}}), head=_release(),
            message="the chart.mon: the cpu request was removed"),
    Example("the network of the node", "fail", base=_release(), head=_release(hostNetwork=True), path="spec.values.hostNetwork"),
    Example("its user namespace", "fail", base=_release(hostUsers=False), head=_release(), message="leaves its user namespace"),
    Example("a tag that moves", "fail", base=_release(image="web:1.2"), head=_release(image="web:latest"), message="more surely than by web:latest"),
    Example("a login that is switched off", "fail", base=_release(auth={"enabled": True}), head=_release(auth={"enabled": False}), message="is without its login now"),
    Example("TLS", "fail", base=_release(tls=True), head=_release(tls=False), message="is without its TLS now"),
    Example("a probe", "fail", base=_release(readinessProbe={"a": 1}), head=_release(), message="lost its readinessProbe"),
    Example("a path of the node", "fail", base=_release(), head=_release(persistence={"dev": {"type": "hostPath", "hostPath": "/dev"}}),
            message="pods of the chart reach /dev of their node now", path="spec.values.persistence.dev.hostPath"),
    Example("a path below one that was there", "pass", base=_release(volumes=[{"hostPath": {"path": "/var"}}]), head=_release(volumes=[{"hostPath": {"path": "/var/log/"}}])),
    Example("an operator", "fail", base=CEPH, head={**CEPH, "spec": {}}, message="CephCluster rook.mon: the memory limit was removed"),
    Example("one replica", "fail", base=_release(replicas=3), head=_release(replicas=1), message="is left with one replica"),
    Example("to the outside", "fail", base=_release(service={"web": {"port": 80}}), head=_release(service={"web": {"port": 80, "type": "LoadBalancer"}}),
            message="service.web was a ClusterIP and is a LoadBalancer now"),
    Example("no login", "fail", base=_release(config={"global-auth-url": "https://a", "b": 1}), head=_release(config={"b": 1}), message="asks nobody for a login"),
    Example("every address", "fail", base=_release(env={"A": 1}), head=_release(env={"A": 1, "CIDRS": "0.0.0.0/0"}), message="CIDRS of env means every address"),
    Example("from every address", "fail", base=_release(svc={"loadBalancerSourceRanges": ["10.0.0.0/8"]}), head=_release(svc={}), message="svc takes requests from every address"),
)  # fmt: skip


@policy(
    level="warning",
    class_="security",
    kinds=[
        "helm.fluxcd.io/HelmRelease",
        "helm.toolkit.fluxcd.io/HelmRelease",
        "argoproj.io/Application",
        "argoproj.io/ApplicationSet",
        "ceph.rook.io/*",
        "cloudnative-pg.io/*",
        "k8s.mariadb.com/*",
        "kafka.strimzi.io/*",
        "opensearch.opster.io/*",
        "postgresql.cnpg.io/*",
        "redis.redis.opstreelabs.in/*",
    ],
    operations=["UPDATE"],
    examples=EXAMPLES,
)
def loosened_chart_values(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Compare the values that the release gives to its chart."""
    for was, now in zip(values_of(pair.base), values_of(pair.head), strict=False):
        yield from map(as_problem, values_gained(pair.head, was, now))
