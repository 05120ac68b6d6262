"""Documents become resources as the cluster and its tools would read them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.resources import disguised_lists, resources_of
from policygate.model import Location, Path, ResourceId
from policygate.place import look_up
from tests.kube.bodies import DEPLOYMENT, IMAGE, POSITIONS, anything, broken_deployments, put, read

ROLE = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "a"}}


def ident(body: Any, file: str = "apps/test.yaml") -> ResourceId:
    """The identity of the one resource of a document."""
    (only,) = read(body, file)
    return only.id


@given(anything | broken_deployments, st.sampled_from(["a.yaml", "x/kustomization.yaml", ""]))
def test_no_document_raises(body: Any, file: str) -> None:
    """Any document gives resources whose identities are text and whose bodies are mappings."""
    for found in read(body, file):
        assert all(isinstance(part, str) for part in (*vars_of(found.id), found.version))
        assert isinstance(found.body, dict)
        assert found.file == file


def vars_of(resource_id: ResourceId) -> tuple[Any, ...]:
    """Every part of an identity."""
    return tuple(resource_id)


@given(st.lists(st.just(ROLE) | anything, max_size=4), st.sampled_from(["List", "RoleList"]))
def test_items_stand_at_their_prefix(items: list[Any], kind: str) -> None:
    """A list gives the resources of its items, each with the way to it; what they hold is theirs."""
    body = {
        "apiVersion": "v1" if kind == "List" else ROLE["apiVersion"],
        "kind": kind,
        "items": items,
    }
    for found in read(body):
        item, exists = look_up(body, found.prefix)
        assert exists
        assert all(found.body[key] is value for key, value in item.items() if value is not None)
    assert len([found for found in read(body) if found.body is ROLE]) == items.count(ROLE)


@pytest.mark.parametrize(
    ("version", "kind", "expected"),
    [
        ("v1", "Pod", ("", "v1")),
        ("apps/v1", "Deployment", ("apps", "v1")),
        ("extensions/v1beta1", "Deployment", ("apps", "v1beta1")),
        ("extensions/v1beta1", "Ingress", ("networking.k8s.io", "v1beta1")),
        ("extensions/v1beta1", "PodSecurityPolicy", ("policy", "v1beta1")),
        ("v1", "DeploymentConfig", ("apps.openshift.io", "v1")),
        ("app.azure.com/v1api20240301", "ContainerApp", ("app.azure.com", "v1api20240301")),
    ],
)
def test_group_and_version(version: str, kind: str, expected: tuple[str, str]) -> None:
    """The group is the one the kind is known by today; the version is as written."""
    (found,) = read({"apiVersion": version, "kind": kind, "metadata": {"name": "a"}})
    assert (found.id.group, found.version) == expected


@pytest.mark.parametrize(
    "body",
    [
        {"apiVersion": "v2", "name": "chart", "version": "1.0.0"},
        {"image": {"tag": "1"}, "kind": "Deployment"},
        {"apiVersion": "release-notes/v2", "kind": "feature", "area": "x"},
        {"apiVersion": "v1", "kind": "pod"},
        {"apiVersion": "v1", "kind": ["Pod"]},
        {"apiVersion": 1, "kind": "Pod"},
        {"apiVersion": "v1", "kind": "{{ .Values.kind }}"},
        {"apiVersion": "/v1", "kind": "Pod"},
        {"apiVersion": "apps/v1\n", "kind": "Deployment"},
        [{"op": "replace", "path": "/spec/replicas", "value": 1}],
        [DEPLOYMENT], None, "text", 1, {}, [],
    ],
)  # fmt: skip
def test_what_is_no_resource(body: Any) -> None:
    """Charts, values, patches in JSON, release notes and nonsense give no resource."""
    assert read(body) == ()


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ({"name": "web"}, "web"), ({"generateName": "web-"}, "web-*"), ({"name": 7}, "7"),
        ({"name": "web", "generateName": "x-"}, "web"), ({"name": None}, ""), ({"name": {}}, ""),
        ({"name": 10**5000}, ""), (None, ""), ("web", ""), ({}, ""),
    ],
)  # fmt: skip
def test_names(metadata: Any, name: str) -> None:
    """A name is text: written, generated, or empty for what the cluster refuses."""
    assert ident({"apiVersion": "v1", "kind": "Pod", "metadata": metadata}).name == name


def test_scope_is_the_folder() -> None:
    """The scope is the folder of the file, empty at the root."""
    assert ident(DEPLOYMENT, "clusters/prod/a.yaml") == ResourceId(
        "clusters/prod", "apps", "Deployment", "shop", "web"
    )
    assert ident(DEPLOYMENT, "a.yaml").scope == ""


def test_typed_lists_pass_on_their_kind() -> None:
    """Items of a typed list inherit version and kind, unless they say their own; positions stay."""
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ConfigMapList",
        "items": [{"metadata": {"name": "a"}}, {**ROLE}, {"kind": "Secret"}],
    }
    found = read(body)
    assert [(each.id.kind, each.version) for each in found] == [("ConfigMap", "v1"), ("Role", "v1"), ("Secret", "v1")]  # fmt: skip
    assert [each.prefix for each in found] == [("items", index) for index in range(3)]
    assert found[0].body["kind"] == "ConfigMap"
    assert "kind" not in body["items"][0]


def test_positions_go_through_the_list() -> None:
    """A place of an item is asked for with the way to the item."""
    asked: list[Path] = []

    class Asked:
        def locate(self, path: Path) -> Location:
            asked.append(path)
            return Location("a", 1)

        locate_value = locate

    (inner,) = resources_of(
        {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "List", "items": [ROLE]}]},
        Asked(), "a.yaml",
    )  # fmt: skip
    inner.locate(("rules",))
    assert asked == [("items", 0, "items", 0, "rules")]


def test_a_bomb_of_lists_ends() -> None:
    """Lists inside lists are opened to a bound."""
    body: dict[str, Any] = ROLE
    for _ in range(150):
        body = {"apiVersion": "v1", "kind": "List", "items": [body]}
    assert read(body) == ()


def test_a_body_beside_items_is_no_resource() -> None:
    """Kubectl takes everything with `items` for a list, and applies nothing but them."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    assert [each.id.kind for each in read({**pod, "items": [DEPLOYMENT]})] == ["Deployment"]
    assert read({**pod, "items": []}) == ()
    assert [each.id.kind for each in read({**pod, "items": None})] == ["Pod"]
    assert list(disguised_lists({**pod, "items": [{"items": []}]}, "a.yaml")) == [
        ("items",), ("items", 0, "items"),
    ]  # fmt: skip


