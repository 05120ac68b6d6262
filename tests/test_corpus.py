"""Real pull requests: no crash, no noise. They stand outside the project; see `corpus()`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policygate.model import Report
from policygate.reporters import render
from tests.memory import SHIPPED, compare_trees

REPLAYS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus" / "replays"
pytestmark = pytest.mark.skipif(
    not REPLAYS.is_dir(), reason="../shared/corpus is not here: real pull requests are not replayed"
)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    with (REPLAYS / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _replay(row: dict[str, Any]) -> Report:
    base = {f["old_path"] or f["path"]: f["old"] for f in row["files"] if f["old"] is not None}
    head = {f["path"]: f["new"] for f in row["files"] if f["new"] is not None}
    renames = {
        f["path"]: f["old_path"]
        for f in row["files"]
        if f["old_path"] and f["old_path"] != f["path"] and f["old"] is not None
    }
    return compare_trees(base, head, renames=renames, policies=SHIPPED)


def test_neutral_changes_find_nothing_new() -> None:
    """Real commits that change text and no meaning are neither introduced nor loosened."""
    noisy = {}
    for row in _rows("neutral"):
        new = [f for f in _replay(row).findings if f.status != "existing"]
        if new:
            noisy[row["commit"]] = [(f.policy, f.status, f.message) for f in new]
    assert not noisy


@pytest.mark.parametrize("name", ["labelled", "pull-requests"])
def test_real_changes_are_judged_without_faults(name: str) -> None:
    """Every real pull request is judged, and every format prints it."""
    for row in _rows(name):
        report = _replay(row)
        assert not report.faults, row["commit"]
        for form in ("text", "json", "github"):
            assert render(report, form)


def test_neutral_labels_stay_neutral() -> None:
    """Commits that a person read as neutral bring nothing new either, traps included."""
    for row in _rows("labelled"):
        if row["verdict"] == "neutral":
            new = [
                (f.policy, f.message)
                for f in _replay(row).findings
                if f.status == "loosened" and f.blocks
            ]
            assert not new, (row["commit"], row["what"], new)


LOOSENED = {
    "privileged": "privileged-container",
    "host-network": "host-network",
    "run-as-non-root": "loosened-root-user",
    "run-as-root": "run-as-user-root",
    "rbac-wildcard": "rbac-wildcard-rule",
    "limit-removed": "loosened-limits",
    "limit-raised": "loosened-limits",
    "image-mutable-tag": "image-tag-mutable",
}
"""Kinds of loosening that the first policies speak about; the other kinds wait for theirs."""


def test_labelled_loosenings_are_found() -> None:
    """What a person called loosened, of a kind the shipped policies speak about, is found."""
    missed = []
    for row in _rows("labelled"):
        policy = LOOSENED.get(row["kind"])
        if (
            row["verdict"] == "loosen"
            and policy
            and row["surface"] == "k8s"
            and row["strength"] == "strong"
        ):
            found = {f.policy for f in _replay(row).findings if f.status != "existing"}
            if policy not in found:
                missed.append((row["commit"], row["kind"], row["what"], sorted(found)))
    assert not missed
