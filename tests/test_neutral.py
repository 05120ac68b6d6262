"""A long diff and an empty report: why nothing got looser."""

from __future__ import annotations

from policygate.api import report_on
from policygate.findings import Gate
from policygate.reporters import render
from policygate.settings import Settings
from policygate.sources import Comparison, FileChange
from tests.memory import SHIPPED, MemorySnapshot, as_bytes

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: "web:1"
      resources: {limits: {memory: %s}}
      env: [{name: PASSWORD, value: %s}]
"""


def _notes(base: str, head: str) -> list[str]:
    old, new = (MemorySnapshot(as_bytes({"a.yaml": text})) for text in (base, head))
    comparison = Comparison(old, new, (FileChange("a.yaml", "a.yaml"),), (), ())
    report = report_on(comparison, Settings(), SHIPPED, Gate(), explain_neutral=True)
    assert render(report, "text")
    return list(report.notes)


def test_an_amount_in_other_words_is_explained() -> None:
    """The place, both values, and why they are the same; which orders have looked."""
    first, *places = _notes(POD % ("1Gi", "a"), POD % ("1024Mi", "a"))
    assert first.startswith("Pod web in a.yaml: no looser in ")
    assert "limits" in first and "capabilities" in first
    assert places == [
        "  spec.containers[web].resources.limits.memory: 1Gi → 1024Mi (the same amount)"
    ]


def test_a_value_that_may_be_secret_is_not_shown() -> None:
    """The place alone is named; a secret in the open would be a finding, and no note."""
    notes = _notes(POD % ("1Gi", "$(hunter2)"), POD % ("1Gi", "$(hunter3)"))
    assert notes[1] == "  spec.containers[web].env[PASSWORD].value: another value"
    assert "hunter" not in "\n".join(notes)


def test_a_text_that_changes_nothing_is_said_to_be_equal() -> None:
    """Comments and order are no change of the object."""
    text = POD % ("1Gi", "a")
    assert _notes(text, "# a comment\n" + text) == [
        "Pod web in a.yaml: equal, whatever its text says"
    ]


def test_the_default_is_said_to_be_one() -> None:
    """A default that is written, or no longer written."""
    (_, place) = _notes(POD % ("1Gi", "a"), POD % ("1Gi", "a") + "  hostNetwork: false\n")
    assert place == "  spec.hostNetwork: unset → false (the default)"


def test_what_got_looser_is_not_explained() -> None:
    """A finding says it."""
    assert not _notes(POD % ("1Gi", "a"), POD % ("1Gi", "a") + "  hostNetwork: true\n")


def test_a_kind_without_an_order_is_counted() -> None:
    """What cannot be compared is never guessed, and never passed over in silence."""
    map_ = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: %s}\n"
    old, new = (MemorySnapshot(as_bytes({"a.yaml": map_ % value})) for value in ("one", "two"))
    comparison = Comparison(old, new, (FileChange("a.yaml", "a.yaml"),), (), ())
    report = report_on(comparison, Settings(), SHIPPED, Gate(), explain_neutral=True)
    assert report.counts.not_ordered == 1
    assert report.notes[0] == "ConfigMap web in a.yaml: changed, and no order is for it"
    assert "1 changed without an order" in render(report, "text")
