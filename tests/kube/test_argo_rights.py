"""Who may do what in Argo CD."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from policygate.kube.argo_rights import Membership, Right, covered, default_role, lines
from tests.kube.bodies import anything, resource

CSV = "# admins\np, role:dev, applications, *, shop/*, allow\ng, team, role:admin\nnonsense\n"


def test_lines_of_policy() -> None:
    """They stand in a ConfigMap, in the operator's object and in projects."""
    config = resource(
        {"data": {"policy.csv": CSV, "policy.more.csv": "g, a, b", "other": CSV}}, "", "ConfigMap"
    )
    found = [tuple(line)[:-1] for line in lines(config)]
    right = ("role:dev", "applications", "*", "shop/*", "allow")
    assert found == [right, ("team", "role:admin"), ("a", "b")]
    operator = resource(
        {"spec": {"rbac": {"policy": CSV, "defaultPolicy": "role:x"}}}, "argoproj.io", "ArgoCD"
    )
    assert [type(line) for line in lines(operator)] == [Right, Membership]
    assert default_role(operator).raw == "role:x"
    project = resource(
        {"spec": {"roles": [{"policies": ["g, a, b"]}]}}, "argoproj.io", "AppProject"
    )
    assert len(list(lines(project))) == 1
    assert default_role(resource({"data": {"policy.default": "a"}}, "", "ConfigMap")).raw == "a"


def test_what_a_pattern_covers() -> None:
    """A wider pattern covers a narrower one; what is taken out covers nothing."""
    assert covered("https://a/b", ["*"]) and covered("https://a/*", ["https://*"])
    assert covered("a[1]", ["a[1]"]) and covered("a[1]", ["a[*"])
    assert not covered("*", ["https://a/*"]) and not covered("a", ["!a"]) and not covered("a", [])


@given(anything)
def test_any_body_is_read(body: Any) -> None:
    """Nothing makes it raise."""
    for kind in ("ArgoCD", "AppProject", "ConfigMap"):
        each = resource({"spec": body, "data": body}, "argoproj.io", kind)
        list(lines(each))
        default_role(each)
