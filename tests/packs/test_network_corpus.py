"""Pairs of states whose connections another tool has compared: more is let through where it says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from policygate.policy.loader import load_shipped
from tests.memory import compare_trees

PAIRS = (
    Path(__file__).resolve().parents[3] / "shared" / "corpus" / "netpol" / "connectivity-diff.jsonl"
)
POLICIES = tuple(each for each in load_shipped() if each.id == "loosened-network-policy")
_BOTH_ENDS = (
    "that tool asks for connections that both ends allow, we for what each direction allows"
)
DIFFERENT: Final = {
    "acs-security-demos-added-workloads<-acs-security-demos/rev": _BOTH_ENDS,
    "semanticDiff-same-topologies-new3<-semanticDiff-same-topologies-old3/rev": "no pod has the labels that are let in: one may come",
}
"""Pairs that we judge otherwise, and why."""
_ADMINS = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy")

pytestmark = pytest.mark.skipif(
    not PAIRS.is_file(), reason="../shared/corpus is not here: no connections of another tool"
)


def _rows() -> list[dict[str, Any]]:
    """The pairs without the policies of administrators, which are not ordered yet."""
    if not PAIRS.is_file():
        return []
    with PAIRS.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row for row in rows if not any(each in row.get("features", ()) for each in _ADMINS)]


def _tree(texts: list[str]) -> dict[str, str | bytes]:
    return {f"app/{number}.yaml": text for number, text in enumerate(texts)}


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["case_id"])
def test_more_is_let_through_where_the_other_tool_says_so(row: dict[str, Any]) -> None:
    """A pair that loosens is found, one that does not is not, but for those of the list."""
    report = compare_trees(_tree(row["old"]), _tree(row["manifests"]), policies=POLICIES)
    found = any(finding.blocks for finding in report.findings)
    assert not report.faults
    assert found == (row["verdict"] in {"loosen", "mixed"} or row["case_id"] in DIFFERENT)


def test_enough_pairs_are_compared() -> None:
    """No pair of the list is forgotten."""
    ids = {row["case_id"] for row in _rows()}
    assert len(ids) >= 25
    assert ids >= DIFFERENT.keys()
