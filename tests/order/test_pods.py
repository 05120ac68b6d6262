"""The orders of pods: laws that hold for any pods, and every row of the table in both directions."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygate.kube.workloads import PodSpec, containers, pair_containers, pod_specs
from policygate.order.table import CONTAINERS, PODS, gains_of_pod
from policygate.order.verdict import Dimension, Verdict, verdict
from policygate.policy.loader import load_shipped
from policygate.policy.types import Policy
from tests.kube.bodies import read
from tests.memory import compare_trees

MANY: Final = 3000 if os.environ.get("POLICYGATE_THOROUGH") else 120
Body = dict[str, Any]


def _pod(body: Body) -> PodSpec:
    (resource,) = read(body)
    (pod,) = pod_specs(resource)
    return pod


def _looser(base: Body, head: Body) -> set[str]:
    return {dimension.name for dimension, _ in gains_of_pod(_pod(base), _pod(head))}


# Any pods

_PROFILES = st.sampled_from(
    [None, {"type": "RuntimeDefault"}, {"type": "Unconfined"}, {"type": "Localhost", "localhostProfile": "a"},
     {"type": "Localhost", "localhostProfile": "b"}]
)  # fmt: skip
_MAYBE = st.sampled_from([None, True, False])
_CAPABILITIES = st.lists(
    st.sampled_from(["ALL", "NET_ADMIN", "CHOWN", "SYS_ADMIN", "NET_BIND_SERVICE"]), max_size=3
)
_USERS = st.sampled_from([None, 0, 1000, 2000])
_INHERITED: dict[str, st.SearchStrategy[Any]] = {
    "appArmorProfile": _PROFILES,
    "runAsGroup": _USERS,
    "runAsNonRoot": _MAYBE,
    "runAsUser": _USERS,
    "seLinuxOptions": st.sampled_from(
        [None, {"type": "container_t"}, {"type": "spc_t"}, {"level": "s0:c1"}]
    ),
    "seccompProfile": _PROFILES,
}
_CONTEXTS = st.fixed_dictionaries(
    {
        **_INHERITED,
        "allowPrivilegeEscalation": _MAYBE,
        "capabilities": st.fixed_dictionaries({"add": _CAPABILITIES, "drop": _CAPABILITIES}),
        "privileged": st.sampled_from([None, None, None, True, False]),
        "procMount": st.sampled_from([None, "Default", "Unmasked"]),
        "readOnlyRootFilesystem": _MAYBE,
    }
)
_CONTAINERS = st.fixed_dictionaries(
    {
        "image": st.sampled_from(["web", "web:1.2", "ghcr.io/a/web:1.2", "web:1.2@sha256:" + "a" * 64]),
        "imagePullPolicy": st.sampled_from([None, "Always", "IfNotPresent", "Never"]),
        "livenessProbe": st.sampled_from([None, {"httpGet": {"port": 80}}, {"httpGet": {"port": 80, "host": "a"}}]),
        "ports": st.sampled_from([[], [{"containerPort": 80, "hostPort": 80}], [{"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.1"}]]),
        "securityContext": _CONTEXTS,
        "volumeMounts": st.sampled_from([[], [{"name": "v", "mountPath": "/v"}], [{"name": "v", "mountPath": "/v", "readOnly": True}]]),
    }
)  # fmt: skip
SOURCES: Final[tuple[Body, ...]] = (
    {"emptyDir": {}},
    {"hostPath": {"path": "/var/log"}},
    {"hostPath": {"path": "/var/log/pods/"}},
    {"nfs": {"server": "a", "path": "/"}},
)
_PODS = st.fixed_dictionaries(
    {
        "hostIPC": _MAYBE,
        "hostNetwork": _MAYBE,
        "hostPID": _MAYBE,
        "hostUsers": _MAYBE,
        "runtimeClassName": st.sampled_from([None, "gvisor"]),
        "securityContext": st.fixed_dictionaries(
            {
                **_INHERITED,
                "fsGroup": _USERS,
                "supplementalGroups": st.sampled_from([None, [1], [1, 2]]),
                "sysctls": st.sampled_from([None, [{"name": "kernel.sem", "value": "1"}], [{"name": "kernel.sem", "value": "2"}]]),
            }
        ),
        "tolerations": st.sampled_from([[], [{"key": "a", "value": "b"}], [{"key": "a", "operator": "Exists"}]]),
        "volumes": st.sampled_from(
            [[], *([{"name": "v", **each}] for each in SOURCES)]
        ),
    }
)  # fmt: skip


@st.composite
def _bodies(draw: st.DrawFn) -> Body:
    named = [{"name": name, **draw(_CONTAINERS)} for name in ("web", "log")]
    spec = {**draw(_PODS), "containers": named}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": _pruned(spec)}


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _pruned(item) for key, item in value.items() if item is not None}
        return {key: item for key, item in kept.items() if item not in ({}, [])}
    return [_pruned(item) for item in value] if isinstance(value, list) else value


@st.composite
def _rewritten(draw: st.DrawFn, body: Body) -> Body:
    """The same pod in other words: another order of everything, defaults written, values hoisted."""
    other: Body = json.loads(json.dumps(body, sort_keys=draw(st.booleans())))
    spec = other["spec"]
    for field, default in (("hostNetwork", False), ("hostPID", False), ("hostUsers", True)):
        if draw(st.booleans()):
            spec.setdefault(field, default)
    for container in spec["containers"]:
        context = container.setdefault("securityContext", {})
        if draw(st.booleans()):
            context.setdefault("privileged", False)
            context.setdefault("procMount", "Default")
        lists = context.get("capabilities", {})
        for names in lists.values():
            names[:] = [
                draw(st.sampled_from([name, name.lower(), f"CAP_{name}"]))
                if name != "ALL"
                else name
                for name in draw(st.permutations(names))
            ]
        if draw(st.booleans()):  # what the pod says is said by each container
            for field, value in spec.get("securityContext", {}).items():
                if field in _INHERITED:
                    context.setdefault(field, value)
    spec["containers"] = draw(st.permutations(spec["containers"]))
    return other


@settings(max_examples=MANY)
@given(_bodies(), st.data())
def test_another_way_to_say_it_is_no_change(body: Body, data: st.DataObject) -> None:
    """Order, written defaults, spelling and what a pod or its containers say: equal in every respect."""
    other = data.draw(_rewritten(body))
    assert not _looser(body, other)
    assert not _looser(other, body)


@settings(max_examples=MANY)
@given(_bodies(), st.data())
def test_steps_lead_nowhere_else(body: Body, data: st.DataObject) -> None:
    """What gets no looser twice is no looser in the end: step by step nobody gets past the gate."""
    second = data.draw(_edited(body))
    third = data.draw(_edited(second))
    if not _looser(body, second) and not _looser(second, third):
        assert not _looser(body, third)


@st.composite
def _edited(draw: st.DrawFn, body: Body) -> Body:
    """A pod with one part of it drawn again."""
    other, fresh = copy.deepcopy(body), draw(_bodies())
    keys = sorted({*body["spec"], *fresh["spec"]} - {"containers"})
    key = draw(st.sampled_from([*keys, "container"]))
    if key == "container":
        field = draw(st.sampled_from(["securityContext", "image", "ports", "volumeMounts"]))
        other["spec"]["containers"][0].pop(field, None)
        if field in fresh["spec"]["containers"][0]:
            other["spec"]["containers"][0][field] = fresh["spec"]["containers"][0][field]
        other["spec"]["containers"][0].setdefault("image", "web:1.2")
        return other
    other["spec"].pop(key, None)
    if key in fresh["spec"]:
        other["spec"][key] = fresh["spec"][key]
    return other


# The Pod Security Standards

_RESTRICTED = ("PSS Baseline", "PSS Restricted")
STANDARDS: Final = tuple(
    policy
    for policy in load_shipped()
    if policy.pack == "pod-security"
    and any(each.startswith(_RESTRICTED) for each in policy.standards)
)


_CONTEXT: Final[Body] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
RESTRICTED: Final[Body] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a"},
    "spec": {
        "containers": [
            {"name": name, "image": "web:1", "securityContext": _CONTEXT} for name in ("web", "log")
        ]
    },
}


def _failing(body: Body, prefix: str) -> bool:
    chosen: list[Policy] = [
        each for each in STANDARDS if any(name.startswith(prefix) for name in each.standards)
    ]
    report = compare_trees(None, {"a.yaml": json.dumps(body)}, policies=chosen)
    return bool(report.findings)


@settings(max_examples=MANY, deadline=None)
@given(st.integers(0, 2), st.data())
def test_no_looser_is_no_lower_level(steps: int, data: st.DataObject) -> None:
    """A pod that is no looser keeps its level of the Pod Security Standards, those of this project's proof."""
    body = copy.deepcopy(RESTRICTED)
    for _ in range(steps):
        body = data.draw(_edited(body))
    other = data.draw(_edited(body))
    if not _looser(body, other):
        for prefix in _RESTRICTED:
            assert _failing(body, prefix) or not _failing(other, prefix)


