"""Polaris' own fixtures: each of its checks is held against ours, and where we differ stands why.

`DIFFERENT` is the whole list of what we judge otherwise on purpose, by the fixture.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from policygate.authoring.examples import judge_states
from policygate.kube.resources import resources_of
from policygate.model import Resource
from policygate.policy.loader import load_shipped
from policygate.yamldoc import parse

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "polaris" / "polaris.jsonl"
BY_ID = {policy.id: policy for policy in load_shipped()}
_ADMIN = ("rbac-cluster-admin-binding", "rbac-wildcard-rule")
_EXEC = ("rbac-pod-exec-attach", "rbac-wildcard-rule")
CONTROLS: Final[Mapping[str, tuple[str, ...]]] = {
    "automountServiceAccountToken": ("automount-service-account-token",),
    "clusterrolePodExecAttach": _EXEC,
    "clusterrolebindingClusterAdmin": _ADMIN,
    "clusterrolebindingPodExecAttach": _EXEC,
    "cpuRequestsMissing": ("cpu-request-missing",),
    "dangerousCapabilities": ("capabilities-baseline", "capability-dangerous-added"),
    "deploymentMissingReplicas": ("minimum-replicas",),
    "hostIPCSet": ("host-ipc",),
    "hostNetworkSet": ("host-network",),
    "hostPIDSet": ("host-pid",),
    "hostPathSet": ("host-path-volume",),
    "hostPortSet": ("host-port",),
    "hostProcess": ("host-process-windows",),
    "hpaMaxAvailability": ("hpa-max-replicas",),
    "hpaMinAvailability": ("hpa-minimum-replicas",),
    "insecureCapabilities": ("capabilities-drop-all",),
    "livenessProbeMissing": ("liveness-probe-missing",),
    "memoryLimitsMissing": ("memory-limit-missing",),
    "memoryRequestsMissing": ("memory-request-missing",),
    "metadataAndInstanceMismatched": ("recommended-labels",),
    "missingPodDisruptionBudget": ("pdb-missing",),
    "notReadOnlyRootFilesystem": ("read-only-root-filesystem",),
    "pdbDisruptionsIsZero": ("pdb-blocks-eviction",),
    "pdbMinAvailableGreaterThanHPAMinReplicas": ("pdb-min-available-over-hpa-min",),
    "priorityClassNotSet": ("priority-class-missing",),
    "privilegeEscalationAllowed": ("allow-privilege-escalation",),
    "procMount": ("proc-mount",),
    "pullPolicyNotAlways": ("image-pull-policy",),
    "readinessProbeMissing": ("readiness-probe-missing",),
    "rolePodExecAttach": _EXEC,
    "rolebindingClusterAdminClusterRole": _ADMIN,
    "rolebindingClusterAdminRole": _ADMIN,
    "rolebindingClusterRolePodExecAttach": _EXEC,
    "rolebindingRolePodExecAttach": _EXEC,
    "runAsPrivileged": ("privileged-container",),
    "runAsRootAllowed": ("run-as-non-root", "run-as-user-root"),
    "sensitiveContainerEnvVar": ("secret-in-env-literal",),
    "tagNotSpecified": ("image-tag-mutable",),
    "tlsSettingsMissing": ("ingress-no-tls",),
    "topologySpreadConstraint": ("topology-spread-missing",),
}
"""A check of Polaris: the policies that are it together."""
LEFT_OUT: Final[Mapping[str, str]] = {
    "cpuLimitsMissing": "we have both opinions on CPU limits, and neither is on",
    "linuxHardening": "passes with any one of four settings; we have a policy for each of them",
    "missingNetworkPolicy": "which policies isolate a pod is worth fixtures of its own",
    "sensitiveConfigmapContent": "secrets in ConfigMaps are work of their own",
    "nakedPod": "its fixtures compare a label with a name: no pod stands alone more than another",
    "oneController": "the same",
    "resourceRange": "how much is enough is known to the settings of a repository alone",
}
_WILDCARD = "a wildcard in one of groups, resources and verbs opens what nobody has named, too"
_BY_NAME = "an object that only has the name of a default one was written by somebody"
_NO_REPLICAS = "unset is one replica, of which a budget would hold up the drain of its node"
_ONE_REPLICA = "unset is one replica, which cannot be spread"
_EXACT = "the Pod Security Standards want the very word ALL"
DIFFERENT: Final[Mapping[str, str]] = {
    "automountServiceAccountToken/failure.*true*": "a pod that says it wants the token has decided",
    "cluster*Admin*/success.explicit_*": _WILDCARD,
    "role*Admin*/success.explicit_*": _WILDCARD,
    "cluster*Admin*/success.gce_calico_binding.yaml": _BY_NAME,
    "role*Admin*/success.gce_calico_binding.yaml": _BY_NAME,
    "cluster*Admin*/success.system_prefix_binding.yaml": _BY_NAME,
    "role*Admin*/success.system_prefix_binding.yaml": _BY_NAME,
    "*PodExecAttach/success.gce_calico_*": _BY_NAME,
    "*PodExecAttach/success.system_prefix*": _BY_NAME,
    "clusterrolePodExecAttach/success.defaultclusterrole_*": _BY_NAME,
    "clusterrolebindingPodExecAttach/success.defaultclusterrolebinding_*": _BY_NAME,
    "*PodExecAttach/failure.binding_points_to_missing_ref.yaml": "the role may stand elsewhere",
    "hpaMinAvailability/success.minReplicaAbsent.yaml": "unset is one replica",
    "insecureCapabilities/success.all.yaml": _EXACT,
    "insecureCapabilities/success.case.yaml": _EXACT,
    "insecureCapabilities/success.pod.yaml": _EXACT,
    "insecureCapabilities/success.yaml": _EXACT,
    "metadataAndInstanceMismatched/success.yaml": "one of the recommended labels is not all of them",
    "missingPodDisruptionBudget/failure*": _NO_REPLICAS,
    "pdbMin*/success.no-min-replicas.yaml": "unset is one replica, and the budget keeps two",
    "pullPolicyNotAlways/failure.cron-job.yaml": "without a tag unset is Always",
    "pullPolicyNotAlways/failure.yaml": "without a tag unset is Always",
    "pullPolicyNotAlways/failure.deployment.yaml": "the tag of a version stays what it is",
    "readinessProbeMissing/failure.yaml": "no Service sends traffic to the pod",
    "rolebindingRolePodExecAttach/success.role_binding_cluster_role_binding.yaml": "a role that may do everything is judged, bound or not",
    "sensitiveContainerEnvVar/failure.value_private_key.yaml": "three hyphens begin no key",
    "topologySpreadConstraint/failure.*": _ONE_REPLICA,
}
"""Fixtures (globs) that we judge otherwise, with the reason."""
_VERSIONS: Final = {"Deployment": "apps/v1", "PodDisruptionBudget": "policy/v1"}
"""Polaris goes by the kind alone, and its fixtures say `v1` of these."""

needs_fixtures = pytest.mark.skipif(
    not FIXTURES.is_file(), reason="../shared/corpus is not here: no fixtures of Polaris"
)


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    with FIXTURES.open(encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


def _resources(texts: list[str]) -> Iterator[Resource]:
    """The resources of a fixture; those that leave out what the API wants are whole here as well."""
    for number, text in enumerate(texts):
        for document in parse(text.encode(), f"{number}.yaml").documents:
            body = document.value
            if isinstance(body, dict) and body.get("apiVersion") == "v1":
                body = {**body, "apiVersion": _VERSIONS.get(str(body.get("kind")), "v1")}
            for resource in resources_of(body, document, f"{number}.yaml"):
                yield dataclasses.replace(resource, partial=False)


def _found(row: Mapping[str, Any]) -> set[str]:
    resources = tuple(_resources(row["manifests"]))
    found: set[str] = set()
    for name in CONTROLS[row["control"]]:
        judged = judge_states(BY_ID[name], (), resources)
        assert not judged.faults
        found |= {finding.policy for finding in judged.findings}
    return found


def _reason(case: str) -> str:
    return next((why for glob, why in DIFFERENT.items() if fnmatch.fnmatchcase(case, glob)), "")


@needs_fixtures
@pytest.mark.parametrize("control", sorted(CONTROLS))
def test_fixtures_pass_and_fail_as_there(control: str) -> None:
    """Every fixture is judged as Polaris does, but for those of the list, which are judged otherwise."""
    rows = [row for row in _rows() if row["control"] == control]
    wrong = [
        (row["case_id"], row["expect"], sorted(found))
        for row in rows
        for found in [_found(row)]
        if (bool(found) == (row["expect"] == "fail")) == bool(_reason(row["case_id"]))
    ]
    assert rows
    assert not wrong


@needs_fixtures
def test_every_check_and_every_difference_is_in_the_lists() -> None:
    """No check of Polaris is forgotten, and no reason is given for what is not there."""
    assert {row["control"] for row in _rows()} == CONTROLS.keys() | LEFT_OUT.keys()
    cases = [row["case_id"] for row in _rows()]
    assert all(fnmatch.filter(cases, glob) for glob in DIFFERENT)


def test_policies_of_the_lists_are_shipped() -> None:
    """What stands for a check of Polaris is there."""
    assert {name for names in CONTROLS.values() for name in names} <= BY_ID.keys()
