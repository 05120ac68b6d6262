"""What a finding offers as an edit mends it, and the checks that are safe to mend offer one."""

from __future__ import annotations

import copy
import csv
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from policygate.authoring.examples import judge_states, states_of
from policygate.kube.resources import resources_of
from policygate.model import Edit, Finding, Resource
from policygate.policy.loader import load_shipped
from policygate.policy.params import with_params
from policygate.policy.types import Example, Policy
from policygate.yamldoc import Parsed

CATALOGUE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "checks.tsv"
SHIPPED = {policy.id: policy for policy in load_shipped()}
WITHOUT: Final = {
    "network-policy-default-deny-missing": "what mends it is a new file",
    "yaml-keys-sorted": "an edit is at a path, and order has none",
    "cpu-limit-fractional": "which whole number is meant is known to its team alone",
}
"""Checks that the catalogue calls safe to mend, and why no edit at a path mends them."""


def _resources(state: Parsed | None) -> tuple[Resource, ...]:
    return tuple(
        resource
        for document in (state.documents if state else ())
        if document.readable
        for resource in resources_of(document.value, document, state.file if state else "")
    )


def _edited(body: Any, edit: Edit) -> Any:
    """A body after an edit; what stands above its place is made where it is missing."""
    body = copy.deepcopy(body)
    parent = body
    for part, following in zip(edit.path, edit.path[1:], strict=False):
        if isinstance(parent, dict) and parent.get(part) is None:
            parent[part] = [] if isinstance(following, int) else {}
        parent = parent[part]
    last = edit.path[-1]
    if edit.action == "set":
        parent[last] = edit.value
    elif edit.action == "rename":
        parent[edit.value] = parent.pop(last)
    else:
        del parent[last]
    return body


def _offers(policy: Policy) -> Iterator[tuple[Example, Finding, tuple[Finding, ...]]]:
    """Every finding of an example that offers an edit, with what is found after it."""
    for example in policy.examples:
        judging = with_params(policy, example.params)
        before, after = map(_resources, states_of(example))
        for finding in judge_states(judging, before, after).findings:
            if finding.edit is None:
                continue
            mended = tuple(
                dataclasses.replace(each, body=_edited(each.body, finding.edit))
                if each.id == finding.resource
                else each
                for each in after
            )
            yield example, finding, judge_states(judging, before, mended).findings


@pytest.mark.parametrize("policy", SHIPPED.values(), ids=SHIPPED)
def test_an_edit_mends_what_was_found(policy: Policy) -> None:
    """After it the same policy finds one thing less, and nothing else."""
    for example, finding, left in _offers(policy):
        assert finding.path not in [each.path for each in left], (example.name, finding.edit)


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="../shared/reference is not here: no catalogue")
def test_what_is_safe_to_mend_offers_an_edit() -> None:
    """Every check that the catalogue calls safe to mend does, but for those with a reason."""
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        safe = {row["proposed-id"] for row in rows if row["autofix-safe"].startswith("y")}
    assert len(safe) == 27
    assert safe >= WITHOUT.keys()
    without = {name for name in safe & SHIPPED.keys() if not any(_offers(SHIPPED[name]))}
    assert without == WITHOUT.keys() & SHIPPED.keys()
