"""Where other tools see nothing, see too much, or stop: each of their defects is a case here.

The cases are sections 4 (defects of peers) and 6 (traps of Kubernetes) of the catalogue of checks. A
case names the policies that must find something in a new manifest, and those that must not.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from policygate.model import Report
from tests.memory import SHIPPED, compare_trees

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: web, image: "web:1"}]
"""


class Case(NamedTuple):
    """A manifest, or several; the policies that find something in it, and those that do not."""

    name: str
    text: str
    found: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()


def _case(name: str, text: str, found: str = "", quiet: str = "") -> Case:
    return Case(name, text, frozenset(found.split()), frozenset(quiet.split()))


def _pod(container: str = "", spec: str = "", kind: str = "containers") -> str:
    inner = f"{{name: web, image: 'web:1', {container}}}"
    others = "" if kind == "containers" else "containers: [{name: main, image: 'main:1'}], "
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n"
        f"spec: {{{spec}{others}{kind}: [{inner}]}}\n"
    )


DEFECTS = (
    _case("checkov 1: the second rule counts as much as the first", """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules:
  - {apiGroups: [""], resources: [pods], verbs: [get]}
  - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
""", found="rbac-wildcard-rule"),
    _case("checkov 2: a comment with a template mark hides nothing",
          "# {{ .Values.x }}\n" + _pod("securityContext: {privileged: true}"), found="privileged-container"),
    _case("checkov 3: CAP_SYS_ADMIN is SYS_ADMIN",
          _pod("securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}"), found="capability-dangerous-added"),
    _case("checkov 4: a name that begins like NET_RAW drops nothing",
          _pod("securityContext: {capabilities: {drop: [NET_RAW_X_SMALL]}}"), found="capabilities-drop-all"),
    _case("checkov 5: an init container is root under a pod that is not",
          _pod("securityContext: {runAsUser: 0}", "securityContext: {runAsNonRoot: true}, ", "initContainers"),
          found="run-as-user-root"),
    _case("checkov 7: a Rollout is a workload", """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec: {selector: {}, template: {spec: {containers: [{name: web, image: "web:1", securityContext: {privileged: true}}]}}}
""", found="privileged-container"),
    _case("checkov 7: a PodList holds pods", """\
apiVersion: v1
kind: PodList
items: [{metadata: {name: web}, spec: {containers: [{name: web, image: "web:1", securityContext: {privileged: true}}]}}]
""", found="privileged-container"),
    _case("checkov 8: ephemeral containers are containers",
          _pod("securityContext: {privileged: true}", kind="ephemeralContainers"), found="privileged-container"),
    _case("checkov 9: a reason with two equals signs crashes nothing", """\
apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {checkov.io/skip1: "CKV_K8S_16=see https://x.example/?a=b"}}
spec: {containers: [{name: web, image: "web:1", securityContext: {privileged: true}}]}
""", found="privileged-container"),
    _case("semgrep: an init container of a Rollout", """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec: {template: {spec: {containers: [], initContainers: [{name: a, image: "a:1", securityContext: {privileged: true}}]}}}
""", found="privileged-container"),
    _case("trivy: a container takes back what its pod says",
          _pod("securityContext: {runAsNonRoot: false}", "securityContext: {runAsNonRoot: true}, "), found="run-as-non-root"),
    _case("trivy: the port of a registry is no tag", _pod().replace("web:1", "registry.example:5000/web"),
          found="image-tag-mutable"),
    _case("kube-linter: privilege escalation that nobody mentions is on", _pod(), found="allow-privilege-escalation"),
    _case("kube-linter: safe sysctls are safe", _pod("", "securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '0'}]}, "),
          quiet="unsafe-sysctls"),
    _case("kube-score: the profile of an init container counts",
          _pod("securityContext: {seccompProfile: {type: Unconfined}}", kind="initContainers"), found="seccomp-unconfined"),
    _case("kube-linter 99: a setting of containers in the pod is no setting",
          _pod("", "securityContext: {readOnlyRootFilesystem: true}, "), found="unknown-field-security-sensitive"),
)  # fmt: skip
TRAPS = (
    _case("1: nothing that only containers of the pod have to have is asked of ephemeral ones",
          _pod("resources: {}", kind="ephemeralContainers").replace("main:1'", "main:1', resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}"),
          quiet="memory-limit-missing cpu-request-missing"),
    _case("2: the pod's value is its containers'", _pod("", "securityContext: {seccompProfile: {type: RuntimeDefault}}, "),
          quiet="seccomp-runtime-default"),
    _case("4: a limit is a request", _pod("resources: {limits: {cpu: 1, memory: 1Gi}}"), quiet="cpu-request-missing"),
    _case("4: zero is no limit", _pod("resources: {limits: {memory: 0}}"), found="memory-limit-missing"),
    _case("4: resources of the whole pod", _pod("", "resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}, "),
          quiet="memory-limit-missing cpu-request-missing"),
    _case("5: a user that is not 0 is not runAsNonRoot: true", _pod("securityContext: {runAsUser: 1000}"), found="run-as-non-root"),
    _case("5: the exact word ALL", _pod("securityContext: {capabilities: {drop: [all]}}"), found="capabilities-drop-all"),
    _case("6: Windows has none of it", _pod("", "os: {name: windows}, "),
          quiet="seccomp-runtime-default capabilities-drop-all allow-privilege-escalation"),
    _case("7: a List of anything", "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: true, containers: []}}\n",
          found="host-network"),
    _case("7: JSON", '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"hostPID":true,"containers":[]}}', found="host-pid"),
    _case("10: a digest is worth any tag", _pod().replace("web:1", "web@sha256:" + "a" * 64), quiet="image-tag-mutable"),
    _case("13: a custom kind that carries a pod spec", """\
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: web}
spec: {template: {spec: {containers: [{image: "web:1", securityContext: {privileged: true}}]}}}
""", found="privileged-container"),
    _case("14: lists of nothing, scalars where mappings are expected", """\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: 3, annotations: [a]}
spec: {containers: [null, 3, {name: web, image: [], securityContext: {privileged: true}}], volumes: 7}
""", found="privileged-container schema-invalid"),
)  # fmt: skip


def _judged(text: str) -> Report:
    return compare_trees({}, {"a.yaml": text}, policies=SHIPPED)


@pytest.mark.parametrize("case", [*DEFECTS, *TRAPS], ids=lambda case: case.name)
def test_the_case_is_judged_rightly(case: Case) -> None:
    """What must be found is found, what must not is not, and nothing crashes."""
    report = _judged(case.text)
    found = {finding.policy for finding in report.findings}
    assert report.faults == ()
    assert case.found <= found
    assert not case.quiet & found


def test_a_template_is_not_passed_over_in_silence() -> None:
    """A Helm template is no YAML: it is named as not judged."""
    report = _judged("spec:\n  {{- if .Values.x }}\n  hostNetwork: true\n  {{- end }}\n")
    assert report.counts.not_judged == 1
