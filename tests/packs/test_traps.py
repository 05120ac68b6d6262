"""Where other tools see nothing, see too much, or stop: each of their defects is a case here.

The cases are sections 4 (defects of peers) and 6 (traps of Kubernetes) of the catalogue of checks. A
case names the policies that must find something in a new manifest, and those that must not.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import pytest

from policygate.model import Report
from policygate.policy.loader import load_shipped
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


def _host(path: str) -> str:
    return f"volumes: [{{name: host, hostPath: {{path: {path}}}}}], "


def _role(groups: str, resources: str, verbs: str, more: str = "") -> str:
    rule = f"{{apiGroups: {groups}, resources: {resources}, verbs: {verbs}{more}}}"
    head = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: web}\n"
    return f"{head}rules: [{rule}]\n"


def _workload(kind: str, container: str = "", spec: str = "", more: str = "") -> str:
    group = "batch/v1" if kind == "Job" else "apps/v1"
    pod = f"{{{spec}containers: [{{name: web, image: 'web:1', {container}}}]}}"
    template = f"{{metadata: {{labels: {{app: web}}}}, spec: {pod}}}"
    head = f"apiVersion: {group}\nkind: {kind}\nmetadata: {{name: web}}\n"
    return f"{head}spec: {{{more}selector: {{matchLabels: {{app: web}}}}, template: {template}}}\n"


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
    _case("checkov 6: the folder that holds the socket", _pod("", _host("/var/run")), found="runtime-socket-mount"),
    _case("checkov 6: two slashes", _pod("", _host("//var/run/docker.sock")), found="runtime-socket-mount"),
    _case("checkov 6: the socket of containerd", _pod("", _host("/run/containerd/containerd.sock")), found="runtime-socket-mount"),
    _case("checkov 10: marks of other tools in a template silence nobody here", """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {checkov.io/skip1: CKV_K8S_16=because}}
    spec: {containers: [{name: web, image: "web:1", securityContext: {privileged: true}}]}
