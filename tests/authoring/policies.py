"""Policies as an author would write them, for the tests of what authors are told."""

from __future__ import annotations

from textwrap import indent
from typing import Any

import yaml

from policygate.authoring.trial import Trial, try_policy
from policygate.policy.loader import load_own

GOOD = {
    "title": "Container is privileged",
    "level": "error",
    "match": {"kinds": ["workload"]},
    "scope": "container",
    "validations": [
        {
            "expression": "container.?securityContext.?privileged.orValue(false) == false",
            "message": "container {{ container.name }} is privileged",
        }
    ],
    "why": "It is root on the node.",
    "fix": "Leave it out.",
    "examples": [
        {"name": "an ordinary one", "expect": "pass", "container": {"name": "web"}},
        {
            "name": "privileged",
            "expect": "fail",
            "container": {"name": "web", "securityContext": {"privileged": True}},
        },
    ],
}


def document(name: str = "mine", **spec: Any) -> str:
    """A policy file; keys of the spec replace those of a good policy."""
    head = f"apiVersion: policygate.dev/v1\nkind: Policy\nmetadata: {{name: {name}}}\nspec:\n"
    return head + indent(yaml.safe_dump({**GOOD, **spec}, sort_keys=False), "  ")


def tried(**spec: Any) -> Trial:
    """The trial of a policy in YAML."""
    (policy,) = load_own([("mine.yaml", document(**spec).encode())])
    return try_policy(policy)


def advised(**spec: Any) -> list[str]:
    """The advice on a policy in YAML, with its hints."""
    return [f"{each.message} {each.hint}".rstrip() for each in tried(**spec).advice]


def validation(expression: str, message: str = "no", **more: Any) -> list[dict[str, Any]]:
    """Validations with one expression."""
    return [{"expression": expression, "message": message, **more}]
