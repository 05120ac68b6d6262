"""The laws of the engine, held against every shipped policy."""

from __future__ import annotations

import dataclasses
import json
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygate.findings import Gate
from policygate.model import LEVELS, UNSET, Finding, Report, Status
from policygate.policy.types import Match, Policy, Problem
from policygate.reporters import render
from tests.memory import SHIPPED, compare_trees
from tests.strategies import as_text, junk, manifests, trees

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: %s\n  containers:\n    - {name: web, image: 'web:1', resources: {limits: {memory: 1Gi}, requests: {cpu: 1}}}\n"


def _texts(tree: dict[str, list[Any]]) -> dict[str, str]:
    return {path: as_text(documents) for path, documents in tree.items()}


_LINE = re.compile(r"\bline \d+")


def _seen(report: Report) -> set[tuple[object, ...]]:
    """What is found, without the lines: those follow the order of what is written."""
    return {
        (f.policy, f.status, str(f.resource), f.path, _LINE.sub("", f.message), f.location.file)
        for f in report.findings
    }


@given(trees)
def test_nothing_changes_when_nothing_changed(tree: dict[str, list[Any]]) -> None:
    """Where base and head are equal, however they are written, no finding is introduced or loosened."""
    base = _texts(tree)
    head = {
        path: "# a comment {{ x }}\n" + text.replace("\n", "\n\n") for path, text in base.items()
    }
    report = compare_trees(base, head)
    assert not [f for f in report.findings if f.status != "existing"]
    assert not report.faults


@given(trees, trees)
def test_no_input_makes_the_engine_raise(
    base: dict[str, list[Any]], head: dict[str, list[Any]]
) -> None:
    """Any bodies are judged without a crash, and every format can print the report."""
    report = compare_trees(_texts(base), _texts(head), policies=SHIPPED)
    assert not report.faults
    for form in ("text", "json", "github"):
        assert render(report, form)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.binary(max_size=60))
def test_any_bytes_are_judged(head: bytes, base: bytes) -> None:
    """Any bytes as a manifest give findings or not-judged files, never an exception or a fault."""
    report = compare_trees({"a.yaml": base}, {"a.yaml": head})
    assert not report.faults
    assert report.outcome in ("pass", "block")


@given(trees, trees, st.randoms(use_true_random=False))
def test_order_is_irrelevant(
    base: dict[str, list[Any]], head: dict[str, list[Any]], rng: random.Random
) -> None:
    """The order of files and of keys never changes what is found."""

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            pairs = list(value.items())
            rng.shuffle(pairs)
            return {key: shuffled(member) for key, member in pairs}
        return [shuffled(member) for member in value] if isinstance(value, list) else value

    def mixed(tree: dict[str, list[Any]]) -> dict[str, str]:
        paths = list(tree)
        rng.shuffle(paths)
        return {path: as_text([shuffled(d) for d in tree[path]]) for path in paths}

    assert _seen(compare_trees(_texts(base), _texts(head), policies=SHIPPED)) == _seen(
        compare_trees(mixed(base), mixed(head), policies=SHIPPED)
    )


@given(trees, trees)
def test_two_runs_are_identical(base: dict[str, list[Any]], head: dict[str, list[Any]]) -> None:
    """The same input gives the same bytes in every format."""
    first, second = (compare_trees(_texts(base), _texts(head), policies=SHIPPED) for _ in range(2))
    for form in ("text", "json", "github"):
        assert render(first, form) == render(second, form)


@given(trees, trees)
def test_fingerprints_are_unique_and_survive_moved_lines(
    base: dict[str, list[Any]], head: dict[str, list[Any]]
) -> None:
    """A fingerprint names one finding of a run, and lines inserted above do not change it."""
    report = compare_trees(_texts(base), _texts(head), policies=SHIPPED)
    moved = compare_trees(
        _texts(base), {p: "# one\n# two\n" + t for p, t in _texts(head).items()}, policies=SHIPPED
    )
    prints = [f.fingerprint for f in report.findings if f.status != "existing"]
    assert len(set(prints)) == len(prints)
    assert sorted(prints) == sorted(f.fingerprint for f in moved.findings if f.status != "existing")


@given(trees, trees)
def test_the_text_at_a_place_is_its_key(
    base: dict[str, list[Any]], head: dict[str, list[Any]]
) -> None:
    """Where the value of a place is shown, the text at its position parses to the key of the place."""
    texts = _texts(head)
    for finding in compare_trees(_texts(base), texts, policies=SHIPPED).findings:
        at, key = finding.location, finding.path.rpartition(".")[2]
        if finding.now in (UNSET, None) or not key.isidentifier():
            continue
        line = texts[at.file].split("\n")[at.line - 1]
        assert json.loads(line[at.column - 1 : at.end_column - 1]) == key


@given(manifests, junk)
def test_a_crash_is_a_fault_and_never_quotes_the_manifest(
    manifest: dict[str, Any], value: Any
) -> None:
    """A policy that raises gives a fault with its name, exit code 2, and nothing of the exception's text."""

    def crash(_pair: Any, _params: Any) -> Any:
        raise ValueError("hunter2")

    broken = Policy("broken", "Broken", "error", crash)
    report = compare_trees({}, {"a.yaml": as_text([manifest])}, policies=[broken])
    if report.counts.resources:
        assert report.exit_code == 2
        assert [fault.policy for fault in report.faults] == ["broken"]
        assert all("hunter2" not in fault.message for fault in report.faults)


