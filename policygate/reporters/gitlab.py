"""GitLab's Code Quality report: findings in the widget and in the changes of a merge request.

GitLab shows what the merge request's report has and its target branch's has not, by fingerprint: let
the default branch make one with `check --all`. Not for what is waived, which degrades nothing; nor for
the verdict, which is the exit code. What is in no file any more stands at the first line of its old
file, since a line is required.
Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from policygate.reporters.json_text import as_text
from policygate.reporters.safe import show
from policygate.reporters.summary import is_old, ranked
from policygate.reporters.words import distinct, said

if TYPE_CHECKING:
    from policygate.model import Fault, Finding, Location, Report
    from policygate.reporters import Options

_NEW: Final = {"error": "critical", "warning": "major", "note": "info"}
_OLD: Final = {"error": "major", "warning": "minor", "note": "info"}
_GATE: Final = ".policygate/config.yaml"
"""Where a fault stands that is nowhere else: the gate's own file."""


def render(report: Report, _options: Options) -> str:
    """Return the report as a list of degradations, faults and the heaviest findings first."""
    found = [*map(_fault, report.faults), *map(_finding, ranked(report.findings))]
    # Of several with one fingerprint GitLab shows the first alone.
    names = distinct(each["fingerprint"] for each in found)
    return as_text([{**each, "fingerprint": name} for each, name in zip(found, names, strict=True)])


def _finding(finding: Finding) -> dict[str, Any]:
    severities = _OLD if is_old(finding) else _NEW
    return {
        "description": said(finding),
        "check_name": finding.policy,
        "fingerprint": finding.fingerprint,
        "severity": "blocker" if finding.blocks else severities[finding.level],
        "location": _location(finding.location),
    }


def _fault(fault: Fault) -> dict[str, Any]:
    at = fault.location
    where = at.file if at and at.file else _GATE
    return {
        "description": f"could not judge: {show(fault.message)}",
        "check_name": f"fault/{fault.stage}",
        "fingerprint": f"fault/{fault.stage}/{fault.policy or ''}/{where}",
        "severity": "blocker",
        "location": _location(at) if at and at.file else {"path": where, "lines": {"begin": 1}},
    }


def _location(at: Location) -> dict[str, Any]:
    return {"path": at.file, "lines": {"begin": max(1, at.line)}}
