"""Every shipped policy: its examples, its page and its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygate.authoring.examples import judge_example
from policygate.authoring.trial import try_policy
from policygate.policy.loader import load_shipped, shipped_root
from policygate.policy.types import Example, Policy
from policygate.policy.yaml_format import read_policy

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


def test_range_is_shown() -> None:
    """The first policies exist, and both ways of writing one are in use."""
    wanted = {
        "privileged-container", "allow-privilege-escalation-explicit", "run-as-user-root", "host-network",
        "capability-dangerous-added", "memory-limit-missing", "cpu-request-missing", "image-tag-mutable",
        "rbac-wildcard-rule", "service-external-ips", "secret-in-env-literal", "resource-limit-removed",
        "memory-limit-raised", "run-as-non-root-loosened", "network-policy-deleted",
    }  # fmt: skip
    assert wanted <= {policy.id for policy in POLICIES}
    assert {Path(policy.file).suffix for policy in POLICIES} == {".py", ".yaml"}