# Every row of the table

STRICT: Final[Body] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a"},
    "spec": {
        "hostUsers": False,
        "runtimeClassName": "gvisor",
        "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "host"}]}},
        "topologySpreadConstraints": [{"topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}],
        "securityContext": {"supplementalGroupsPolicy": "Strict"},
        "volumes": [{"name": "logs", "hostPath": {"path": "/var/log/pods"}}],
        "containers": [
            {
                "name": "web",
                "image": "web:1.2@sha256:" + "a" * 64,
                "imagePullPolicy": "Always",
                "readinessProbe": {"httpGet": {"port": 80}},
                "livenessProbe": {"httpGet": {"port": 80}},
                "startupProbe": {"httpGet": {"port": 80}},
                "volumeMounts": [{"name": "logs", "mountPath": "/logs", "readOnly": True}],
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": True,
                    "runAsGroup": 1000,
                    "runAsNonRoot": True,
                    "runAsUser": 1000,
                    "seccompProfile": {"type": "RuntimeDefault"},
                },
            },
            {"name": "log", "image": "log:1"},
        ],
    },
}  # fmt: skip


def _spec(**fields: Any) -> Callable[[Body], None]:
    return lambda body: body["spec"].update(copy.deepcopy(fields))


def _container(**fields: Any) -> Callable[[Body], None]:
    return lambda body: body["spec"]["containers"][0].update(copy.deepcopy(fields))


