"""The control plane in manifests: where components are found, and what their flags come to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.component_defaults import FIELDS, FILES, KUBEADM, UNSET
from policygate.kube.control_plane import RUNS, Component, Flag, is_local, running
from policygate.view import View
from tests.kube.bodies import anything, places, pod, put, read, resource

API: dict[str, Any] = {
    "apiVersion": "kubeadm.k8s.io/v1beta4",
    "kind": "ClusterConfiguration",
    "apiServer": {"extraArgs": [{"name": "profiling", "value": "false"}]},
}
CAPI: dict[str, Any] = {
    "apiVersion": "controlplane.cluster.x-k8s.io/v1beta1",
    "kind": "KubeadmControlPlane",
    "metadata": {"name": "cp"},
    "spec": {
        "kubeadmConfigSpec": {
            "clusterConfiguration": {
                "apiServer": {"extraArgs": {"profiling": "false"}},
                "etcd": {"external": {"caFile": "/ca"}},
            },
            "initConfiguration": {
                "nodeRegistration": {"kubeletExtraArgs": {"read-only-port": "0"}}
            },
        }
    },
}
KUBELET: dict[str, Any] = {
    "apiVersion": "kubelet.config.k8s.io/v1beta1",
    "kind": "KubeletConfiguration",
    "readOnlyPort": 0,
    "streamingConnectionIdleTimeout": "0s",
    "eventRecordQPS": 0,
    "featureGates": {"A": True, "B": False},
    "tlsCipherSuites": ["X", "Y"],
}


def found(program: Any, body: dict[str, Any]) -> Component:
    """The one component of a document."""
    (component,) = running(program, read(body)[0])
    return component


def in_pod(*words: str, program: Any = "kube-apiserver", **container: Any) -> Component:
    """The one component of a Pod."""
    body = {"name": "api", "image": "x", "command": [program, *words], **container}
    (component,) = running(program, pod(body))
    return component


def test_tables_agree() -> None:
    """Every flag of a document, of kubeadm or of a file is one whose default is known."""
    assert set(UNSET) == set(FILES) == set(RUNS)
    for program, known in KUBEADM.items():
        assert set(known) <= set(UNSET[program])  # type: ignore[index]
    every = {flag for flags in UNSET.values() for flag in flags}
    assert {flag for fields in FIELDS.values() for flag in fields} <= every


def test_the_component_of_a_container() -> None:
    """A container is known by the program it runs, and its flags have their defaults."""
    component = in_pod("--anonymous-auth=false")
    assert str(component) == "kube-apiserver in container api"
    assert component["anonymous-auth"].boolean is False
    assert str(component["anonymous-auth"]) == "--anonymous-auth is false"
    assert str(component["profiling"]) == "--profiling is not set, which means true"
    assert str(component["audit-log-path"]) == "--audit-log-path is not set"
    assert component["profiling"].view.path == ("spec", "containers", 0, "command")


def test_what_ends_is_no_component() -> None:
    """An init container may call a component's program and is none; a sidecar is one."""
    body = {"name": "etcd", "image": "x", "command": ["etcd", "--version"]}
    assert not list(running("etcd", pod(initContainers=[body])))
    assert list(running("etcd", pod(initContainers=[{**body, "restartPolicy": "Always"}])))


def test_a_hosted_control_plane_is_one_too() -> None:
    """A component counts in whatever known kind of workload it runs."""
    container = {"name": "api", "image": "x", "command": ["kube-apiserver"]}
    spec = {"selector": {}, "template": {"spec": {"containers": [container]}}}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": spec}
    assert found("kube-apiserver", body)["profiling"].boolean


def test_the_last_of_several_counts_and_lists_add_up() -> None:
    """A flag given twice counts once, unless it is a list."""
    component = in_pod(
        "--profiling", "--profiling=false", "--authorization-mode=Node", "--authorization-mode", "RBAC"
    )  # fmt: skip
    assert component["profiling"].boolean is False
    assert component["authorization-mode"].items == ("Node", "RBAC")


@pytest.mark.parametrize(
    ("program", "words", "flag", "value"),
    [
        ("kube-apiserver", ["--authorization-config=/x"], "authorization-mode", None),
        ("kube-apiserver", ["--authentication-config=/x"], "anonymous-auth", None),
        ("kube-apiserver", ["--authentication-config=/x"], "profiling", "true"),
        ("kube-apiserver", ["$(MORE)"], "profiling", None),
        ("kube-scheduler", ["--config=/x", "--profiling=false"], "profiling", None),
        ("kube-scheduler", ["--config=/x"], "bind-address", "0.0.0.0"),
        ("kubelet", ["--config=/x", "--read-only-port=0"], "read-only-port", "0"),
        ("kubelet", ["--config=/x"], "read-only-port", None),
        ("kubelet", [], "read-only-port", "10255"),
        ("etcd", ["--config-file=/x", "--auto-tls"], "auto-tls", None),
    ],
)
def test_what_a_file_or_a_variable_decides_is_not_known(
    program: str, words: list[str], flag: str, value: str | None
) -> None:
    """Nothing is claimed about a flag that is decided where nobody can look."""
    assert in_pod(*words, program=program)[flag].value == value


