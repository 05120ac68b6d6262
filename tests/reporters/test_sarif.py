"""SARIF is valid, has what GitHub asks for, and points at the right characters."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from policygate.model import Location, Report
from policygate.reporters import Page, render
from policygate.reporters.safe import encodable
from policygate.reporters.summary import loudness, ranked
from tests.reporters.consumers import (
    SARIF_SCHEMA,
    needs_multitool,
    needs_sarif_schema,
    objections,
)
from tests.reporters.samples import (
    BASE,
    BLOCKED,
    DELETED,
    FAILED,
    HOSTILE,
    LOOSENED,
    NO_BASE,
    OLD,
    PASSED,
    RAISED,
    SAMPLES,
    SECRET,
    STATE,
    WAIVED,
)
from tests.reporters.strategies import reports

if TYPE_CHECKING:
    from policygate.model import Finding

PAGE = Page(
    "It matters. " * 200,
    "Mend it.",
    ("https://kubernetes.io/docs/", "https://cwe.mitre.org/"),
    ("pod-security", "CWE-79", *(f"CIS 5.2.{number}" for number in range(12))),
    security=True,
)


def run_of(report: Report, pages: dict[str, Page] | None = None, repository: str = "") -> Any:
    """The one run of a report."""
    text = render(report, "sarif", pages=pages or {}, repository=repository)
    (run,) = json.loads(text)["runs"]
    return run


def one(finding: Finding) -> Any:
    """The result of a single finding."""
    (result,) = run_of(replace(BLOCKED, findings=(finding,)))["results"]
    return result


def rule_of(*findings: Finding, page: Page | None = None) -> Any:
    """The rule of some findings of one policy."""
    pages = {findings[0].policy: page} if page else {}
    (rule,) = run_of(replace(BLOCKED, findings=findings), pages)["tool"]["driver"]["rules"]
    return rule


@needs_sarif_schema
def test_every_report_is_valid() -> None:
    """By the schema of the standard, whatever the report holds."""
    validator = Draft202012Validator(json.loads(SARIF_SCHEMA.read_text(encoding="utf-8-sig")))

    @given(reports())
    def holds(report: Report) -> None:
        text = render(report, "sarif", pages={"web": PAGE}, repository="https://example.com/a/b")
        validator.validate(json.loads(text))

    holds()
    assert not validator.is_valid({"version": "2.1.0", "runs": [{}]})


@needs_multitool
def test_the_multitool_has_nothing_to_say(tmp_path: Path) -> None:
    """Neither by the rules of the standard nor by those of GitHub; and it would say if it had.

    SARIF2005 wants an address of the tool, which has none yet.
    """
    for name, report in SAMPLES.items():
        pages = {} if name == "blocked" else {each.policy: PAGE for each in report.findings}
        text = render(report, "sarif", pages=pages)
        (tmp_path / f"{name}.sarif").write_text(text, encoding="utf-8")
    assert [each for each in objections(tmp_path) if "SARIF2005" not in each] == []
    broken = json.loads(render(BLOCKED, "sarif"))
    del broken["runs"][0]["results"][0]["locations"]
    (tmp_path / "blocked.sarif").write_text(json.dumps(broken), encoding="utf-8")
    assert any("error GH1015" in each for each in objections(tmp_path))


@given(reports())
def test_complete(report: Report) -> None:
    """Each finding is a result of its rule, the heaviest first, and those waived come last."""
    run = run_of(report)
    rules, found = run["tool"]["driver"]["rules"], [*ranked(report.findings), *report.waived]
    assert [rule["id"] for rule in rules] == [
        encodable(each) for each in sorted({finding.policy for finding in found})
    ]
    assert len(run["results"]) == len(found)
    for finding, result in zip(found, run["results"], strict=True):
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == encodable(finding.policy)
        assert result["level"] == loudness(finding)
        assert ("suppressions" in result) == (finding.waiver is not None)
        assert "](" not in result["message"]["text"]


@given(reports())
def test_places(report: Report) -> None:
    """A region has an end behind its start, and an address is relative and gives the name back."""
    for finding, result in zip(
        [*ranked(report.findings), *report.waived], run_of(report)["results"], strict=True
    ):
        place = result["locations"][0]["physicalLocation"]
        region, uri = place["region"], place["artifactLocation"]["uri"]
        assert (region["endLine"], region["endColumn"]) > (
            region["startLine"],
            region["startColumn"],
        )
        assert region["startLine"] == (finding.location.line or 1)
        parts = urlsplit(uri)
        assert not parts.scheme and not parts.netloc and not parts.query and not parts.fragment
        assert uri.isascii() and not uri.startswith("/")
        try:
            name = finding.location.file.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            name = encodable(finding.location.file).encode()
        assert unquote_to_bytes(uri).removeprefix(b"./" if name.startswith(b"/") else b"") in (
            name,
            name.removeprefix(b"/"),
        )


@pytest.mark.parametrize(
    ("location", "region"),
    [
        (Location("a", 24, 11, 24, 26), (24, 11, 24, 26)),
        (Location("a", 24, 11), (24, 11, 24, 12)),
        (Location("a", 24, 11, 24, 11), (24, 11, 24, 12)),
        (Location("a", 24, 11, 26, 3), (24, 11, 26, 3)),
        (Location("a", 24, 11, 26, 0), (24, 11, 26, 1)),
        (Location("a", 0, 0, 0, 0), (1, 1, 1, 2)),
    ],
)
def test_regions(location: Location, region: tuple[int, ...]) -> None:
    """The end is exclusive and always given, as GitHub asks; what is removed stands on line 1."""
    found = one(replace(LOOSENED, location=location))["locations"][0]["physicalLocation"]["region"]
    assert tuple(found[key] for key in ("startLine", "startColumn", "endLine", "endColumn")) == (
        region
    )


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ü%.yaml", "a%20b/%C3%BC%25.yaml"),
        ("c:d.yaml", "c%3Ad.yaml"),
        ("caf\udce9.yaml", "caf%E9.yaml"),
        ("a\\b?c#d.yaml", "a%5Cb%3Fc%23d.yaml"),
    ],
)
def test_addresses(file: str, uri: str) -> None:
    """A path is percent-encoded, byte by byte, relative to the root of the repository."""
    place = one(replace(LOOSENED, location=Location(file, 1)))["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_what_was_removed_says_where_it_was() -> None:
    """Its old place is a related location, and stands in the message."""
    result = one(DELETED)
    assert result["message"]["text"].endswith(
        "(removed; was apps/prod/web/netpol.yaml:1 at the base)"
    )
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 1


def test_a_rule_has_its_page() -> None:
    """What the manual says, within GitHub's limits."""
    rule = rule_of(LOOSENED, page=PAGE)
    assert rule["shortDescription"]["text"] == LOOSENED.title
    assert len(rule["fullDescription"]["text"]) == 1024
    assert "Fix: Mend it." in rule["help"]["text"]
    assert "**Fix:** Mend it." in rule["help"]["markdown"]
    assert "- https://cwe.mitre.org/" in rule["help"]["markdown"]
    assert rule["helpUri"] == "https://kubernetes.io/docs/"
    assert rule["properties"] == {
        "precision": "high",
        "tags": [
            *("security", "kubernetes", "pod-security", "external/cwe/cwe-079"),
            *(f"CIS 5.2.{number}" for number in range(6)),
        ],
        "security-severity": "8.0",
    }


