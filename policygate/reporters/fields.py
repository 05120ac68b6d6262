"""Findings, waivers and faults as the mappings of our own JSON: the same fields in `json` and in `jsonl`.

Fields may be added, never renamed: `report.schema.json`, version 1. Not for writing JSON (`json_text`).
"""

from __future__ import annotations

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

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA_VERSION: Final = "1"


def head_fields(report: Report) -> dict[str, Any]:
    """What was compared, and what came of it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "base": report.base._asdict(),
        "head": report.head._asdict(),
        "outcome": report.outcome,
    }


def finding_fields(finding: Finding) -> dict[str, Any]:
    """What a policy says about one place."""
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
    return [waiver_fields(each) for each in standings]


def waived_fields(finding: Finding) -> dict[str, Any]:
    """A finding and what excuses it."""
    return {**finding_fields(finding), "waiver": finding.waiver and waiver_fields(finding.waiver)}


def waiver_fields(standing: Standing) -> dict[str, Any]:
    """A waiver, and where it stands."""
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


def fault_fields(fault: Fault) -> dict[str, Any]:
    """What could not be judged."""
    at = fault.location
    return {
        "stage": fault.stage,
        "message": fault.message,
        "file": at.file if at else None,
        "line": (at.line if at else 0) or None,
        "policy": fault.policy,
    }


def running_fields(running: Running) -> dict[str, Any]:
    """What will be running after the merge, and who sees to it."""
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


def hazard_fields(hazard: Hazard) -> dict[str, Any]:
    """What a revert does not bring back."""
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
