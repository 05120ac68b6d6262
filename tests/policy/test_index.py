"""The index is a short cut: with it, without it or with a stale one, the policies are the same."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from policygate.policy import loader
from policygate.policy.index import NAME
from policygate.policy.types import Policy, completed

ROOT = loader.shipped_root()


READERS = {"check", "source", "written", "why", "references", "standards", "peers", "examples"}
"""What judging does not need, or what cannot be compared."""


def _plain(policy: Policy) -> dict[str, Any]:
    found = {f.name: getattr(policy, f.name) for f in dataclasses.fields(policy)}
    return {key: repr(value) for key, value in found.items() if key not in READERS}


def _stale(rows: list[dict[str, Any]]) -> object:
    rows[0]["size"] += 1
    rows[0]["level"] = "note"
    return rows[:-1]


@pytest.mark.parametrize(
    "index", [None, "", "[", "[]", _stale], ids=["none", "empty", "broken", "nothing", "stale"]
)
def test_the_index_changes_nothing(
    index: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing, broken or stale index costs time, and no policy is lost or wrong."""
    root = tmp_path / "policies"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("__pycache__"))
    if index is None:
        (root / NAME).unlink()
    elif callable(index):
        (root / NAME).write_text(json.dumps(index(json.loads((root / NAME).read_text()))))
    else:
        (root / NAME).write_text(index)
    monkeypatch.setattr(loader, "shipped_root", lambda: root)
    expected = [*map(_plain, loader.load_shipped())]
    assert [_plain(completed(each)) for each in loader.load_shipped(whole=False)] == expected


def test_an_outline_is_what_its_policy_says() -> None:
    """What the index tells of a policy is so, and completing keeps what settings chose."""
    whole = {policy.id: policy for policy in loader.load_shipped()}
    for outline in loader.load_shipped(whole=False):
        policy = whole[outline.id]
        told = (outline.title, outline.level, outline.scope, outline.enabled, outline.pack)
        assert told == (policy.title, policy.level, policy.scope, policy.enabled, policy.pack)
        assert outline.match.kinds == policy.match.kinds
        assert _plain(completed(outline)) == _plain(policy)
        assert outline.source is not None
        chosen = dataclasses.replace(outline, level="note", level_set=True)
        assert completed(chosen).level == "note"
