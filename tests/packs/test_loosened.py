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
from tests.memory import compare_trees

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
    assert policy.class_ in {"security", "reliability", "recovery"}


BOTH_WAYS: dict[str, set[str]] = {
    "loosened-account": {"somebody else"},
    "loosened-admission-policy": {"another validation", "for others"},
    "loosened-admission-webhook": {"it sees less", "only below", "one is gone"},
    "loosened-apparmor": {"another profile"},
    "loosened-argocd-finalizer": {"it cascades now", "it leaves everything behind", "all that a set makes"},
    "loosened-argocd-prune": {"switched on", "switched off", "in the template of a set"},
    "loosened-capabilities": {"one more, for one less"},
    "loosened-disruption-budget": {
        "a share for a number", "the other way round", "other pods", "another version reads it otherwise",
    },
    "loosened-flux-prune": {"switched on", "switched off"},
    "loosened-gatekeeper-constraint": {"other parameters"},
    "loosened-gateway-listeners": {"one more"},
    "loosened-grants": {"another role, which is not here", "a Role for a ClusterRole of that name"},
    "loosened-host-namespaces": {"another one for one less"},
    "loosened-host-ports": {"another protocol"},
    "loosened-image-source": {"another registry"},
    "loosened-ingress-access": {"another class"},
    "loosened-kyverno-policy": {"for others", "asks for something else"},
    "loosened-mesh-authorization": {"for others"},
    "loosened-network-policy": {
        "one that denies elsewhere makes it open something", "more than it is worth to find out", "another port",
    },
    "loosened-policy-exception": {"for others"},
    "loosened-quota": {"other pods"},
    "loosened-reference-grant": {"to more"},
    "loosened-role": {"every verb", "an aggregated role takes in more"},
    "loosened-runtime-class": {"another one"},
    "loosened-seccomp": {"another profile"},
    "loosened-selinux": {"another type", "another user"},
    "loosened-service-account": {"another one", "none any more", "one of its own"},
    "loosened-service-endpoints": {"other pods"},
    "loosened-service-exposure": {"something else"},
    "loosened-sysctls": {"another value"},
}  # fmt: skip
"""Examples that cannot be compared: something is gained and something is lost, or nobody knows which."""


@pytest.mark.parametrize(
    ("policy", "example"),
    [
        pytest.param(policy, example, id=f"{policy.id}: {example.name}")
        for policy in LOOSENED
        for example in policy.examples
        if example.expect == "fail"
    ],
)
def test_what_is_looser_one_way_is_tighter_the_other(policy: Policy, example: Example) -> None:
    """The way back loosens nothing, but where the two states cannot be compared."""
    base, head = _states(example)
    if base and head:
        back = _found(_with_params(policy, example), head, base)
        assert bool(back) == (example.name in BOTH_WAYS.get(policy.id, ()))


def test_a_patch_may_take_back_nothing() -> None:
    """What a file that is a patch no longer sets may be set by what it patches."""
    build = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches: [{path: quota.yaml}]\n"
    quota = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: all, namespace: shop}\nspec: {hard: {%s}}\n"
    for kustomization, grade in (({}, "proven"), ({"kustomization.yaml": build}, "possible")):
        report = compare_trees(
            {**kustomization, "quota.yaml": quota % "pods: 5, services: 1"},
            {**kustomization, "quota.yaml": quota % "pods: 5"},
            policies=LOOSENED,
        )
        (finding,) = report.findings
        assert (finding.grade, finding.blocks) == (grade, grade == "proven")
