"""Selectors select what the API server's would."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.selectors import labels_of, matches
from policygate.view import View
from tests.strategies import junk

LABELS = {"app": "web", "tier": "front"}


def _expression(operator: str, *values: str, key: str = "app") -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        (None, None),
        ({}, True),
        ({"matchLabels": {}}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "back"}}, False),
        ({"matchLabels": {"app": 1}}, None),
        (_expression("In", "web", "api"), True),
        (_expression("In", "api"), False),
        (_expression("In", "a", key="other"), False),
        (_expression("NotIn", "api"), True),
        (_expression("NotIn", "a", key="other"), True),
        (_expression("Exists"), True),
        (_expression("DoesNotExist"), False),
        (_expression("DoesNotExist", key="other"), True),
        (_expression("Near"), None),
        ({"matchLabels": {"app": "web"}, **_expression("NotIn", "web")}, False),
    ],
)
def test_a_selector_selects(selector: Any, found: bool | None) -> None:  # noqa: FBT001 (a table)
    """All of its parts must hold; empty is everything, unset and unknown is no answer."""
    assert matches(View(selector), LABELS) is found


@given(junk, junk)
def test_nothing_breaks_it(selector: Any, labels: Any) -> None:
    """Whatever stands for a selector or for labels, there is an answer."""
    assert matches(View(selector), labels_of(View(labels))) in (None, True, False)
