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
