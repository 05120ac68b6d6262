"""What reviewdog reads: valid, at the right bytes, and a suggestion mends what it is made for."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft202012Validator

from policygate import check
from policygate.model import Edit, Fault, Finding, Location, Report, SourceLine
from policygate.reporters import Page, render
from policygate.reporters.markdown_text import prose
from policygate.reporters.summary import ranked
from policygate.reporters.words import said
from tests.reporters.consumers import needs_reviewdog, through_reviewdog
from tests.reporters.samples import BLOCKED, DELETED, FAILED, LOOSENED, RAISED, SAMPLES, SECRET
from tests.reporters.strategies import reports

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER = {"type": "integer", "minimum": 1}
_POSITION = {
    "type": "object",
    "required": ["line"],
    "properties": {"line": _NUMBER, "column": _NUMBER},
    "additionalProperties": False,
}
_RANGE = {
    "type": "object",
    "required": ["start"],
    "properties": {"start": _POSITION, "end": _POSITION},
    "additionalProperties": False,
}
_LOCATION = {
    "type": "object",
    "required": ["path"],
    "properties": {"path": {"type": "string"}, "range": _RANGE},
    "additionalProperties": False,
}
_CODE = {
    "type": "object",
    "required": ["value"],
    "properties": {"value": {"type": "string"}, "url": {"type": "string"}},
    "additionalProperties": False,
}
_SUGGESTION = {
    "type": "object",
    "required": ["range", "text"],
    "properties": {"range": _RANGE, "text": {"type": "string"}},
    "additionalProperties": False,
}
RESULT = Draft202012Validator(
    {
        "type": "object",
        "required": ["source", "diagnostics"],
        "properties": {
            "source": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "url": {"type": "string"}},
                "additionalProperties": False,
            },
            "diagnostics": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["message", "location", "severity", "code", "original_output"],
                    "properties": {
                        "message": {"type": "string"},
                        "location": _LOCATION,
                        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                        "code": _CODE,
                        "suggestions": {"type": "array", "items": _SUGGESTION},
                        "original_output": {"type": "string"},
                    },
                    "additionalProperties": False,
                },
            },
        },
        "additionalProperties": False,
    }
)
"""The messages of reviewdog.proto that we write, with nothing else in them."""


def diagnostics(report: Report, pages: dict[str, Page] | None = None) -> list[dict[str, Any]]:
    """What reviewdog reads."""
    document = json.loads(render(report, "rdjson", pages=pages or {}))
    RESULT.validate(document)
    found: list[dict[str, Any]] = document["diagnostics"]
    return found


def one(finding: Finding, **pages: Page) -> dict[str, Any]:
    """The diagnostic of a single finding."""
    (found,) = diagnostics(replace(BLOCKED, findings=(finding,)), pages)
    return found


@given(reports())
def test_valid_and_complete(report: Report) -> None:
    """Every finding and fault is there, the heaviest first; spans do not run backwards."""
    found = diagnostics(report)
    assert len(found) == len(report.faults) + len(report.findings)
    for finding, each in zip(ranked(report.findings), found[len(report.faults) :], strict=True):
        assert each["message"].startswith(prose(said(finding)))
        span = each["location"].get("range")
        assert (span is None) == (finding.location.line == 0)
        if span and "end" in span:
            start, end = span["start"], span["end"]
            assert (end["line"], end.get("column", 0)) > (start["line"], start.get("column", 0))
            assert ("column" in start) == ("column" in end)


@needs_reviewdog
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_reviewdog_understands_it(name: str, tmp_path: Path) -> None:
    """Each diagnostic goes in and comes out as it was."""
    report = replace(SAMPLES[name], faults=(*SAMPLES[name].faults, Fault("read", "nowhere")))
    theirs = json.loads(through_reviewdog(tmp_path, render(report, "rdjson")))["diagnostics"]
    assert [each["message"] for each in theirs] == [each["message"] for each in diagnostics(report)]


def test_a_diagnostic() -> None:
    """The place in bytes, the policy with its page, and what `concise` would print."""
    page = Page(references=("https://kubernetes.io/docs/",))
    found = one(RAISED, **{RAISED.policy: page})
    assert found["location"]["range"] == {
        "start": {"line": 31, "column": 21},
        "end": {"line": 31, "column": 27},
    }
    assert found["code"] == {"value": "loosened-limits", "url": "https://kubernetes.io/docs/"}
    assert found["severity"] == "WARNING"
    assert found["original_output"].startswith(
        "apps/prod/web/deployment.yaml:31:21: warning[loosened-limits] container web: limits.memory"
    )


def test_columns_count_bytes_or_are_not_there() -> None:
    """They follow from the line, as far as it is known; else reviewdog takes the whole line."""
    line = SourceLine(7, "{設定: 1, hostPort: 80")
    at = Location("a.yaml", 7, 9, 7, 17)
    found = one(replace(RAISED, path="spec.hostPort", location=at, excerpt=(line,)))
    assert found["location"]["range"]["start"]["column"] == 13
    unknown = one(replace(RAISED, path="spec.hostPort", location=at, excerpt=()))
    assert unknown["location"]["range"] == {"start": {"line": 7}}
    hidden = line._replace(text="{(hidden): 1, hostPort: 80")
    moved = one(replace(RAISED, path="spec.hostPort", location=at, excerpt=(hidden,)))
    assert moved["location"]["range"] == {"start": {"line": 7}}


@pytest.mark.parametrize(
    ("location", "lines"),
    [
        (Location("a", 3, 2, 5, 4), {"start": {"line": 3}, "end": {"line": 5}}),
        (Location("a", 3, 2, 5, 1), {"start": {"line": 3}, "end": {"line": 4}}),
        (Location("a", 3, 2, 4, 1), {"start": {"line": 3}}),
        (Location("a", 3, 2), {"start": {"line": 3}}),
        (Location("a", 0, 0, 0, 0), None),
    ],
)
def test_lines(location: Location, lines: dict[str, Any] | None) -> None:
    """Whole lines include their last one, unlike columns."""
    found = one(replace(LOOSENED, location=location))["location"]
    assert found.get("range") == lines


def test_removed_and_nowhere() -> None:
    """What is removed is about its file, a fault of the whole run about none."""
    assert one(DELETED)["location"] == {"path": "apps/prod/web/netpol.yaml"}
    found = diagnostics(replace(FAILED, findings=(), faults=(Fault("read", "boom"),)))
    assert (found[0]["message"], found[0]["location"]) == ("Could not judge: boom", {"path": ""})


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccount: ci
  containers:
    - name: web
      image: web:1
      securityContext:
        allowPrivilegeEscalation: true
"""
ESCALATION = "allowPrivilegeEscalation: true"


