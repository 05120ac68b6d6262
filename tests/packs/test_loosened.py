"""The policies that compare: laws for every one of them, on the examples of their own pages."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from policygate.authoring.examples import judge_states, states_of
from policygate.kube.resources import resources_of
from policygate.model import Finding, Resource
from policygate.policy.loader import load_shipped
from policygate.policy.types import Example, Policy
from tests.kube.bodies import POSITIONS

LOOSENED = [policy for policy in load_shipped() if policy.pack == "loosened"]
EXAMPLES = [
    pytest.param(policy, example, id=f"{policy.id}: {example.name}")
    for policy in LOOSENED
    for example in policy.examples
]
States = tuple[tuple[Resource, ...], tuple[Resource, ...]]


def _states(example: Example) -> States:
    found = []
    for state in states_of(example):
        documents = state.documents if state is not None else ()
        bodies = [document.value for document in documents if document.readable]
        found.append(
            tuple(each for body in bodies for each in resources_of(body, POSITIONS, example.at))
        )
    base, head = found
    return base, head


def _found(policy: Policy, base: Any, head: Any) -> set[tuple[str, str]]:
    judged = judge_states(policy, base, head)
    assert not judged.faults
    findings: tuple[Finding, ...] = judged.findings
    return {(finding.path, finding.message) for finding in findings}


def _with_params(policy: Policy, example: Example) -> Policy:
    from policygate.policy.params import with_params

    return with_params(policy, dict(example.params)) if example.params else policy


@pytest.mark.parametrize(("policy", "example"), EXAMPLES)
def test_what_is_the_same_is_no_looser(policy: Policy, example: Example) -> None:
    """No state is looser than itself, whatever is wrong with it."""
    for state in _states(example):
        assert not _found(policy, state, state)


def _reordered(resource: Resource) -> Resource:
    """The same resource with the keys of its mappings the other way round, and read anew."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    return dataclasses.replace(resource, body=json.loads(json.dumps(turned(resource.body))))


@pytest.mark.parametrize(("policy", "example"), EXAMPLES)
def test_the_order_of_keys_and_documents_decides_nothing(policy: Policy, example: Example) -> None:
    """The same documents in another order, with their keys in another order, are judged alike."""
    policy = _with_params(policy, example)
    base, head = _states(example)
    other = tuple(map(_reordered, reversed(head)))
    messages = {message for _, message in _found(policy, base, head)}
    assert {message for _, message in _found(policy, base, other)} == messages


@pytest.mark.parametrize(("policy", "example"), EXAMPLES)
def test_a_base_that_holds_nothing_loosens_nothing(policy: Policy, example: Example) -> None:
    """What is new is judged by what it is: only sets of policies and grants see the rest of the base."""
    if policy.id in {"loosened-network-policy", "loosened-patch-deletes"}:
        return
    _, head = _states(example)
    assert not _found(policy, (), head)


@pytest.mark.parametrize("policy", LOOSENED, ids=lambda policy: policy.id)
def test_a_dimension_is_a_policy_like_any_other(policy: Policy) -> None:
    """It has a page, a level, and an example that is looser and one that is not."""
    assert policy.id.startswith("loosened-")
    assert {example.expect for example in policy.examples} == {"pass", "fail"}
    assert policy.why and policy.fix and policy.references
