"""SARIF 2.1.0, as GitHub code scanning wants it, and whatever else reads the standard.

Not the gate: GitHub shows an alert in a pull request only if all its lines were added or edited, which
a removed line was not; annotations (`github`) and the exit code say what blocks. What is no more in
any file stands at the first line of its old file, since GitHub refuses results without a region, and
its old place is a related location. A waived finding is suppressed, as the standard says; GitHub opens
an alert for it all the same where it does not honour suppressions.

`partialFingerprints` has our own key alone: `primaryLocationLineHash` is a hash of the file's text,
which a report does not hold, and the upload computes it.
Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html;
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from policygate import __version__
from policygate.model import LEVELS, Fault, Finding, Location, Report
from policygate.reporters import Page
from policygate.reporters.json_text import as_text
from policygate.reporters.markdown_text import prose
from policygate.reporters.safe import in_markdown, percent_encoded, show
from policygate.reporters.summary import is_commit, loudness, ranked
from policygate.reporters.words import said, waiver_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from policygate.model import Standing
    from policygate.reporters import Options

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT: Final = "%SRCROOT%"
_MOST_RESULTS: Final = 5000
"""GitHub takes more, and shows so many."""
_MOST_TAGS: Final = 10
_DESCRIPTION: Final = 1024
_SEVERITIES: Final = {"error": "8.0", "warning": "5.5", "note": "2.0"}
"""GitHub's words for them: high, medium, low."""
_FIRST_LINE: Final = Location("", 1, 1, 1, 2)


def render(report: Report, options: Options) -> str:
    """Return the report as a SARIF log of one run."""
    found = [*ranked(report.findings), *report.waived]
    shown = found[:_MOST_RESULTS]
    rules = _rules(shown, options.pages)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "policygate", "semanticVersion": __version__, "rules": rules}},
        "automationDetails": {"id": "policygate/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": report.outcome != "error" and not report.faults,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": [*_notifications(report, len(found) - len(shown))],
            }
        ],
        "results": [_result(each, index[each.policy], report) for each in shown],
        "properties": {
            "outcome": report.outcome,
            "base": report.base._asdict(),
            "head": report.head._asdict(),
            "counts": report.counts._asdict(),
        },
    }
    if options.repository and is_commit(report.head.rev or ""):
        run["versionControlProvenance"] = [
            {
                "repositoryUri": options.repository,
                "revisionId": report.head.rev,
                "mappedTo": {"uriBaseId": _ROOT},
            }
        ]
    return as_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


# Rules


def _rules(findings: Sequence[Finding], pages: Mapping[str, Page]) -> list[dict[str, Any]]:
    by_policy: dict[str, list[Finding]] = {}
    for each in findings:
        by_policy.setdefault(each.policy, []).append(each)
    return [_rule(by_policy[policy], pages.get(policy)) for policy in sorted(by_policy)]


def _rule(findings: Sequence[Finding], page: Page | None) -> dict[str, Any]:
    """The rule of a policy, by its page and by what it has found."""
    first = findings[0]
    marked = page
    if page is None:  # no page of ours: what stands here may be a stranger's
        fix = " ".join(first.fix.split())
        page = Page(fix=show(fix), security=first.class_ == "security")
        marked = page._replace(fix=prose(fix))
    title = show(first.title) or show(first.policy)
    level = min((each.level for each in findings), key=LEVELS.index)
    rule: dict[str, Any] = {
        "id": first.policy,
        "shortDescription": {"text": _cut(title, _DESCRIPTION)},
        "fullDescription": {"text": _cut(page.why or title, _DESCRIPTION)},
        "help": {
            "text": "\n\n".join(_help(first.policy, page)),
            "markdown": "\n\n".join(_help(first.policy, marked or page, bold="**")),
        },
        "defaultConfiguration": {"level": level},
        "properties": {
            "precision": _precision(findings),
            "tags": [*islice(_tags(page, first), _MOST_TAGS)],
        },
    }
    if page.references:
        rule["helpUri"] = page.references[0]
    if page.security:
        rule["properties"]["security-severity"] = _SEVERITIES[level]
    return rule


def _help(policy: str, page: Page, bold: str = "") -> Iterator[str]:
    if page.why:
        yield page.why
    if page.fix:
        yield f"{bold}Fix:{bold} {page.fix}"
    if page.references:
        yield f"{bold}References:{bold}\n\n" + "\n".join(f"- {each}" for each in page.references)
    command = f"policygate explain {policy}"
    yield f"More: {in_markdown(command) if bold else show(command)}"


def _precision(findings: Sequence[Finding]) -> str:
    """How far to believe a policy, by its least certain finding."""
    grades = {each.grade for each in findings}
    return "medium" if "possible" in grades else "very-high" if grades == {"proven"} else "high"