def test_etcd_reads_its_environment() -> None:
    """A variable stands for a flag of etcd that is not given."""
    env = [
        {"name": "ETCD_AUTO_TLS", "value": "true"},
        {"name": "ETCD_CERT_FILE", "valueFrom": {"secretKeyRef": {"name": "x", "key": "y"}}},
        {"name": "ETCD_KEY_FILE", "value": "/env"},
    ]
    component = in_pod("--key-file=/flag", program="etcd", env=env)
    values = [component[name].value for name in ("auto-tls", "cert-file", "key-file")]
    assert values == ["true", None, "/flag"]
    assert str(component["auto-tls"]) == "ETCD_AUTO_TLS is true"
    hidden = in_pod(program="etcd", envFrom=[{"secretRef": {"name": "x"}}])
    assert hidden["auto-tls"].value is None


def test_admission_plugins() -> None:
    """A plugin runs by default, or because a flag says so."""
    assert in_pod().admits("ServiceAccount")[0] is True
    assert in_pod().admits("NodeRestriction")[0] is False
    assert in_pod("--enable-admission-plugins=A,B").admits("B")[0] is True
    assert in_pod("--disable-admission-plugins=ServiceAccount").admits("ServiceAccount")[0] is False
    assert in_pod("--admission-control=A").admits("ServiceAccount")[0] is False
    assert in_pod("--enable-admission-plugins=$(X)").admits("A")[0] is None


@pytest.mark.parametrize("body", [API, CAPI])
def test_kubeadm_adds_its_own(body: dict[str, Any]) -> None:
    """What kubeadm gives by itself counts where its document says nothing."""
    component = found("kube-apiserver", body)
    assert component["profiling"].boolean is False
    assert component["profiling"].view.path[-1] == "value" or body is CAPI
    assert component["authorization-mode"].items == ("Node", "RBAC")
    assert found("kube-scheduler", body)["bind-address"].value == "127.0.0.1"


def test_an_external_etcd_is_not_run() -> None:
    """Where etcd is elsewhere there is none to judge, and its certificates are those that are named."""
    assert not list(running("etcd", read(CAPI)[0]))
    assert found("kube-apiserver", CAPI)["etcd-cafile"].value == "/ca"
    assert found("kube-apiserver", CAPI)["etcd-certfile"].empty


def test_a_template_may_be_patched() -> None:
    """What a template of Cluster API leaves out may be filled in by its class."""
    body = {
        **CAPI,
        "kind": "KubeadmControlPlaneTemplate",
        "spec": {"template": {"spec": CAPI["spec"]}},
    }
    component = found("kube-apiserver", body)
    assert component["profiling"].boolean is False
    assert component["audit-log-path"].value is None


def test_a_kubelet_of_kubeadm_has_a_file_too() -> None:
    """Only the flags that are given to such a kubelet are known."""
    component = found("kubelet", CAPI)
    assert component["read-only-port"].value == "0"
    assert component["anonymous-auth"].value is None


@pytest.mark.parametrize("embedded", [False, True])
def test_the_document_of_a_kubelet(embedded: bool) -> None:  # noqa: FBT001
    """A document has its own names and defaults, be it inside a ConfigMap."""
    import json

    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "x"},
        "data": {"kubelet": json.dumps(KUBELET), "other": "kubelet.config.k8s.io/ {"},
    }
    component = found("kubelet", body if embedded else KUBELET)
    values = {name: component[name].value for name in UNSET["kubelet"]}
    assert values["anonymous-auth"] == "false"
    assert values["streaming-connection-idle-timeout"] == "4h0m0s"
    assert values["event-qps"] == "0"
    assert values["feature-gates"] == "A=true,B=false"
    assert values["tls-cipher-suites"] == "X,Y"
    assert values["hostname-override"] is None
    assert str(component["read-only-port"]) == "readOnlyPort is 0"


def test_authorizers_are_modes() -> None:
    """The document that replaces --authorization-mode is read as that flag."""
    body = {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthorizationConfiguration",
        "authorizers": [{"type": "Node", "name": "node"}, {"type": "RBAC", "name": "rbac"}],
    }
    component = found("kube-apiserver", body)
    assert component["authorization-mode"].items == ("Node", "RBAC")
    assert component["profiling"].value is None


@pytest.mark.parametrize(
    ("value", "boolean", "number", "seconds"),
    [
        ("true", True, None, None),
        ("F", False, None, None),
        ("0", False, 0, 0.0),
        ("-1", None, -1, None),
        ("1m30s", None, None, 90.0),
        ("yes", None, None, None),
        ("", None, None, None),
        (None, None, None, None),
    ],
)
def test_values(
    value: str | None,
    boolean: object,
    number: int | None,
    seconds: float | None,
) -> None:
    """A value that the component would refuse is none."""
    flag = Flag("--x", value, View(None), given=True)
    assert (flag.boolean, flag.number, flag.seconds) == (boolean, number, seconds)


@given(anything)
def test_no_body_raises(part: Any) -> None:
    """Documents of any shape have an answer to every question."""
    for body in (API, CAPI, KUBELET):
        kind, group = body["kind"], body["apiVersion"].partition("/")[0]
        for place in places(body)[1:]:
            broken = resource(put(body, place, part), group, kind)
            for program, flags in UNSET.items():
                for component in running(program, broken):
                    assert [str(component[flag]) for flag in flags]
                    assert isinstance(component.key, str)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.1.2.3:80",
        "::1",
        "[::1]:80",
        "localhost:80",
        "https://127.0.0.1:2379",
        "unix:///x",
    ],
)
def test_local(address: str) -> None:
    """The loopback device is local in every spelling."""
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    ["", "0.0.0.0", ":80", "::", "10.0.0.1:80", "http://[", "http://etcd:2379", "fd00::1"],
)
def test_not_local(address: str) -> None:
    """What others can reach is not local, nor is what nobody can read."""
    assert not is_local(address)
