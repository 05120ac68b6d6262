"""A finer policy speaks for the coarser ones that it names, and lets nothing pass by it."""

from __future__ import annotations

import dataclasses

import pytest

from policygate.model import Level
from policygate.policy.loader import load_shipped
from tests.memory import SHIPPED, compare_trees

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: web, image: "web:1", securityContext: {capabilities: {add: [%s]}}}]}
"""
CAPABILITIES = {"capability-dangerous-added", "capabilities-baseline", "capabilities-drop-all"}


def _found(head: str, **levels: Level) -> dict[str, set[str]]:
    policies = [
        dataclasses.replace(p, level=levels.get(p.id.replace("-", "_"), p.level), level_set=True)
        for p in SHIPPED
        if p.id in CAPABILITIES
    ]
    report = compare_trees({}, {"a.yaml": POD % head}, policies=policies)
    found: dict[str, set[str]] = {}
    for finding in report.findings:
        found.setdefault(finding.policy, set()).add(finding.path.rpartition(".")[2])
    return found


def test_the_finest_policy_alone_speaks_of_a_place() -> None:
    """Three policies see the capability, the one that knows most about it says so."""
    found = _found("SYS_ADMIN")
    assert found["capability-dangerous-added"] == {"add[0]"}
    assert "capabilities-baseline" not in found
    assert "add[0]" not in found.get("capabilities-drop-all", set())


def test_other_places_stay() -> None:
    """What only the coarser policy sees, it says."""
    found = _found("SYS_ADMIN, SYS_TIME")
    assert found["capability-dangerous-added"] == {"add[0]"}
    assert found["capabilities-baseline"] == {"add[1]"}


@pytest.mark.parametrize("fine", ["warning", "note"])
def test_a_mild_policy_does_not_silence_a_strict_one(fine: Level) -> None:
    """Where the finer policy does not block, the coarser one that does is heard."""
    found = _found("SYS_ADMIN", capability_dangerous_added=fine)
    assert found["capabilities-baseline"] == {"add[0]"}


def test_policies_refine_policies_that_there_are() -> None:
    """The ids that a shipped policy refines are those of shipped policies, and never its own."""
    shipped = load_shipped()
    ids = {policy.id for policy in shipped}
    for policy in shipped:
        assert set(policy.refines) <= ids - {policy.id}


APP = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: app-%d}
spec: {project: shop, destination: {namespace: shop}, syncPolicy: {%s}}
"""


def _applications(number: int, sync: str) -> dict[str, str]:
    return {f"apps/app-{at}.yaml": APP % (at, sync) for at in range(number)}


@pytest.mark.parametrize(("number", "shown"), [(4, 4), (5, 1), (104, 1)])
def test_one_decision_is_one_finding(number: int, shown: int) -> None:
    """Many resources that change in the same way are one thing to read, and none of them is lost."""
    report = compare_trees(
        _applications(number, "automated: {selfHeal: true}"),
        _applications(number, "retry: {limit: 1}"),
        policies=SHIPPED,
    )
    found = [each for each in report.findings if each.policy == "loosened-argocd-sync"]
    assert len(found) == shown
    names = {each.resource.name for each in found if each.resource}
    names |= {each.resource.name for one in found for each in one.related if each.resource}
    assert names == {f"app-{at}" for at in range(number)}
    if shown == 1:
        assert f"and {number - 1} more, alike" in found[0].message


def test_decisions_of_two_kinds_stay_two() -> None:
    """What goes another way is told apart."""
    base = _applications(10, "automated: {selfHeal: true}")
    head = _applications(5, "retry: {limit: 1}") | {
        name: text
        for name, text in _applications(10, "automated: {}").items()
        if int(name[9:-5]) >= 5
    }
    report = compare_trees(base, head, policies=SHIPPED)
    found = [each for each in report.findings if each.policy == "loosened-argocd-sync"]
    assert len(found) == 2


def test_a_policy_of_a_state_speaks_for_the_order_that_found_the_same() -> None:
    """One place, one finding: it names the other, and knows how sure that is."""
    pod = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: "
        "{hostPID: %s, containers: [{name: web, image: 'web:1'}]}}}\n"
    )
    report = compare_trees({"a.yaml": pod % "false"}, {"a.yaml": pod % "true"}, policies=SHIPPED)
    (found,) = [each for each in report.findings if each.path.endswith("hostPID")]
    assert (found.policy, found.status, found.grade) == ("host-pid", "loosened", "proven")
    assert [each.policy for each in found.related] == ["loosened-host-namespaces"]
    alone = [each for each in SHIPPED if each.id != "host-pid"]
    report = compare_trees({"a.yaml": pod % "false"}, {"a.yaml": pod % "true"}, policies=alone)
    (found,) = [each for each in report.findings if each.path.endswith("hostPID")]
    assert found.policy == "loosened-host-namespaces"