""", found="privileged-container"),
    *(
        _case(f"trivy: {who} in a ClusterRoleBinding", f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: open}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}}
subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: {kind}, name: "{who}"}}]
""", found=policy)
        for who, kind, policy in (
            ("system:anonymous", "User", "rbac-bind-anonymous"),
            ("system:masters", "Group", "rbac-bind-system-masters"),
            ("system:authenticated", "Group", "rbac-bind-authenticated"),
        )
    ),
    _case("trivy: every resource holds secrets", _role('[""]', '["*"]', "[get]"), found="rbac-wildcard-rule"),
    _case("trivy: impersonation in the core group", _role('[""]', "[users]", "[impersonate]"), found="rbac-impersonate"),
    _case("trivy: bind in the group of RBAC", _role("[rbac.authorization.k8s.io]", "[clusterroles]", "[bind]"), found="rbac-escalate-bind"),
    _case("trivy: exec by a wildcard before the slash", _role('[""]', '["*/exec"]', "[create]"), found="rbac-wildcard-rule"),
    _case("trivy: exec by get, as clients with a websocket do", _role('[""]', "[pods/exec]", "[get]"), found="rbac-pod-exec-attach"),
    _case("trivy: a token is mounted by a Deployment, too", _workload("Deployment"), found="automount-service-account-token"),
    _case("trivy: cephfs is a volume like others", _pod("", "volumes: [{name: a, cephfs: {monitors: [a]}}], "), found="volume-types-restricted"),
    _case("trivy: a policy for other pods covers nobody", _workload("Deployment") + """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress, Egress]}
""", found="network-policy-missing"),
    _case("kube-linter: NET_RAW is kept where nobody drops anything", _pod(), found="capability-net-raw-kept"),
    _case("kube-linter: restartPolicy unset is Always", _workload("Deployment"), quiet="job-restart-policy"),
    _case("kube-linter: a slash behind", _pod("", _host("/etc/")), found="host-path-sensitive"),
    _case("kube-linter: the folder of the kubelet", _pod("", _host("/var/lib/kubelet")), found="host-path-sensitive"),
    _case("kube-score: two named ports are two ports", _workload("Deployment", "ports: [{name: a, containerPort: 1}, {name: b, containerPort: 2}], "
          "livenessProbe: {httpGet: {port: a}}, readinessProbe: {httpGet: {port: b}}"), quiet="probes-identical"),
    _case("kube-score: one named port twice", _workload("Deployment", "ports: [{name: a, containerPort: 1}], "
          "livenessProbe: {httpGet: {port: a}}, readinessProbe: {httpGet: {port: a}}"), found="probes-identical"),
    _case("polaris: a budget wants all of its labels, not one", _workload("Deployment", more="replicas: 3, ") + """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web, tier: back}}}
""", found="pdb-missing pdb-selects-nothing"),
    _case("polaris: a budget by an expression", _workload("Deployment", more="replicas: 3, ") + """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}}
""", quiet="pdb-missing pdb-selects-nothing"),
    _case("polaris: an autoscaler without a minimum goes to one", """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
""", found="hpa-minimum-replicas"),
    *(
        _case(f"kubesec: a {kind} is a workload", _workload(kind, "securityContext: {privileged: true}"), found="privileged-container")
        for kind in ("ReplicaSet", "Job", "DaemonSet", "StatefulSet")
    ),
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
    _case("1: a sidecar runs as long as the pod", _pod("restartPolicy: Always", kind="initContainers"), found="memory-limit-missing"),
    _case("1: a plain init container is asked for no probes", _pod("", kind="initContainers"), quiet="startup-probe-missing"),
    _case("3: unset is true: the token", _pod(), found="automount-service-account-token"),
    _case("3: unset is writable", _pod(), found="read-only-root-filesystem"),
    _case("3: a pull policy follows the tag", _pod(), quiet="image-pull-policy"),
    _case("3: an empty selector of a budget is every pod", _workload("Deployment", more="replicas: 3, ") + """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {}}
""", quiet="pdb-missing pdb-selects-nothing"),
    _case("3: a rule from nobody in particular is from everybody", """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, ingress: [{from: []}]}
""", found="network-policy-allow-all"),
    _case("3: no rules at all are for nobody", """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, ingress: []}
""", quiet="network-policy-allow-all"),
    _case("4: a LimitRange of the namespace", _workload("Deployment") + """\
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: Container, default: {memory: 1Gi}, defaultRequest: {cpu: 100m}}]}
""", quiet="memory-limit-missing memory-request-missing cpu-request-missing"),
    _case("4: numbers are quantities", _pod("resources: {limits: {memory: 134217728}, requests: {cpu: 0.5}}"), quiet="memory-limit-missing cpu-request-missing schema-invalid"),
    _case("5: a user namespace makes root harmless", _pod("securityContext: {runAsUser: 0}", "hostUsers: false, "), quiet="run-as-user-root run-as-non-root"),
    _case("8: a Job is asked for no probes, replicas or budgets", _workload("Job", spec="restartPolicy: Never, "),
          quiet="liveness-probe-missing readiness-probe-missing startup-probe-missing minimum-replicas pdb-missing anti-affinity-missing"),
    _case("8: nor is a DaemonSet for replicas", _workload("DaemonSet"), quiet="minimum-replicas pdb-missing anti-affinity-missing topology-spread-missing"),
    _case("9: read-only is no excuse for a socket", _pod("volumeMounts: [{name: host, mountPath: /s, readOnly: true}]", _host("/run/docker.sock")),
          found="runtime-socket-mount"),
    _case("9: through a claim", """\
apiVersion: v1
kind: PersistentVolume
metadata: {name: data}
spec: {hostPath: {path: /var/run/}}
""", found="runtime-socket-mount"),
    _case("10: no image, which a patch brings", _pod().replace("image: 'web:1', ", ""), quiet="image-tag-mutable"),
    _case("11: all the verbs there are", _role("[apps]", "[deployments]", "[get, list, watch, create, update, patch, delete, deletecollection]"), found="rbac-wildcard-rule"),
    _case("11: nobody lists by names", _role('[""]', "[secrets]", "[get]", ", resourceNames: [web]"), quiet="rbac-secrets-access"),
    _case("12: no namespace is not the default one", _workload("Deployment"), quiet="default-namespace-used"),
    _case("13: what only looks like a pod", """\
apiVersion: app.azure.com/v1
kind: ContainerApp
metadata: {name: web}
spec: {template: {containers: [{name: web, image: "web:1"}]}}
""", quiet="memory-limit-missing capabilities-drop-all"),
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


ON = {policy.id for policy in SHIPPED}
BY_ID = {policy.id: dataclasses.replace(policy, enabled=True) for policy in load_shipped()}


def _judged(text: str, asked: frozenset[str] = frozenset()) -> Report:
    """Everything that is on, and what a case asks for that is not."""
    more = [BY_ID[name] for name in sorted(asked - ON)]
    return compare_trees({}, {"a.yaml": text}, policies=(*SHIPPED, *more))


@pytest.mark.parametrize("case", [*DEFECTS, *TRAPS], ids=lambda case: case.name)
def test_the_case_is_judged_rightly(case: Case) -> None:
    """What must be found is found, what must not is not, and nothing crashes."""
    report = _judged(case.text, case.found | case.quiet)
    found = {finding.policy for finding in report.findings}
    assert report.faults == ()
    assert case.found <= found
    assert not case.quiet & found


def test_a_template_is_not_passed_over_in_silence() -> None:
    """A Helm template is no YAML: it is named as not judged."""
    report = _judged("spec:\n  {{- if .Values.x }}\n  hostNetwork: true\n  {{- end }}\n")
    assert report.counts.not_judged == 1
