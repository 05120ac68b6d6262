"""The change weakens the gate.

Settings, policies and limits come from the base, so this change cannot free itself. After the merge they are
what every later change is judged by, and nobody reads a green check for what it has stopped to look at.

Fix:
Let those who own the gate review it (one line in CODEOWNERS for `.policygate/`), in a pull request of its own
that says why. For one resource and for some time, a waiver is the better way.

References:
https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.model import Location
from policygate.policy import Example, Pair, Problem, policy
from policygate.weakening import weakenings

FILE = ".policygate/config.yaml"
OWN = """apiVersion: policygate.dev/v1
kind: Policy
metadata: {name: team-missing}
spec:
  title: No team
  level: error
  match: {kinds: [Deployment]}
  validations: [{expression: has(object.metadata.labels)}, {expression: "'team' in object.metadata.labels"}]
  why: Nobody is asked.
  fix: Say whose it is.
  examples:
    - {name: a, expect: pass, object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: a, labels: {team: a}}}}
    - {name: b, expect: fail, object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}}
"""
HOOK = "repos: [{repo: https://example.com/policygate, rev: v1, hooks: [{id: policygate}]}]\n"
POLICY = ".policygate/policies/team-missing.yaml"
EXAMPLES = (
    Example("no settings", "pass", base_text="{}", text="{}", at=FILE),
    Example("stricter", "pass", base_text="{}", text="gate: {existing: fail}\npolicies: {image-tag-mutable: {level: error}}\n", at=FILE),
    Example("switched off", "fail", base_text="{}", text="policies:\n  host-network: {enabled: false}  # expect: gate-weakened\n", at=FILE,
            message="the policy host-network is switched off"),
    Example("a pack switched off", "fail", base_text="{}", text="packs: {pod-security: {enabled: false}}\n", at=FILE, message="host-network is switched off"),
    Example("a lower level", "fail", base_text="{}", text="policies: {host-network: {level: note}}\n", at=FILE, message="the level of host-network: error → note"),
    Example("a parameter", "fail", base_text="{}", text="policies: {loosened-limits: {params: {quiet: 100}}}\n", at=FILE, message="parameters of loosened-limits change: `quiet`"),
    Example("an override", "fail", base_text="{}", text="overrides: [{match: {paths: ['dev/**']}, policies: {host-network: {enabled: false}}}]\n", at=FILE,
            message="an override for dev/** switches off or lowers host-network"),
    Example("files left out", "fail", base_text="{}", text="files: {exclude: ['prod/**']}\n", at=FILE, message="`files.exclude` gains prod/**"),
    Example("longer waivers", "fail", base_text="{}", text="waivers: {max_days: {error: 60}}\n", at=FILE, message="`waivers.max_days.error` 14 → 60"),
    Example("the settings are gone", "fail", base_text="gate: {existing: fail}\n", at=FILE, message="`gate.existing` fail → warn"),
    Example("a policy is gone", "fail", base_text=OWN, at=POLICY, message="the policy team-missing is removed"),
    Example("a narrower match", "fail", base_text=OWN, text=OWN.replace("kinds: [Deployment]", "kinds: [Deployment], namespaces: [prod]"), at=POLICY,
            message="team-missing matches less: namespaces any → prod"),
    Example("a validation less", "fail", base_text=OWN, text=OWN.replace("{expression: has(object.metadata.labels)}, ", ""), at=POLICY,
            message="team-missing loses a validation"),
    Example("old debt grows", "fail", base_text='{"adopted": ["a"]}', text='{"adopted": ["a", "b"]}', at=".policygate/adopted.json", message="more is adopted as old debt: 1"),
    Example("old debt shrinks", "pass", base_text='{"adopted": ["a", "b"]}', text='{"adopted": ["a"]}', at=".policygate/adopted.json"),
    Example("a hook is edited", "fail", base_text=HOOK, text=HOOK.replace("v1", "v0"), at=".pre-commit-config.yaml", message=".pre-commit-config.yaml runs the gate"),
    Example("a hook is gone", "fail", base_text=HOOK, at=".pre-commit-config.yaml", message=".pre-commit-config.yaml runs the gate no longer"),
    Example("another hook", "pass", base_text=HOOK, text=HOOK, at=".pre-commit-config.yaml"),
    Example("another title", "pass", base_text=OWN, text=OWN.replace("No team", "No team is named"), at=POLICY),
)  # fmt: skip


@policy(level="warning", scope="gate", waivable=False, examples=EXAMPLES)
def gate_weakened(pair: Pair, _params: Any) -> Iterator[Problem]:
    """Yield what the change takes away from the gate."""
    for each in weakenings(pair.base, pair.head):
        yield Problem((), each.message, location=each.location)
    for file, still in pair.head.edited:
        if still:
            said = f"{file} runs the gate, and this change edits it"
            yield Problem((), said, location=Location(file, 1), level="note")
        else:
            yield Problem((), f"{file} runs the gate no longer", location=Location(file, 0))