def test_a_kind_that_ends_in_list_is_no_list_without_items() -> None:
    """A custom kind such as AllowList is a resource of its own."""
    assert ident({"apiVersion": "example.com/v1", "kind": "AllowList"}).kind == "AllowList"


@pytest.mark.parametrize("file", ["kustomization.yaml", "a/kustomization.yml", "a/Kustomization"])
def test_kustomizations_need_no_kind(file: str) -> None:
    """Kustomize knows its file by name and adds version and kind; only there."""
    found = ident({"resources": ["a.yaml"]}, file)
    assert (found.group, found.kind) == ("kustomize.config.k8s.io", "Kustomization")
    assert read({"resources": ["a.yaml"]}, "a/values.yaml") == ()
    written = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
    assert ident(written, file).kind == "Component"


def test_sops_files_are_resources() -> None:
    """An encrypted Secret is a resource like any other."""
    body = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "ENC[]"}, "sops": {"mac": "x"}}
    assert ident(body).kind == "Secret"


CONTAINERS: Path = ("spec", "template", "spec", "containers")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("spec", "selector"), None),
        (("spec", "template"), None),
        (("spec",), {"replicas": 2}),
        (CONTAINERS, None),
        (CONTAINERS, []),
        (CONTAINERS, [{"name": "web", "env": []}]),
        (CONTAINERS, [{"name": "web", "$patch": "delete"}]),
        (CONTAINERS, [{"name": "web", "image": IMAGE}, {"name": "b", "image": ""}]),
        ((*CONTAINERS, 0, "resources"), {"$patch": "replace"}),
        (("spec", "strategy"), {"$retainKeys": ["type"]}),
        (("spec", "template", "spec", "$setElementOrder/containers"), [{"name": "web"}]),
    ],
)
def test_patches(path: Path, value: Any) -> None:
    """What the cluster would refuse as a whole Deployment is a patch."""
    assert not read(DEPLOYMENT)[0].partial
    (found,) = read(put(DEPLOYMENT, path[:-1], {**look_up(DEPLOYMENT, path[:-1])[0], path[-1]: value}))  # fmt: skip
    assert found.partial
    assert not found.delete_patch


@pytest.mark.parametrize(
    "body",
    [
        {"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"suspend": True}},
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "spec": {"minReplicas": 1}},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "subjects": []},
        {"apiVersion": "serving.knative.dev/v1", "kind": "Service",
         "spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}},
    ],
)  # fmt: skip
def test_patches_of_other_kinds(body: dict[str, Any]) -> None:
    """A document without what its kind must have is a patch."""
    assert read(body)[0].partial


@pytest.mark.parametrize(
    "body",
    [
        ROLE,
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "$patch"}},
        {"apiVersion": "extensions/v1beta1", "kind": "Deployment",
         "spec": {"template": DEPLOYMENT["spec"]["template"]}},
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "spec": {"workloadRef": {"name": "a"}}},
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}},
        {"apiVersion": "apps.openshift.io/v1", "kind": "DeploymentConfig",
         "spec": {"triggers": [{"type": "ImageChange"}], "template": {"spec": {"containers": [{"name": "a"}]}}}},
    ],
)  # fmt: skip
def test_whole_resources(body: dict[str, Any]) -> None:
    """What the cluster would take is no patch."""
    assert not read(body)[0].partial


def test_a_deleting_patch_is_told() -> None:
    """`$patch: delete` at the root removes the resource, anywhere else it does not."""
    (found,) = read({**ROLE, "$patch": "delete"})
    assert found.partial
    assert found.delete_patch
    (found,) = resources_of({**ROLE, "x": {"$patch": "delete"}}, POSITIONS, "a.yaml")
    assert found.partial
    assert not found.delete_patch
