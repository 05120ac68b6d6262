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


ALL_THE_SAME = {
    (
        "5e55464ec",
        "readiness-probe-missing",
    ),  # the Service begins to send traffic to pods without one
    (
        "652c6d538",
        "probe-port-not-exposed",
    ),  # the probes that it adds ask at a port that nothing names
    (
        "929546457",
        "loosened-flux-prune",
    ),  # neither with nor without pruning is stricter: always said
}
"""What is said of changes that a person read as tighter, with the reason."""


def test_what_a_person_read_as_tighter_or_neutral_is_not_called_looser() -> None:
    """No false alarm but those that were looked at."""
    wrong = {
        (row["commit"][:9], finding.policy)
        for row in _rows("labelled")
        if row["verdict"] != "loosen"
        for finding in _replay(row).findings
        if finding.status == "loosened"
    }
    assert wrong == ALL_THE_SAME


def test_every_labelled_loosening_is_found_where_it_is() -> None:
    """What a person read as looser has a finding that is new, in the file where it stands."""
    missed = []
    for row in _rows("labelled"):
        if row["verdict"] == "loosen":
            found = {f.location.file for f in _replay(row).findings if f.status != "existing"}
            if row["path"] not in found:
                missed.append((row["commit"], row["kind"], row["what"], sorted(found)))
    assert not missed
