"""Every shipped policy: its examples, its page and its place."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.authoring.examples import judge_example, states_of
from policygate.authoring.trial import try_policy
from policygate.kube.openapi import fields_of
from policygate.policy.loader import load_shipped, shipped_root
from policygate.policy.types import Example, Policy
from policygate.policy.yaml_format import read_policy
from tests.memory import compare_trees

POLICIES = load_shipped()
EXAMPLES = [(policy, example) for policy in POLICIES for example in policy.examples]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.id)
def test_examples(policy: Policy) -> None:
    """A policy does what its examples say, where they say it, and nothing is left to be advised."""
    trial = try_policy(policy)
    assert not trial.failures, [case for case in trial.cases if case.wrong]
    assert not trial.advice


@pytest.mark.parametrize(
    ("policy", "example"), EXAMPLES, ids=lambda v: getattr(v, "id", None) or v.name
)
def test_expectation_decides(policy: Policy, example: Example) -> None:
    """An example that expects a failure has findings, and one that expects a pass has none."""
    judged = judge_example(policy, example)
    assert not judged.faults
    assert bool(judged.findings) == (example.expect == "fail")


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.id)
def test_page_is_complete(policy: Policy) -> None:
    """A manual page says why, how to mend it, and cites something; the id reads after "allow"."""
    assert policy.title and policy.why and policy.fix and policy.references
    assert policy.title[0].isupper() and not policy.title.endswith(".")
    assert policy.pack == Path(policy.file).parent.name


@pytest.mark.parametrize("file", sorted(shipped_root().glob("*/*.yaml")), ids=lambda f: f.stem)
def test_shipped_yaml_is_held_against_the_format(file: Path) -> None:
    """What is loaded without a check at run time has passed the whole check here."""
    assert read_policy(file.read_bytes(), file.name).id == file.stem


MANIFESTS = [
    document.value
    for policy in POLICIES
    if policy.scope != "file"
    for example in policy.examples
    for state in states_of(example)
    if state is not None
    for document in state.documents
    if document.readable
]
WILD: tuple[Any, ...] = (
    [],
    {},
    "x",
    "",
    0,
    1,
    True,
    None,
    [1],
    ["x"],
    [{}],
    [None],
    {"a": 1},
    -1,
    1.5,
    "1Gi",
)
ALL = [dataclasses.replace(policy, enabled=True) for policy in POLICIES]


def _wild(value: Any, random: Random) -> Any:
    """A copy in which some values are of another type."""
    if random.random() < 0.06:
        return random.choice(WILD)
    if isinstance(value, dict):
        kept = ("apiVersion", "kind")
        return {k: v if k in kept else _wild(v, random) for k, v in value.items()}
    return [_wild(item, random) for item in value] if isinstance(value, list) else value


@given(st.sampled_from(MANIFESTS), st.randoms(use_true_random=False))
def test_no_manifest_makes_a_policy_fail(manifest: Any, random: Random) -> None:
    """Whatever stands where a policy looks, it judges: what the cluster refuses is no fault of ours.

    What a custom kind looks like only its CRD tells: there a policy may say that it cannot judge.
    """
    base, head = (json.dumps(_wild(manifest, random)) for _ in range(2))
    report = compare_trees({"a.yaml": base}, {"a.yaml": head}, policies=ALL)
    faults = [fault.message for fault in report.faults if fault.policy]
    group = str(manifest.get("apiVersion")).rpartition("/")[0] or "core"
    if not fields_of(f"{group}/{manifest.get('kind')}"):
        faults = [each for each in faults if not re.search("could not judge .* expected ", each)]
    assert not faults


def test_range_is_shown() -> None:
    """The first policies exist, and both ways of writing one are in use."""
    wanted = {
        "privileged-container", "allow-privilege-escalation-explicit", "run-as-user-root", "host-network",
        "capability-dangerous-added", "memory-limit-missing", "cpu-request-missing", "image-tag-mutable",
        "rbac-wildcard-rule", "service-external-ips", "secret-in-env-literal", "loosened-limits",
        "loosened-root-user", "loosened-network-policy",
    }  # fmt: skip
    assert wanted <= {policy.id for policy in POLICIES}
    assert {Path(policy.file).suffix for policy in POLICIES} == {".py", ".yaml"}