def _context(**fields: Any) -> Callable[[Body], None]:
    return lambda body: body["spec"]["containers"][0]["securityContext"].update(
        copy.deepcopy(fields)
    )


def _mounts(**fields: Any) -> Callable[[Body], None]:
    return lambda body: body["spec"]["containers"][0]["volumeMounts"][0].update(
        copy.deepcopy(fields)
    )


_OWN: Final = STRICT["spec"]["containers"][0]
LOOSEN: Final[tuple[tuple[str, Callable[[Body], None]], ...]] = (
    ("apparmor", _context(appArmorProfile={"type": "Unconfined"})),
    ("capabilities", _context(capabilities={"drop": ["ALL"], "add": ["NET_ADMIN"]})),
    ("capabilities", _context(capabilities={"drop": ["CHOWN"]})),
    ("capabilities", _context(capabilities={})),
    ("groups", _context(runAsGroup=0)),
    ("groups", _context(runAsGroup=None)),
    ("groups", _spec(securityContext={"supplementalGroupsPolicy": "Strict", "supplementalGroups": [5]})),
    ("groups", _spec(securityContext={})),
    ("groups", _spec(securityContext={"supplementalGroupsPolicy": "Strict", "fsGroup": 0})),
    ("guarding-variables", _container(env=[{"name": "API_AUTH_DISABLED", "value": "true"}])),
    ("host-namespaces", _spec(hostIPC=True)),
    ("host-namespaces", _spec(hostNetwork=True)),
    ("host-namespaces", _spec(hostPID=True)),
    ("host-namespaces", _spec(shareProcessNamespace=True)),
    ("host-paths", _mounts(readOnly=False)),
    ("host-paths", _spec(volumes=[{"name": "logs", "hostPath": {"path": "/var"}}])),
    ("host-ports", _container(ports=[{"containerPort": 80, "hostPort": 80}])),
    ("host-users", _spec(hostUsers=None)),
    ("image-pin", _container(image="web:1.2")),
    ("image-source", _container(image="ghcr.io/a/web@sha256:" + "a" * 64)),
    ("pod-defaults", _spec(containers=[_OWN], securityContext={"seccompProfile": {"type": "Unconfined"}})),
    ("privilege-escalation", _context(allowPrivilegeEscalation=True)),
    ("privileged", _context(privileged=True)),
    ("probe-host", _container(livenessProbe={"httpGet": {"port": 80, "host": "10.0.0.1"}})),
    ("probes", _container(livenessProbe=None)),
    ("probes", _container(readinessProbe=None)),
    ("probes", _container(startupProbe=None)),
    ("proc-mount", _context(procMount="Unmasked")),
    ("read-only-root", _context(readOnlyRootFilesystem=None)),
    ("root-user", _context(runAsNonRoot=False)),
    ("root-user", _context(runAsNonRoot=None, runAsUser=None)),
    ("root-user", _context(runAsUser=0)),
    ("runtime-class", _spec(runtimeClassName=None)),
    ("scheduling", _spec(affinity=None)),
    ("scheduling", _spec(tolerations=[{"key": "gpu", "operator": "Exists"}])),
    ("scheduling", _spec(topologySpreadConstraints=[{"topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}])),
    ("seccomp", _context(seccompProfile=None)),
    ("seccomp", _context(seccompProfile={"type": "Unconfined"})),
    ("selinux", _context(seLinuxOptions={"type": "spc_t"})),
    ("sysctls", _spec(securityContext={"supplementalGroupsPolicy": "Strict", "sysctls": [{"name": "kernel.sem", "value": "1"}]})),
    ("tls-flags", _container(args=["--insecure-skip-tls-verify"])),
    ("volume-types", _spec(volumes=[{"name": "logs", "nfs": {"server": "a", "path": "/"}}])),
)  # fmt: skip
"""Dimension, and an edit of the strict pod that loosens it."""
NOISE: Final[tuple[Callable[[Body], None], ...]] = (
    lambda body: body["metadata"].update(labels={"a": "b"}),
    lambda body: body["spec"]["containers"][-1].update(tty=True, env=[]),
    lambda body: body["spec"]["containers"].reverse(),
    lambda body: body["spec"].update(terminationGracePeriodSeconds=5),
    lambda body: body["spec"]["containers"].append({"name": "new", "image": "new:1"}),
)


def _verdict(dimension: Dimension, base: PodSpec, head: PodSpec) -> set[Verdict]:
    if dimension in PODS:
        return {verdict(dimension, base, head)}
    both = [(a, b) for a, b in pair_containers(base, head) if a is not None and b is not None]
    return {verdict(dimension, *pair) for pair in both} - {"equal"} or {"equal"}


BY_NAME = {dimension.name: dimension for dimension in (*CONTAINERS, *PODS)}


@pytest.mark.parametrize(
    ("name", "edit"), LOOSEN, ids=[f"{n}-{i}" for i, (n, _) in enumerate(LOOSEN)]
)
def test_every_row_loosens_one_way_and_tightens_the_other(
    name: str, edit: Callable[[Body], None]
) -> None:
    """An edit of the table is looser in its dimension, its inverse is not, and noise hides nothing."""
    head = copy.deepcopy(STRICT)
    edit(head)
    back = _verdict(BY_NAME[name], _pod(head), _pod(STRICT))
    assert _verdict(BY_NAME[name], _pod(STRICT), _pod(head)) in ({"looser"}, {"incomparable"})
    assert back in ({"tighter"}, {"incomparable"})
    for noise in NOISE:
        noise(head)
    assert name in _looser(STRICT, head)


def test_no_dimension_is_without_a_row() -> None:
    """The table of edits speaks of every order of pods."""
    assert {name for name, _ in LOOSEN} | {"pull-policy"} == BY_NAME.keys()


def test_a_digest_is_the_same_however_often_it_is_pulled() -> None:
    """Only an image that a tag names is another one when it is not pulled again."""
    base, head = copy.deepcopy(STRICT), copy.deepcopy(STRICT)
    _container(imagePullPolicy="Never")(head)
    assert not _looser(base, head)
    for body in (base, head):
        _container(image="web:1")(body)
    assert _looser(base, head) == {"pull-policy"}
    assert not _looser(head, base)


@given(st.lists(st.sampled_from(LOOSEN), min_size=2, max_size=4))
def test_nothing_pays_for_anything(rows: list[tuple[str, Callable[[Body], None]]]) -> None:
    """What gets looser stays looser, whatever else is tightened in the same change."""
    base, head = copy.deepcopy(STRICT), copy.deepcopy(STRICT)
    (name, loosen), *others = rows
    for _, edit in others:
        edit(base)
    loosen(head)
    alone = _looser(STRICT, head)
    assert name in alone
    if all(other != name for other, _ in others) and not {"privileged"} & {n for n, _ in rows}:
        assert name in _looser(base, head) or _overlap(name, [n for n, _ in others])


def _overlap(name: str, others: list[str]) -> bool:
    """Whether another edit of the base wrote over the very field that this one loosens."""
    shared = [{"groups", "sysctls"}, {"groups", "pod-defaults"}, {"host-paths", "volume-types"}, {"image-pin", "image-source", "pull-policy"},
              {"probe-host", "probes"}, {"host-namespaces", "host-ports"}, {"proc-mount", "host-users"}]  # fmt: skip
    return any(name in group and group & {*others} for group in shared)


@pytest.mark.parametrize("container", [True, False], ids=["container", "pod"])
def test_what_is_no_pod_loosens_nothing(container: bool) -> None:  # noqa: FBT001 (a case)
    """Values of every wrong type are read without a crash, in every order."""
    wild = [None, [], {}, "x", 0, 1.5, True, [1], {"a": 1}]
    body = copy.deepcopy(STRICT)
    for value in wild:
        other = copy.deepcopy(STRICT)
        part: Any = other["spec"]["containers"][0] if container else other["spec"]
        for key in part:
            if key not in {"containers", "name"}:
                part[key] = value
        _looser(body, other)
        _looser(other, body)
    assert [each.name for each in containers(_pod(body))] == ["web", "log"]