@pytest.mark.parametrize(
    ("base", "status", "code"),
    [(None, "introduced", 1), ("false", "loosened", 1), ("true", "existing", 0)],
)
def test_status_follows_the_base(base: str | None, status: Status, code: int) -> None:
    """New, worse or as before: the base decides, and old debt does not block."""
    old = {} if base is None else {"a.yaml": POD % base}
    report = compare_trees(old, {"a.yaml": POD % "true" + "  terminationGracePeriodSeconds: 5\n"})
    (finding,) = report.findings
    assert (finding.policy, finding.status, report.exit_code) == ("host-network", status, code)


def test_values_and_places_of_both_sides() -> None:
    """A loosened finding carries the value before and after, and where each stands."""
    report = compare_trees({"a.yaml": "\n\n" + POD % "false"}, {"a.yaml": POD % "true"})
    (finding,) = report.findings
    assert (finding.was, finding.now) == (False, True)
    assert (finding.location.line, finding.location.column) == (5, 3)
    assert finding.base_location is not None
    assert finding.base_location.line == 7


@pytest.mark.parametrize("existing", ["report", "warn", "fail"])
@pytest.mark.parametrize("fail_on", ["error", "warning", "note", "never"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("status", ["introduced", "loosened", "existing"])
def test_what_blocks(existing: Any, fail_on: Any, level: Any, status: Any) -> None:
    """At or above the bar blocks, except what the base had already, unless that is asked for."""
    order = ["error", "warning", "note"]
    at_bar = fail_on != "never" and order.index(level) <= order.index(fail_on)
    expected = at_bar and (status != "existing" or existing == "fail")
    assert Gate(existing, fail_on).blocks(level, status) == expected


def test_moving_a_value_between_pod_and_container_is_no_loosening() -> None:
    """The effective value counts, not where it is written."""
    base = (
        POD.replace("{name: web, image", "{name: web, securityContext: {runAsUser: 0}, image")
        % "false"
    )
    head = (POD % "false").replace(
        "  hostNetwork", "  securityContext: {runAsUser: 0}\n  hostNetwork"
    )
    report = compare_trees({"a.yaml": base}, {"a.yaml": head})
    assert [(f.policy, f.status) for f in report.findings] == [("run-as-user-root", "existing")]


def test_renames_and_moves_are_no_change() -> None:
    """A file that is renamed, or a document moved to another file, brings nothing new; a deletion does."""
    pod = POD % "true"
    policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: {podSelector: {}}\n"
    moved = compare_trees({"a.yaml": pod, "n.yaml": policy}, {"b/c.yaml": policy + "---\n" + pod})
    assert moved.findings == ()
    gone = compare_trees({"a.yaml": pod, "n.yaml": policy}, {"a.yaml": pod})
    assert [(f.policy, f.status, f.location.line) for f in gone.findings] == [
        ("loosened-network-policy", "loosened", 0)
    ]


def test_a_broken_document_hides_nobody() -> None:
    """A privileged pod before a broken document is found, and the broken document too."""
    text = POD % "true" + "---\nkind: [oops\n"
    report = compare_trees({}, {"a.yaml": text})
    assert {f.policy for f in report.findings} == {"host-network", "document-unreadable"}
    assert report.exit_code == 1


def test_old_breakage_does_not_block() -> None:
    """A document that was broken at the base, unchanged, is existing debt."""
    broken = "---\nkind: [oops\n"
    report = compare_trees(
        {"a.yaml": POD % "false" + broken}, {"a.yaml": POD % "false" + "  tty: true\n" + broken}
    )
    assert [(f.policy, f.status) for f in report.findings] == [("document-unreadable", "existing")]


def test_a_patch_is_never_called_incomplete() -> None:
    """What a partial document does not set is inherited; what it sets is judged."""
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          securityContext: {privileged: %s}\n"
    report = compare_trees({}, {"patch.yaml": patch % "true"})
    assert [f.policy for f in report.findings] == ["privileged-container"]


def test_one_place_that_several_containers_inherit_is_one_finding() -> None:
    """A pod-level value is reported once, with the containers it reaches."""
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  securityContext: {runAsUser: 0}\n  containers:\n    - {name: a, image: 'a:1'}\n    - {name: b, image: 'b:1'}\n"
    report = compare_trees(
        {}, {"a.yaml": text}, policies=[p for p in SHIPPED if p.id == "run-as-user-root"]
    )
    (finding,) = report.findings
    assert "container a" in finding.message and "also: b" in finding.message


def test_messages_are_one_bounded_line() -> None:
    """A manifest cannot stretch a message over lines or screens."""

    def shout(pair: Any, _params: Any) -> Any:
        yield Problem((), "a\nb" * 10_000)

    report = compare_trees(
        {}, {"a.yaml": POD % "false"}, policies=[Policy("loud", "Loud", "note", shout)]
    )
    (finding,) = report.findings
    assert "\n" not in finding.message and len(finding.message) <= 500


def test_findings_are_frozen() -> None:
    """A report is a value: nobody changes it after the fact."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Finding.__setattr__(compare_trees({}, {"a.yaml": POD % "true"}).findings[0], "message", "x")


def test_a_finding_about_a_whole_resource_does_not_show_it() -> None:
    """A removed resource is named, not printed."""

    def gone(pair: Any, _params: Any) -> Any:
        yield Problem((), "gone")

    policy = Policy("gone", "Gone", "error", gone, match=Match(operations=("DELETE",)))
    report = compare_trees({"a.yaml": POD % "true"}, {}, policies=[policy])
    (finding,) = report.findings
    assert finding.was is UNSET
    assert finding.now is UNSET
