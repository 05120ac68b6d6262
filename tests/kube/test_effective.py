"""What a field means for a container, whoever sets it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube import effective as module
from policygate.kube.effective import UNSET_DEFAULTS, effective
from policygate.kube.workloads import Container, containers, pod_specs
from policygate.place import look_up
from tests.kube.bodies import DEPLOYMENT, anything, broken_deployments, pod, read

FIELDS = sorted(module._BOTH | module._CONTAINER | module._POD | module._SPEC | {"imagePullPolicy"})
UNSET: Any = object()


def container(own: Any = UNSET, inherited: Any = UNSET, **spec: Any) -> Container:
    """A container of a pod, with these security contexts."""
    body = {"name": "web", "image": "web:1", **({} if own is UNSET else {"securityContext": own})}
    more = {} if inherited is UNSET else {"securityContext": inherited}
    return containers(pod_specs(pod(body, **more, **spec))[0])[0]


@given(broken_deployments, st.sampled_from(FIELDS))
def test_no_body_raises(body: Any, field: str) -> None:
    """Any body has an answer; what is set stands at the view's path, what is unset does not."""
    for resource in read(body):
        for each in (c for spec in pod_specs(resource) for c in containers(spec)):
            found = effective(each, field)
            value, _ = look_up(resource.body, found.view.path)
            assert found.view.raw is value
            assert (found.origin == "unset") == (value is None)
            if found.origin == "unset" and field != "imagePullPolicy":
                assert found.value == UNSET_DEFAULTS[field]


@given(anything, anything, st.sampled_from(sorted(module._BOTH - {"windowsOptions"})))
def test_the_container_wins(own: Any, inherited: Any, field: str) -> None:
    """A field of both contexts is the container's, else the pod's, else unset; null is not set."""
    found = effective(container({field: own}, {field: inherited}), field)
    expected = own if own is not None else inherited
    origin = "container" if own is not None else "pod" if inherited is not None else "unset"
    assert found.origin == origin
    assert found.value is expected or origin == "unset"


@pytest.mark.parametrize("field", sorted(module._CONTAINER))
def test_container_fields_are_not_inherited(field: str) -> None:
    """A field that only containers have has no effect on the pod."""
    assert effective(container({}, {field: "x"}), field).origin == "unset"
    assert effective(container({field: "x"}, {}), field).origin == "container"


@pytest.mark.parametrize("field", sorted(module._POD | module._SPEC))
def test_pod_fields_are_not_overridden(field: str) -> None:
    """A field that only pods have has no effect on a container."""
    spec = {field: "x"} if field in module._SPEC else {}
    inherited = {field: "x"} if field in module._POD else {}
    found = effective(container({field: "y"}, inherited, **spec), field)
    assert (found.value, found.origin) == ("x", "pod")


def test_an_unset_field_points_at_the_container() -> None:
    """The place of an unset field is where the container would set it."""
    found = effective(container(), "runAsNonRoot")
    assert found.view.path == ("spec", "containers", 0, "securityContext", "runAsNonRoot")
    assert found.value is False


def test_windows_options_are_merged() -> None:
    """The container's windowsOptions replace those of the pod field by field."""
    found = effective(
        container(
            {"windowsOptions": {"runAsUserName": "b", "hostProcess": None}},
            {"windowsOptions": {"runAsUserName": "a", "hostProcess": True}},
        ),
        "windowsOptions",
    )
    assert found.value == {"runAsUserName": "b", "hostProcess": True}


def test_selinux_options_are_replaced_whole() -> None:
    """The container's seLinuxOptions replace those of the pod, nothing of them is left."""
    contexts = {"seLinuxOptions": {"type": "a"}}, {"seLinuxOptions": {"level": "b"}}
    assert effective(container(*contexts), "seLinuxOptions").value == {"type": "a"}


@pytest.mark.parametrize(
    ("annotation", "profile"),
    [
        ("unconfined", {"type": "Unconfined"}),
        ("runtime/default", {"type": "RuntimeDefault"}),
        ("localhost/x/y", {"type": "Localhost", "localhostProfile": "x/y"}),
        ("nonsense", None),
        (None, None),
    ],
)
def test_apparmor_annotations_count(annotation: Any, profile: Any) -> None:
    """The annotation of before 1.30 is the container's profile where the field is unset."""
    name = "container.apparmor.security.beta.kubernetes.io/web"
    resource = pod({"name": "web"}, securityContext={"appArmorProfile": {"type": "Pod"}})
    resource.body["metadata"] = {"annotations": {name: annotation}}
    (each,) = containers(pod_specs(resource)[0])
    found = effective(each, "appArmorProfile")
    assert found.value == profile or (profile is None and found.origin == "pod")
    resource.body["spec"]["containers"][0]["securityContext"] = {"appArmorProfile": {"type": "Own"}}
    assert effective(each, "appArmorProfile").value == {"type": "Own"}


def test_annotations_of_a_template_stand_in_the_template() -> None:
    """A Deployment's annotations are read from its pod template."""
    each = containers(pod_specs(read(DEPLOYMENT)[0])[0])[0]
    assert effective(each, "appArmorProfile").value == {"type": "Unconfined"}


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("web", "Always"), ("web:latest", "Always"), ("web:1", "IfNotPresent"),
        ("web@sha256:" + "a" * 64, "IfNotPresent"), ("r:5000/web", "Always"), ("${X}", None),
    ],
)  # fmt: skip
def test_pull_policy_follows_the_tag(image: str, policy: str | None) -> None:
    """ImagePullPolicy is Always for the tag latest, IfNotPresent for others, unless it is set."""
    (each,) = containers(pod_specs(pod({"name": "a", "image": image}))[0])
    assert effective(each, "imagePullPolicy").value == policy
    (each,) = containers(pod_specs(pod({"image": image, "imagePullPolicy": "Never"}))[0])
    assert effective(each, "imagePullPolicy").value == "Never"


def test_the_old_name_of_the_service_account_counts() -> None:
    """`serviceAccount` is read where `serviceAccountName` is unset or empty."""
    assert effective(container(serviceAccount="a"), "serviceAccountName").value == "a"
    both = container(serviceAccount="a", serviceAccountName="b")
    assert effective(both, "serviceAccountName").value == "b"
    assert effective(container(), "serviceAccountName").value == "default"


def test_an_unknown_field_is_a_mistake_of_the_caller() -> None:
    """A field that does not exist is refused by name, not taken for unset."""
    with pytest.raises(ValueError, match="runAsRoot"):
        effective(container(), "runAsRoot")
