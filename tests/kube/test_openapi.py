"""What the Kubernetes API says of its fields."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.kube.openapi import (
    ANYTHING,
    container_fields,
    fields_of,
    kind_names,
    pod_spec,
    well_typed,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["containers", "name", "securityContext", "capabilities", "add", "ports", "volumes",
                 "resources", "limits", "env", "sysctls", "privileged", "unknown"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)  # fmt: skip


def test_kinds_are_found_by_name_and_group() -> None:
    """`Kind` in every group, `group/Kind` in one, `core/Kind` in the one without a name."""
    assert len(fields_of("Deployment")) == 1
    assert fields_of("apps/Deployment") == fields_of("Deployment")
    assert fields_of("core/Service")[0].child("spec") is not None
    assert not fields_of("core/Deployment")
    assert not fields_of("argoproj.io/Application")
    assert {"Pod", "NetworkPolicy", "CustomResourceDefinition"} <= kind_names()


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"name": "a", "securityContext": []}, {"name": "a"}),
        ({"ports": [5, {"containerPort": "80"}]}, {"ports": [{}, {}]}),
        ({"resources": {"limits": {"memory": 512, "cpu": "1"}}}, None),
        ({"args": ["a", 1]}, {"args": ["a", ""]}),
        ({"securityContext": {"privileged": "true", "runAsUser": 0}}, {"securityContext": {"runAsUser": 0}}),
        ({"anything": {"else": [1]}, "image": None}, None),
        ({"ports": [None, {"containerPort": 80}]}, {"ports": [{}, {"containerPort": 80}]}),
        ({"resources": {"limits": {"memory": {}}}}, {"resources": {"limits": {}}}),
        ([], {}),
    ],
)  # fmt: skip
def test_what_is_of_a_wrong_type_is_left_out(value: Any, left: Any) -> None:
    """As the API server would refuse it; what it does not know is its own business."""
    assert well_typed(value, container_fields()[0]) == (value if left is None else left)


@given(JSON)
def test_what_is_left_is_of_the_right_types(value: Any) -> None:
    """Nothing is left to leave out, and a good value is handed on as it is."""
    left = well_typed(value, pod_spec())
    assert well_typed(left, pod_spec()) is left
    assert well_typed(value, ANYTHING) is value