def suggested(text: str, policy: str) -> str | None:
    """A manifest after the suggestion of a real finding, taken as an editor of bytes takes it."""
    report = check(stdin=text.encode(), select=[policy])
    (found,) = diagnostics(report)
    if "suggestions" not in found:
        return None
    ((suggestion,), lines) = found["suggestions"], text.encode().splitlines(keepends=True)
    start, end = suggestion["range"]["start"], suggestion["range"]["end"]
    assert start["line"] == end["line"]
    line = lines[start["line"] - 1]
    new = suggestion["text"].encode()
    lines[start["line"] - 1] = line[: start["column"] - 1] + new + line[end["column"] - 1 :]
    mended = b"".join(lines).decode()
    assert not check(stdin=mended.encode(), select=[policy]).findings
    return mended


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ESCALATION, "allowPrivilegeEscalation: false"),
        (f"{ESCALATION}  # 設定", "allowPrivilegeEscalation: false  # 設定"),
        ('"allowPrivilegeEscalation":   true', '"allowPrivilegeEscalation":   false'),
        ("allowPrivilegeEscalation: yes", "allowPrivilegeEscalation: false"),
    ],
)
def test_a_value_is_set(old: str, new: str) -> None:
    """The value is replaced, and nothing around it."""
    text = POD.replace(ESCALATION, old)
    assert suggested(text, "allow-privilege-escalation-explicit") == POD.replace(ESCALATION, new)