def test_a_rule_without_a_page() -> None:
    """A policy of one's own has the title and the fix that its findings carry."""
    rule = rule_of(RAISED, page=None)
    assert rule["fullDescription"]["text"] == RAISED.title
    assert rule["help"]["text"] == "More: policygate explain loosened-limits"
    assert "security-severity" not in rule["properties"]
    mine = replace(LOOSENED, class_="security")
    assert rule_of(mine)["properties"]["security-severity"] == "8.0"
    assert f"Fix: {LOOSENED.fix}" in rule_of(mine)["help"]["text"]


def test_a_rule_is_as_severe_as_its_worst_finding_and_as_sure_as_its_least_certain() -> None:
    """Both are the rule's in SARIF, though findings differ."""
    note = replace(LOOSENED, level="note", grade="proven")
    assert rule_of(note)["properties"]["precision"] == "very-high"
    assert rule_of(note, LOOSENED)["defaultConfiguration"]["level"] == "error"
    unsure = replace(LOOSENED, grade="possible")
    assert rule_of(note, unsure)["properties"]["precision"] == "medium"


def test_states_of_the_baseline() -> None:
    """What the base had is unchanged; without a base nothing is said."""
    run = run_of(BLOCKED)
    states = {each["ruleId"]: each["baselineState"] for each in run["results"]}
    assert states[OLD.policy] == "unchanged"
    assert states[LOOSENED.policy] == states[SECRET.policy] == "new"
    assert not any("baselineState" in each for each in run_of(STATE)["results"])
    assert STATE.base == NO_BASE


