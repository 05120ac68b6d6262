"""Pod specs are found wherever they are, containers get their role and their partner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.places import BUILT_IN, MERGED, NOT_PODS, WHOLE
from policygate.kube.workloads import (
    Container,
    PodSpec,
    containers,
    is_workload,
    pair_containers,
    pair_pods,
    pod_specs,
)
from tests.kube.bodies import DEPLOYMENT, IMAGE, anything, broken_deployments, pod, read, resource

if TYPE_CHECKING:
    from policygate.model import Resource

WEB = {"name": "web", "image": IMAGE}
PLACES = [
    (certainty, group, kind, place)
    for certainty, table in (("known", BUILT_IN), ("known", WHOLE), ("partial", MERGED))
    for (group, kind), found in table.items()
    for place in found
]


def at(place: str, value: Any) -> Any:
    """A body with a value at a place of the table."""
    for step in reversed(re.findall(r"\[\*\]|[^.\[]+", place)):
        value = [value] if step == "[*]" else {"any" if step == "*" else step: value}
    return value


def only(resource: Resource) -> PodSpec:
    """The one pod spec of a resource."""
    (spec,) = pod_specs(resource)
    return spec


# Finding pod specs


@given(anything | broken_deployments, st.sampled_from([*BUILT_IN, *WHOLE, *MERGED, *NOT_PODS, ("example.com", "X")]))  # fmt: skip
def test_no_body_raises(body: Any, key: tuple[str, str]) -> None:
    """Any body of any kind gives pod specs and containers that stand where they say."""
    one = resource(body if isinstance(body, dict) else {"spec": body}, *key)
    for spec in pod_specs(one):
        view = one.view
        for step in spec.view.path:
            view = view[step]
        assert view.raw is spec.view.raw
        assert isinstance(view.raw, dict)
        assert isinstance(spec.windows, bool)
        assert all(isinstance(each.name, str) for each in containers(spec))
    assert is_workload(one) == bool(pod_specs(one))
    assert len({spec.view.path for spec in pod_specs(one)}) == len(pod_specs(one))


@pytest.mark.parametrize(("certainty", "group", "kind", "place"), PLACES)
def test_every_place_of_the_table_is_found(
    certainty: str, group: str, kind: str, place: str
) -> None:
    """A pod spec at a place of the table is found there, once, with the table's certainty."""
    inner = {"containers": [WEB], "volumes": []}
    found = pod_specs(resource(at(place, inner), group, kind))
    (spec,) = (spec for spec in found if spec.view.raw is inner)
    assert spec.certainty == certainty
    assert "guessed" not in {other.certainty for other in found}
    assert [each.name for each in containers(spec)] == ["web"]


@pytest.mark.parametrize(
    "body",
    [
        {"spec": {"podTemplate": {"spec": {"containers": [WEB]}}}},
        {"spec": {"anything": [{"deep": {"containers": [WEB], "nodeSelector": {}}}]}},
        {"pod": {"containers": [{"name": "x"}, WEB], "restartPolicy": "Never"}},
        {"spec": {"manifests": [DEPLOYMENT]}},
    ],
)
def test_unknown_kinds_are_searched_by_shape(body: dict[str, Any]) -> None:
    """What looks like a pod spec is one, at most guessed, in a kind that nobody knows."""
    assert only(resource(body, "example.com", "Thing")).certainty == "guessed"


@pytest.mark.parametrize(
    ("group", "body"),
    [
        ("example.com", {"spec": {"containers": [WEB]}}),
        ("example.com", {"spec": {"containers": [{"name": "x"}], "volumes": []}}),
        ("example.com", {"spec": {"containers": ["web"], "volumes": []}}),
        ("example.com", {"status": {"containers": [WEB], "volumes": []}}),
        ("kyverno.io", {"spec": {"pattern": {"containers": [WEB], "volumes": []}}}),
        ("containerapp.azure.upbound.io", {"spec": {"template": {"containers": [WEB], "volumes": []}}}),
        ("rbac.authorization.k8s.io", {"spec": {"containers": [WEB], "volumes": []}}),
        ("", {"spec": {"containers": [WEB], "volumes": []}}),
    ],
)  # fmt: skip
def test_look_alikes_are_no_pods(group: str, body: dict[str, Any]) -> None:
    """Lists of containers that no pod runs, patterns and status are left alone."""
    assert not is_workload(resource(body, group, "Thing"))


