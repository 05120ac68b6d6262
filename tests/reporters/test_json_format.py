"""The JSON report is what its schema says, and holds what the report holds."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from policygate.model import UNSET, Report
from policygate.reporters import render
from policygate.reporters.safe import encodable
from tests.reporters.samples import BLOCKED, DELETED, LOOSENED, SAMPLES, SECRET
from tests.reporters.strategies import reports

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = json.loads(
    resources.files("policygate.reporters").joinpath("report.schema.json").read_text()
)

PROMISED = Path(__file__).with_name("report-1.fields")


def parsed(report: Report) -> Any:
    """The report after a strict JSON parser."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(render(report, "json"), parse_constant=refuse)


def test_schema_is_a_schema() -> None:
    """The published schema is valid 2020-12."""
    Draft202012Validator.check_schema(SCHEMA)


def fields(node: Any, path: str = "") -> Iterator[str]:
    """Every field of the schema with its types, `!` for one that is always there."""
    if not isinstance(node, dict):
        return
    node = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    for name, below in node.get("properties", {}).items():
        at = f"{path}.{name}" if path else name
        always = "!" if name in node.get("required", ()) else ""
        yield f"{at}{always}: {' | '.join(sorted(types(below))) or 'any'}"
        if not (path and name == "waiver"):  # of a finding: the same as under `waivers`
            yield from fields(below, at)
    for below in (*node.get("oneOf", ()), *node.get("anyOf", ())):
        yield from fields(below, path)
    if "items" in node:
        yield from fields(node["items"], f"{path}[]")


def types(node: Any) -> set[str]:
    """The types that a field may have, with the words of one that has only some."""
    if not isinstance(node, dict):
        return set()
    if "$ref" in node:
        return {"object"}
    found = {node["type"]} if isinstance(node.get("type"), str) else {*node.get("type", ())}
    words = node.get("enum", [node["const"]] if "const" in node else [])
    found |= {"null" if word is None else repr(word) for word in words}
    return found.union(*map(types, (*node.get("oneOf", ()), *node.get("anyOf", ()))))


def test_version_1_only_grows() -> None:
    """What a tool was promised once stays: no field of version 1 goes, or changes its types.

    A new field is promised by POLICYGATE_UPDATE_GOLDENS=1, which takes no promise back. Who must
    break one begins version 2.
    """
    now, promised = list(fields(SCHEMA)), PROMISED.read_text(encoding="utf-8").splitlines()
    assert set(promised) <= set(now)
    if os.environ.get("POLICYGATE_UPDATE_GOLDENS"):
        PROMISED.write_text("".join(f"{each}\n" for each in now), encoding="utf-8", newline="\n")
        promised = now
    assert now == promised
    assert len(set(now)) == len(now)


def closed(node: Any) -> Any:
    """The schema without room for fields that it does not know."""
    if isinstance(node, list):
        return [closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    shut = {key: closed(value) for key, value in node.items()}
    return shut | ({"additionalProperties": False} if "additionalProperties" in node else {})


@given(reports())
def test_every_field_is_documented(report: Report) -> None:
    """Readers must bear fields that they do not know; we print none that the schema does not."""
    Draft202012Validator(closed(SCHEMA)).validate(parsed(report))


@given(reports())
def test_valid_and_complete(report: Report) -> None:
    """Every report validates, and nothing that a reader filters by is lost or renamed."""
    document = parsed(report)
    Draft202012Validator(SCHEMA).validate(document)
    assert [each["message"] for each in document["findings"]] == [
        encodable(each.message) for each in report.findings
    ]
    assert [each["blocks"] for each in document["findings"]] == [
        each.blocks for each in report.findings
    ]
    assert len(document["waived"]) == len(report.waived)
    assert len(document["faults"]) == len(report.faults)
    counts = document["counts"]
    assert counts == {name: getattr(report.counts, name) for name in counts}


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_schema_documents_every_field(name: str) -> None:
    """Exactly the fields of the schema, in its order; all but `was` and `now` are always there."""
    document = parsed(SAMPLES[name])
    assert list(document) == list(SCHEMA["properties"]) == SCHEMA["required"]
    fields = SCHEMA["$defs"]["finding"]
    for finding in document["findings"]:
        assert [key for key in fields["properties"] if key in finding] == list(finding)
        assert [key for key in finding if key not in ("was", "now")] == fields["required"]


def test_values_null_and_absent_differ() -> None:
    """`was` and `now` are null for not set, and absent when they must not be shown."""
    loosened, secret = parsed(replace(BLOCKED, findings=(LOOSENED, SECRET)))["findings"]
    assert (loosened["was"], loosened["now"]) == (True, None)
    assert SECRET.was is UNSET
    assert "was" not in secret
    assert "now" not in secret


def test_removed_place_has_no_line() -> None:
    """A place that the change removed has null positions, and its place at the base."""
    finding = parsed(replace(BLOCKED, findings=(DELETED,)))["findings"][0]
    assert [finding[key] for key in ("line", "column", "end_line", "end_column")] == [None] * 4
    assert (finding["base_file"], finding["base_line"]) == ("apps/prod/web/netpol.yaml", 1)


def deep(levels: int) -> Any:
    """A list in a list in a list."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (1 << 20_000, hex(1 << 20_000)),
        ({1: {"a"}}, {"1": "{'a'}"}),
        (("a", b"b"), ["a", "b'b'"]),
        (deep(200), deep(200)),
    ],
    ids=["inf", "nan", "huge", "set", "bytes", "deep"],
)
def test_odd_values(value: Any, shown: Any) -> None:
    """Whatever a policy puts into `was` becomes JSON; yamldoc nests no deeper than 200."""
    report = replace(BLOCKED, findings=(replace(LOOSENED, was=value),))
    assert parsed(report)["findings"][0]["was"] == shown
