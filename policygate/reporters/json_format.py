r"""The JSON report that tools build on: `report.schema.json`, version 1.

Fields may be added, never renamed. Plain ASCII: everything else is `\uXXXX`, so that control and
bidirectional characters do nothing to whoever prints the report, and no line of it is a workflow
command. Not for people: that is `text`.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

from policygate.model import (
    UNSET,
    Fault,
    Finding,
    Hazard,
    Location,
    Related,
    Report,
    ResourceId,
    Running,
    Standing,
)
from policygate.reporters.safe import encodable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policygate.reporters import Options

SCHEMA_VERSION: Final = "1"
_BITS_OF_DECIMALS: Final = 10_000
"""Python refuses to write longer integers as decimals (sys.set_int_max_str_digits)."""


def render(report: Report, _options: Options) -> str:
    """Return the report as JSON, indented by two, with a fixed order of keys."""
    return as_text(_report(report))


def as_text(value: Any) -> str:
    """JSON of which no line is a workflow command, indented by two."""
    text = json.dumps(_plain(value), indent=2)
    # A `#` stands only inside strings, where its escape means the same (the runner reads `##[`).
    return re.sub(r"#(?=#)|\x7f", lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _report(report: Report) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "base": report.base._asdict(),
        "head": report.head._asdict(),
        "outcome": report.outcome,
        "findings": [_finding(each) for each in report.findings],
        "waived": [
            {**_finding(each), "waiver": each.waiver and _waiver(each.waiver)}
            for each in report.waived
        ],
        "waivers": [_waiver(each) for each in report.waivers],
        "faults": [_fault(each) for each in report.faults],
        "not_judged": [each._asdict() for each in report.not_judged],
        "notes": list(report.notes),
        "edited": list(report.edited),
        "running": [_running(each) for each in report.running],
        "hazards": [_hazard(each) for each in report.hazards],
        "counts": report.counts._asdict(),
    }


def _running(running: Running) -> dict[str, Any]:
    return {
        "resource": _identity(running.resource),
        "action": running.action,
        **_at(running.location),
        "artifacts": [
            {
                **each._asdict(),
                "was": each.was or None,
                "was_pin": each.was_pin if each.was else None,
            }
            for each in running.artifacts
        ],
        "reconcilers": [
            {
                "resource": _identity(each.resource),
                **_at(each.location),
                "self_heal": each.self_heal,
                "prune": each.prune,
                "grade": each.grade,
            }
            for each in running.reconcilers
        ],
        "protected": running.protected,
    }


def _hazard(hazard: Hazard) -> dict[str, Any]:
    said = hazard._asdict()
    del said["location"]
    return {
        **said,
        "resource": hazard.resource and _identity(hazard.resource),
        "policy": hazard.policy or None,
        **_at(hazard.location),
    }


def _at(location: Location) -> dict[str, Any]:
    return {"file": location.file, "line": location.line or None}


def _identity(resource: ResourceId) -> dict[str, str]:
    ident = resource._asdict()
    return {key: ident[key] for key in ("group", "kind", "namespace", "name", "scope")}


def _finding(finding: Finding) -> dict[str, Any]:
    at, base, ident = finding.location, finding.base_location, finding.resource
    resource = ident and {
        "group": ident.group,
        "version": finding.version,
        "kind": ident.kind,
        "namespace": ident.namespace,
        "name": ident.name,
        "scope": ident.scope,
    }
    values = {"was": finding.was, "now": finding.now}
    return {
        "policy": finding.policy,
        "level": finding.level,
        "status": finding.status,
        "blocks": finding.blocks,
        "message": finding.message,
        "resource": resource,
        "container": finding.container,
        "path": finding.path,
        "file": at.file,
        # 0 is "not there", which JSON calls null.
        "line": at.line or None,
        "column": (at.line and at.column) or None,
        "end_line": (at.line and at.end_line) or None,
        "end_column": (at.line and at.end_column) or None,
        "base_file": base.file if base else None,
        "base_line": (base.line if base else 0) or None,
        **{key: value for key, value in values.items() if value is not UNSET},
        "class": finding.class_,
        "grade": finding.grade,
        "fix": _fix(finding),
        "fingerprint": finding.fingerprint,
        "related": [_related(each) for each in finding.related],
    }


def waivers_as_json(standings: Iterable[Standing]) -> Any:
    """Waivers as the report has them, for whoever prints them alone."""
    return [_waiver(each) for each in standings]


def _waiver(standing: Standing) -> dict[str, Any]:
    waiver = standing.waiver
    said = waiver._asdict()
    del said["location"], said["accepted"], said["text"]
    return {
        **{key: value or None for key, value in said.items()},
        "at": {"file": waiver.location.file, "line": waiver.location.line or None},
        "state": standing.state,
        "days_left": standing.days_left,
        "added": standing.added,
        "answers": standing.answers,
        "accepted": [
            {k: v for k, v in each._asdict().items() if v is not UNSET} for each in waiver.accepted
        ],
        "objections": [
            {"policy": each.policy, "message": each.message} for each in standing.objections
        ],
    }


def _related(related: Related) -> dict[str, Any]:
    at = related.location
    resource = str(related.resource) if related.resource else None
    return {
        "policy": related.policy,
        "resource": resource,
        "path": related.path,
        "file": at.file,
        "line": at.line or None,
    }


def _fix(finding: Finding) -> dict[str, Any] | None:
    edit = finding.edit
    if edit is None:
        return {"text": finding.fix} if finding.fix else None
    said = {"action": edit.action, "path": list(edit.path)}
    if edit.action != "remove":
        said["value"] = edit.value
    return {"text": finding.fix, "edit": said}


def _fault(fault: Fault) -> dict[str, Any]:
    at = fault.location
    return {
        "stage": fault.stage,
        "message": fault.message,
        "file": at.file if at else None,
        "line": (at.line if at else 0) or None,
        "policy": fault.policy,
    }


def _plain(value: Any) -> Any:
    """Whatever a policy may have put into `was` and `now`, as JSON that every parser accepts."""
    if isinstance(value, dict):
        return {encodable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() < _BITS_OF_DECIMALS else hex(value)
    is_number = isinstance(value, float) and math.isfinite(value)
    return value if is_number else encodable(str(value))
