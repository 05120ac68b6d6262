"""The pack pod-security is the Pod Security Standards: Kubernetes' own pods pass and fail as there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from policygate.authoring.examples import judge_states
from policygate.kube.pod_security import LATEST, version_of
from policygate.kube.resources import resources_of
from policygate.model import Resource
from policygate.policy.loader import load_shipped
from policygate.policy.params import params_of, with_params
from policygate.policy.types import Policy
from policygate.yamldoc import parse
from tests.memory import compare_trees

PODS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "pss" / "pss.jsonl"
BY_ID = {policy.id: policy for policy in load_shipped()}
CONTROLS: Final[Mapping[str, tuple[str, ...]]] = {
    "allowprivilegeescalation": ("allow-privilege-escalation",),
    "apparmorprofile": ("apparmor-unconfined",),
    "capabilities_baseline": ("capabilities-baseline",),
    "capabilities_restricted": ("capabilities-drop-all",),
    "hostnamespaces": ("host-network", "host-pid", "host-ipc"),
    "hostpathvolumes": ("host-path-volume",),
    "hostports": ("host-port",),
    "hostprobesandhostlifecycle": ("host-probe-or-lifecycle-host",),
    "privileged": ("privileged-container",),
    "procmount": ("proc-mount",),
    "procmount_restricted": ("proc-mount-restricted",),
    "restrictedvolumes": ("volume-types-restricted", "host-path-volume"),
    "runasnonroot": ("run-as-non-root",),
    "runasuser": ("run-as-user-root",),
    "seccompprofile_baseline": ("seccomp-unconfined",),
    "seccompprofile_restricted": ("seccomp-runtime-default", "seccomp-unconfined"),
    "selinuxoptions": ("selinux-custom",),
    "sysctls": ("unsafe-sysctls",),
    "windowshostprocess": ("host-process-windows",),
}
"""Control, as the fixtures call it: the policies that are it."""
RESTRICTED_ONLY: Final = frozenset(
    {
        "allowprivilegeescalation", "capabilities_restricted", "procmount_restricted",
        "restrictedvolumes", "runasnonroot", "runasuser", "seccompprofile_restricted",
    }
)  # fmt: skip


def _found(pod: Resource, ids: set[str], version: str) -> set[str]:
    found: set[str] = set()
    for name in ids:
        policy = BY_ID[name]
        if any(param.name == "version" for param in params_of(policy)):
            policy = _pinned(policy, version)
        judged = judge_states(policy, (), (pod,))
        assert not judged.faults
        found |= {finding.policy for finding in judged.findings}
    return found


PINNED: dict[tuple[str, str], Policy] = {}


def _pinned(policy: Policy, version: str) -> Policy:
    key = (policy.id, version)
    if key not in PINNED:
        PINNED[key] = with_params(policy, {"version": version})
    return PINNED[key]


def _resource(text: str) -> Resource:
    (document,) = parse(text.encode(), "pod.yaml").documents
    (resource,) = resources_of(document.value, document, "pod.yaml")
    return resource


@pytest.mark.skipif(not PODS.is_file(), reason="../shared/corpus is not here: no official pods")
def test_official_pods_pass_and_fail() -> None:
    """Every fixture of every control and version; a failing one is found by its control's policy.

    Three of seven versions at a time, all of them with POLICYGATE_THOROUGH=1.
    """
    wrong = []
    with PODS.open(encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    if not os.environ.get("POLICYGATE_THOROUGH"):
        rows = [row for row in rows if int(row["version"].rpartition(".")[2]) % 7 in {0, 1, 6}]
    assert len(rows) > 1_000
    for row in rows:
        controls = set(CONTROLS) - (RESTRICTED_ONLY if row["level"] == "baseline" else set())
        ids = {name for control in controls for name in CONTROLS[control]}
        (text,) = row["manifests"]
        found = _found(_resource(text), ids, row["version"])
        wanted = CONTROLS.get(row["control"].partition("/")[2], ())
        if bool(found) != (row["expect"] == "fail") or (found and not found & {*wanted}):
            wrong.append((row["case_id"], sorted(found)))
    assert not wrong


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v1.35", (1, 35)),
        ("1.9", (1, 9)),
        ("latest", LATEST),
        ("", None),
        ("1", None),
        ("v2", None),
    ],
)
def test_versions_are_read_as_labels_write_them(text: str, version: tuple[int, int] | None) -> None:
    """`v1.35`, `1.35` and `latest`; anything else pins nothing."""
    assert version_of(text) == version


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]}
  containers: [{name: web, image: 'web:1'}]
"""
PINS = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce-version: %s}}
"""


@pytest.mark.parametrize(("pin", "found"), [("v1.31", 1), ("v1.32", 0), ("latest", 0), ("soon", 0)])
def test_a_namespace_pins_the_version(pin: str, found: int) -> None:
    """The label of the namespace beside a workload says which version holds for it."""
    tree = {"shop/pod.yaml": POD, "shop/namespace.yaml": PINS % pin}
    report = compare_trees(None, tree, policies=[BY_ID["unsafe-sysctls"]])
    assert len(report.findings) == found


@pytest.mark.parametrize(("versions", "found"), [((), 0), (((1, 31), (1, 36)), 1), (((1, 32),), 0)])
def test_settings_name_the_versions_of_the_clusters(
    versions: tuple[tuple[int, int], ...], found: int
) -> None:
    """Without a pin the oldest version that settings name holds."""
    from policygate.settings import Settings

    settings = Settings(kubernetes=versions)
    policies = [BY_ID["unsafe-sysctls"]]
    report = compare_trees(None, {"shop/pod.yaml": POD}, policies=policies, settings=settings)
    assert len(report.findings) == found