def test_a_waiver_is_a_suppression() -> None:
    """It says why, and where it is written."""
    (result,) = run_of(WAIVED)["results"]
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "debug the CNI" in suppression["justification"]
    where = suppression["location"]["physicalLocation"]["artifactLocation"]["uri"]
    assert where == ".policygate/waivers/web-network.yaml"


def test_fingerprints_are_our_own() -> None:
    """GitHub's key is a hash of the file, which the upload computes."""
    assert one(LOOSENED)["partialFingerprints"] == {"policygate/v1": "0123456789abcdef"}


def test_what_could_not_be_judged() -> None:
    """A fault makes the run unsuccessful; files and sentences about the run are notes."""
    (invocation,) = run_of(FAILED)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 2)
    found = [
        (each["descriptor"]["id"], each["level"])
        for each in invocation["toolExecutionNotifications"]
    ]
    assert found == [("fault/policy", "error"), ("not-judged", "note"), ("note", "note")]
    (invocation,) = run_of(BLOCKED)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)


def test_a_clean_run_has_results() -> None:
    """An empty list closes the alerts of before; none at all is no result."""
    run = run_of(PASSED)
    assert run["results"] == []
    assert run["automationDetails"]["id"] == "policygate/"


def test_the_worst_of_too_many() -> None:
    """GitHub shows five thousand: the notes go first, and how many are left out is said."""
    notes = tuple(replace(RAISED, level="note", message=f"m{index}") for index in range(6000))
    run = run_of(replace(BLOCKED, findings=(*notes, LOOSENED)))
    assert len(run["results"]) == 5000
    assert run["results"][0]["ruleId"] == LOOSENED.policy
    said = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert said[0].startswith("1001 more findings are left out")


def test_provenance_needs_an_address_and_a_commit() -> None:
    """Which commit was judged, where both are known."""
    commit = replace(BLOCKED, head=BASE)
    (found,) = run_of(commit, repository="https://example.com/a/b")["versionControlProvenance"]
    assert (found["repositoryUri"], found["revisionId"]) == ("https://example.com/a/b", BASE.rev)
    assert "versionControlProvenance" not in run_of(commit)
    assert "versionControlProvenance" not in run_of(BLOCKED, repository="https://example.com/a/b")


def test_no_links_of_strangers() -> None:
    """SARIF writes links `[text](where)`; a manifest writes none."""
    text = one(replace(LOOSENED, message="[press](https://example.com) {0}"))["message"]["text"]
    assert text.startswith("[press] (https://example.com) {0}")
    assert "](" not in run_of(HOSTILE)["results"][0]["message"]["text"]
