"""Marks by which other tools are told to be silent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policygate.kube.suppressions import marks
from tests.kube.bodies import anything, resource


@pytest.mark.parametrize(
    ("key", "value", "marked"),
    [
        ("ignore-check.kube-linter.io/run-as-non-root", "why", [("kube-linter", "run-as-non-root", "why")]),
        ("kube-linter.io/ignore-all", "", [("kube-linter", "", "")]),
        ("kube-score/ignore", "a, b", [("kube-score", "a", ""), ("kube-score", "b", "")]),
        ("polaris.fairwinds.com/hostIPC-exempt", "true", [("polaris", "hostIPC", "")]),
        ("polaris.fairwinds.com/exempt", True, [("polaris", "", "")]),
        ("polaris.fairwinds.com/exempt", "false", []),
        ("checkov.io/skip1", "CKV_K8S_1=see https://a/?b=c", [("checkov", "CKV_K8S_1", "see https://a/?b=c")]),
        ("bridgecrew.io/skip2", "CKV_K8S_1", [("checkov", "CKV_K8S_1", "")]),
        ("kubescape.io/skip-controls", "C-0001", [("kubescape", "C-0001", "")]),
        ("datree.skip/RULE", "why", [("datree", "RULE", "why")]),
        ("runterrascan.io/skip", "[]", [("terrascan", "", "")]),
        ("container.kubeaudit.io/web.allow-privileged", "why", [("kubeaudit", "web.allow-privileged", "why")]),
        ("example.com/skip", "x", []),
    ],
)  # fmt: skip
def test_marks(key: str, value: Any, marked: Any) -> None:
    """Every tool has a spelling of its own."""
    body = {"metadata": {"annotations": {key: value}}}
    assert [(mark.tool, mark.check, mark.reason) for mark in marks(resource(body))] == marked


def test_a_pod_template_has_marks_of_its_own() -> None:
    """Some tools read them there, in annotations or labels."""
    inner = {"labels": {"kubeaudit.io/allow-privileged": "x"}}
    body = {"spec": {"template": {"metadata": inner, "spec": {"containers": [{}]}}}}
    (mark,) = marks(resource(body, "apps", "Deployment"))
    assert mark.view.path[:3] == ("spec", "template", "metadata")


@given(anything)
def test_any_body_is_read(body: Any) -> None:
    """Nothing makes it raise."""
    list(marks(resource({"metadata": body})))
    list(marks(resource({"metadata": {"annotations": {"checkov.io/skip1": body}}})))
