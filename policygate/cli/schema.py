"""`policygate schema`: the JSON Schemas of the files that people write, for their editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command(name="schema", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "document",
    type=click.Choice(["policy", "config", "waiver", "report", "report-line"]),
    metavar="policy|config|waiver|report|report-line",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "markdown"]),
    default="json",
    help="JSON Schema, or its keys as a table.",
)
def command(document: str, form: str) -> None:
    """Print the JSON Schema of a policy file, of the settings, of a waiver, or of the JSON report.

    `report` is what `check --format json` prints, `report-line` a line of `--format jsonl`. Both have
    the version that stands in `schema_version`: within one, fields are added, never renamed.

    Editors with the YAML language server complete and check a file that begins with

    \b
      # yaml-language-server: $schema=../policy.schema.json

    when the schema stands there:

    \b
      policygate schema policy > .policygate/policy.schema.json
    """  # noqa: D301 (click wants the character)
    schema = schema_of(document)
    click.echo(keys_of(schema) if form == "markdown" else json.dumps(schema, indent=2))


def schema_of(document: str) -> dict[str, Any]:
    """The JSON Schema 2020-12 of a document.

    Args:
        document: `policy`, `config`, `waiver`, `report` or `report-line`.
    """
    from policygate.policy.document import PolicyDocument
    from policygate.settings_document import SettingsDocument
    from policygate.waiver_document import WaiverDocument

    if document.startswith("report"):
        return _of_report(lines=document == "report-line")
    schemas = {
        "policy": PolicyDocument.model_json_schema,
        "config": SettingsDocument.model_json_schema,
        "waiver": WaiverDocument.model_json_schema,
    }
    schema: dict[str, Any] = _untitled(schemas[document]())
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": f"policygate {document}", **schema}


def _of_report(*, lines: bool) -> dict[str, Any]:
    from importlib.resources import files

    text = files("policygate.reporters").joinpath("report.schema.json").read_text("utf-8")
    report: dict[str, Any] = json.loads(text)
    if not lines:
        return report
    head = {key: report[key] for key in ("$schema", "$id")}
    head["$id"] = head["$id"].replace("report", "report-line")
    title = f"{report['title']}, a line"
    return {**head, "title": title, "$ref": "#/$defs/line", "$defs": report["$defs"]}


def _untitled(schema: Any) -> Any:
    """A schema without the titles that are only the names of fields and classes."""
    if isinstance(schema, list):
        return [_untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _untitled(below) for name, below in value.items()}
        if key in {"properties", "$defs"}
        else _untitled(value)
        for key, value in schema.items()
        if key != "title"
    }


def keys_of(schema: dict[str, Any]) -> str:
    """The keys of a document as a table in Markdown: what each is for, and its default."""
    rows = ["| Key | What it sets | Default |", "|---|---|---|"]
    rows += [
        f"| `{key}` | {words} | {default} |" for key, words, default in _rows(schema, schema, "")
    ]
    return "\n".join(rows)


def _rows(
    schema: dict[str, Any], node: dict[str, Any], above: str
) -> Iterator[tuple[str, str, str]]:
    for name, field in node.get("properties", {}).items():
        key = f"{above}.{name}" if above else name
        inner, key = _inside(schema, field, key)
        if "properties" in inner:
            yield from _rows(schema, inner, key)
            continue
        words = " ".join(str(field.get("description", "")).split()).replace("|", "\\|")
        default = field.get("default")
        shown = "" if default in (None, [], {}) else f"`{json.dumps(default)}`"
        yield key, words, shown


def _inside(schema: dict[str, Any], field: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    """The mapping that a field holds, and its key with a mark for what it is a list or a mapping of."""
    for part, mark in ((field.get("items"), "[]"), (field.get("additionalProperties"), ".<name>")):
        if isinstance(part, dict) and "$ref" in part:
            field, key = part, key + mark
    reference = field.get("$ref", "")
    found: dict[str, Any] = schema["$defs"][reference.rpartition("/")[2]] if reference else field
    return found, key