def test_a_value_is_set_in_a_flow() -> None:
    """Also before more of the same line, which nobody has to know."""
    flow = "      securityContext: {allowPrivilegeEscalation: true, privileged: false} # x"
    text = POD.replace(f"      securityContext:\n        {ESCALATION}", flow)
    mended = suggested(text, "allow-privilege-escalation-explicit")
    assert mended == text.replace("Escalation: true", "Escalation: false")


def test_a_value_is_set_in_json() -> None:
    """JSON stays JSON."""
    text = json.dumps(yaml.load(POD, yaml.SafeLoader), indent=1)  # noqa: TID251 (a test's own text)
    mended = suggested(text, "allow-privilege-escalation-explicit")
    assert mended == text.replace('Escalation": true', 'Escalation": false')
    renamed = suggested(text, "serviceaccount-deprecated-field")
    assert renamed == text.replace('"serviceAccount"', '"serviceAccountName"')


def test_a_key_is_renamed() -> None:
    """The key is replaced, and its value stays."""
    mended = suggested(POD, "serviceaccount-deprecated-field")
    assert mended == POD.replace("serviceAccount:", "serviceAccountName:")


@pytest.mark.parametrize(
    "value", ["&a true", "!!bool true", "!!bool\n          true", "\n          true"]
)
def test_what_is_not_known_is_not_suggested(value: str) -> None:
    """An anchor may be referred to, a tag say something else, another line is not seen."""
    text = POD.replace(ESCALATION, f"allowPrivilegeEscalation: {value}")
    assert suggested(text, "allow-privilege-escalation-explicit") is None


AT = Location("a.yaml", 7, 3, 7, 7)


@pytest.mark.parametrize(
    ("text", "edit", "to"),
    [
        ("  size: 1", Edit("set", ("spec", "size"), 2), "2"),
        ("  size: a", Edit("set", ("spec", "size"), "Retain"), "Retain"),
        ("  size: 'a'", Edit("set", ("spec", "size"), "Retain"), '"Retain"'),
        ("  size: a", Edit("set", ("spec", "size"), "yes"), '"yes"'),
        ("  size: a", Edit("set", ("spec", "size"), "1"), '"1"'),
        ("  size: a", Edit("set", ("spec", "size"), "a b"), '"a b"'),
        ("  size: a", Edit("set", ("spec", "size"), None), "null"),
        ("  size: a", Edit("set", ("spec", "size"), {}), None),
        ("  size: a", Edit("remove", ("spec", "size")), None),
        ("  size: a", Edit("set", ("spec", "size", "deep"), 1), None),
        ("  size: a b", Edit("set", ("spec", "size"), 1), None),
        ("  size: *a", Edit("set", ("spec", "size"), 1), None),
        ("  size:", Edit("set", ("spec", "size"), 1), None),
        ("  size: (hidden)", Edit("set", ("spec", "size"), 1), None),
        ("  xsize: 1", Edit("set", ("spec", "size"), 1), None),
        ("  size: 1", Edit("set", (), 1), None),
    ],
)
def test_what_is_suggested(text: str, edit: Edit, to: str | None) -> None:
    """Only a value that is whole and alone is replaced, by one that reads as what it is."""
    finding = replace(
        RAISED, path="spec.size", location=AT, edit=edit, excerpt=(SourceLine(7, text),)
    )
    suggestions = one(finding).get("suggestions", [])
    assert [each["text"] for each in suggestions] == ([] if to is None else [to])


def test_a_secret_is_not_suggested_away() -> None:
    """Of a masked line nothing is known."""
    edit = Edit("set", ("value",), "x")
    assert "suggestions" not in one(replace(SECRET, edit=edit))