@pytest.mark.parametrize("key", sorted(NOT_PODS))
def test_containers_of_clouds_are_no_pods(key: tuple[str, str]) -> None:
    """A kind that is listed as no pod is none, whatever it looks like."""
    body = {"spec": {"template": {"containers": [WEB], "volumes": []}}}
    assert not is_workload(resource(body, *key))


def test_a_known_pod_spec_is_not_found_again_by_shape() -> None:
    """A custom kind of the table is searched for more, but not inside of what is known."""
    inner = {"containers": [WEB], "volumes": []}
    body = {"spec": {**inner, "extra": inner, "template": {"spec": inner}}}
    found = pod_specs(resource(body, "serving.knative.dev", "Service"))
    assert [(spec.certainty, spec.view.path) for spec in found] == [
        ("known", ("spec", "template", "spec")),
        ("guessed", ("spec",)),
    ]


def test_versions_do_not_matter() -> None:
    """A Deployment of a group and version of long ago has its pod spec where it always was."""
    for version in ("apps/v1", "apps/v1beta2", "extensions/v1beta1"):
        assert only(read({**DEPLOYMENT, "apiVersion": version})[0]).certainty == "known"


def test_the_search_is_bounded() -> None:
    """A body too deep or too wide to be meant ends the search, not the gate."""
    deep: Any = {"containers": [WEB], "volumes": []}
    for _ in range(300):
        deep = {"x": deep}
    assert not is_workload(resource(deep, "example.com", "Thing"))
    twice: Any = {}
    for _ in range(38):
        twice = {"a": twice, "b": twice}
    assert not is_workload(resource(twice, "example.com", "Thing"))


def test_windows_is_what_the_pod_says() -> None:
    """spec.os.name tells; a node selector does not."""
    assert only(pod(os={"name": "windows"})).windows
    assert not only(pod(nodeSelector={"kubernetes.io/os": "windows"})).windows
    assert not only(pod(os={"name": "linux"})).windows


# Containers


def test_roles() -> None:
    """Every list gives its role; an init container that always restarts is a sidecar."""
    spec = only(
        pod(
            {"name": "a", "restartPolicy": "Always"},
            initContainers=[{"name": "b"}, {"name": "c", "restartPolicy": "Always"}],
            ephemeralContainers=[{"name": "d"}],
        )
    )
    roles = {each.name: each.role for each in containers(spec)}
    assert roles == {"a": "app", "b": "init", "c": "sidecar", "d": "ephemeral"}


@pytest.mark.parametrize("odd", [None, [], [None], ["web"], "web", 1, {"name": "web"}, [[WEB]]])
def test_odd_lists_hold_no_container(odd: Any) -> None:
    """What is no list of mappings holds no container."""
    assert containers(only(resource({"spec": {"containers": odd, "initContainers": odd}}))) == ()


# Partners

named = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(["a", "b", "c"]), "image": st.sampled_from(["x:1", "x:2", "y", "${Z}"])}
)  # fmt: skip
pods = st.builds(
    lambda apps, init: pod(*apps, initContainers=init),
    st.lists(named, max_size=4),
    st.lists(named, max_size=2),
)


@given(pods, pods)
def test_every_container_has_one_partner_at_most(base: Resource, head: Resource) -> None:
    """Pairing loses no container and uses none twice; equal names are never left apart."""
    ours, theirs = containers(only(base)), containers(only(head))
    pairs = pair_containers(only(base), only(head))
    assert sorted(paths(old for old, _ in pairs)) == sorted(paths(ours))
    assert paths(new for _, new in pairs) == paths(theirs)
    gone = {old.name for old, new in pairs if new is None and old is not None}
    new_ones = {new.name for old, new in pairs if old is None and new is not None}
    assert not gone & new_ones


def paths(parts: Any) -> list[str]:
    """The paths of those that are there."""
    return [str(part.view.path) for part in parts if part is not None]