def _tags(page: Page, finding: Finding) -> Iterator[str]:
    about = ("security",) if page.security else ()
    lost = (finding.class_,) if finding.class_ else ()
    yield from dict.fromkeys((*about, "kubernetes", *lost, *map(_tag, page.tags)))


def _tag(name: str) -> str:
    """A weakness by the name that GitHub knows it by: `external/cwe/cwe-079`."""
    kind, _, number = name.partition("-")
    is_weakness = kind == "CWE" and number.isdecimal()
    return f"external/cwe/cwe-{number.zfill(3)}" if is_weakness else name


# Results


def _result(finding: Finding, rule: int, report: Report) -> dict[str, Any]:
    at, base = finding.location, finding.base_location
    place = {
        "physicalLocation": _physical(at if at.line else _FIRST_LINE._replace(file=at.file)),
        **_logical(finding),
    }
    result: dict[str, Any] = {
        "ruleId": finding.policy,
        "ruleIndex": rule,
        "level": loudness(finding),
        "message": {"text": _message(finding)},
        "locations": [place],
        "properties": {"status": finding.status, "blocks": finding.blocks},
    }
    if base and base.line and (base.file != at.file or not at.line):
        there = {"text": "where it was at the base"}
        result["relatedLocations"] = [
            {"id": 1, "physicalLocation": _physical(base), "message": there}
        ]
    if finding.fingerprint:
        result["partialFingerprints"] = {"policygate/v1": finding.fingerprint}
    if report.base.rev is not None:
        result["baselineState"] = "unchanged" if finding.status == "existing" else "new"
    if finding.waiver is not None:
        result["suppressions"] = [_suppression(finding.waiver)]
    return result


def _message(finding: Finding) -> str:
    doubt = (
        ". It rests on something that the repository does not tell"
        if finding.grade == "possible"
        else ""
    )
    return _unlinked(f"{said(finding)}{doubt}") or show(finding.policy)


def _unlinked(text: str) -> str:
    """A text in which nothing is a link, which SARIF writes `[text](where)`."""
    return text.replace("](", "] (")


def _logical(finding: Finding) -> dict[str, Any]:
    if finding.resource is None:
        return {}
    name = show(str(finding.resource))
    whole = f"{name}:{show(finding.path)}" if finding.path else name
    return {"logicalLocations": [{"name": name, "fullyQualifiedName": whole, "kind": "resource"}]}


def _suppression(standing: Standing) -> dict[str, Any]:
    waiver = standing.waiver
    suppression: dict[str, Any] = {
        "kind": "external" if waiver.form == "file" else "inSource",
        "status": "accepted",
        "justification": waiver_line(standing),
    }
    if waiver.location.line:
        suppression["location"] = {"physicalLocation": _physical(waiver.location)}
    return suppression


def _physical(at: Location) -> dict[str, Any]:
    several = at.end_line > at.line
    is_span = several or (at.end_line == at.line and at.end_column > at.column)
    return {
        "artifactLocation": {"uri": _uri(at.file), "uriBaseId": _ROOT},
        "region": {
            "startLine": at.line,
            "startColumn": max(1, at.column),
            "endLine": at.end_line if several else at.line,
            "endColumn": max(1, at.end_column) if is_span else max(1, at.column) + 1,
        },
    }


def _uri(file: str) -> str:
    """A path as a relative reference."""
    name = percent_encoded(file)
    return f".{name}" if name.startswith("/") else name


# Notifications


def _notifications(report: Report, left_out: int) -> Iterator[dict[str, Any]]:
    yield from map(_fault, report.faults)
    if left_out:
        text = f"{left_out} more findings are left out, the least severe: see another format."
        yield _notification("left-out", "warning", text)
    for file in report.not_judged:
        text = f"{show(file.file)} was not judged: {show(file.reason)}"
        where = {"artifactLocation": {"uri": _uri(file.file), "uriBaseId": _ROOT}}
        yield {
            **_notification("not-judged", "note", text),
            "locations": [{"physicalLocation": where}],
        }
    for note in report.notes:
        yield _notification("note", "note", show(note))


def _fault(fault: Fault) -> dict[str, Any]:
    at = fault.location
    found = _notification(f"fault/{fault.stage}", "error", show(fault.message))
    if fault.policy is not None:
        found["properties"] = {"policy": fault.policy}
    if at and at.file:
        where = _physical(at if at.line else _FIRST_LINE._replace(file=at.file))
        found["locations"] = [{"physicalLocation": where}]
    return found


def _notification(kind: str, level: str, text: str) -> dict[str, Any]:
    return {"descriptor": {"id": kind}, "level": level, "message": {"text": _unlinked(text)}}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