@given(pods, st.randoms(use_true_random=False))
def test_order_does_not_matter_where_names_are_unique(one: Resource, random: Any) -> None:
    """Containers of unique names keep their partners when their lists are shuffled."""
    body = one.body["spec"]
    unique = list({each.get("name"): each for each in body["containers"]}.values())
    shuffled = random.sample(unique, len(unique))
    for old, new in pair_containers(only(pod(*unique)), only(pod(*shuffled))):
        assert old is not None
        assert new is not None
        assert old.view.raw is new.view.raw


def pairs_of(base: list[dict[str, Any]], head: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """The pairs of two lists of containers, by the values of their key `id`."""

    def identity(part: Container | None) -> Any:
        return part and part.view["id"].raw

    found = pair_containers(only(pod(*base)), only(pod(*head)))
    return [(identity(old), identity(new)) for old, new in found]


def test_one_gone_and_one_new_of_an_image_is_a_rename() -> None:
    """A container under a new name keeps its partner, whatever the tag."""
    old = [{"name": "a", "image": "x:1", "id": 1}, {"name": "b", "image": "y", "id": 2}]
    new = [{"name": "z", "image": "x:2", "id": 3}, {"name": "b", "image": "x", "id": 4}]
    assert pairs_of(old, new) == [(1, 3), (2, 4)]


def test_nobody_guesses_between_two() -> None:
    """Two new containers of the image of one that is gone are both new."""
    new = [{"name": "b", "image": "x", "id": 2}, {"name": "c", "image": "x", "id": 3}]
    assert pairs_of([{"name": "a", "image": "x", "id": 1}], new) == [
        (None, 2),
        (None, 3),
        (1, None),
    ]


def test_duplicates_and_unnamed_go_by_position() -> None:
    """Containers of one name, or of none, are paired first with first."""
    old: list[dict[str, Any]] = [{"name": "a", "id": 1}, {"id": 2}, {"name": "a", "id": 3}]
    new: list[dict[str, Any]] = [{"id": 4}, {"name": "a", "id": 5}, {"id": 6}]
    assert pairs_of(old, new) == [(2, 4), (1, 5), (None, 6), (3, None)]


def test_a_container_that_changes_its_list_is_the_same() -> None:
    """An app container that becomes an init container keeps its partner."""
    head = resource({"spec": {"initContainers": [WEB]}})
    ((old, new),) = pair_containers(only(pod(WEB)), only(head))
    assert old is not None
    assert new is not None
    assert (old.role, new.role) == ("app", "init")


def test_one_side_alone_has_no_partners() -> None:
    """A pod that is new, or gone, has containers without partners."""
    assert [(old, new.name) for old, new in pair_containers(None, only(pod(WEB))) if new] == [(None, "web")]  # fmt: skip
    assert [(old.name, new) for old, new in pair_containers(only(pod(WEB)), None) if old] == [("web", None)]  # fmt: skip
    assert pair_containers(None, None) == pair_pods(None, None) == ()


def test_pods_are_paired_by_the_names_in_their_paths() -> None:
    """A pod spec in a named item keeps its partner when the items move."""

    def workload(*names: str) -> Resource:
        sets = [{"name": name, "template": {"spec": {"nodeName": name}}} for name in names]
        return resource({"spec": {"podSets": sets}}, "kueue.x-k8s.io", "Workload")

    pairs = pair_pods(workload("a", "b", "c"), workload("x", "b", "a", "y"))
    names = [(old and old.view.nodeName.raw, new and new.view.nodeName.raw) for old, new in pairs]
    assert names == [(None, "x"), ("b", "b"), ("a", "a"), (None, "y"), ("c", None)]


def test_the_only_pod_left_is_the_same_in_a_new_place() -> None:
    """One pod spec on each side is a pair, wherever it stands."""
    base = resource(at("spec.podTemplate.spec", {"containers": [WEB]}), "example.com", "Thing")
    head = resource(at("spec.template.spec", {"containers": [WEB]}), "example.com", "Thing")
    ((old, new),) = pair_pods(base, head)
    assert old is not None
    assert new is not None


@given(broken_deployments)
def test_a_resource_pairs_with_itself(body: Any) -> None:
    """Every pod spec and every container of a resource is its own partner."""
    for one in read(body):
        for old, new in pair_pods(one, one):
            assert old is not None
            assert new is not None
            assert old.view.path == new.view.path
            for ours, theirs in pair_containers(old, new):
                assert ours is not None
                assert theirs is not None
                assert ours.view.path == theirs.view.path
