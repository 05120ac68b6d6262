"""`policygate schema`: the JSON Schemas of the files that people write, for their editors."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command(name="schema", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "document",
    type=click.Choice(["policy", "config", "waiver", "report"]),
    metavar="policy|config|waiver|report",
)
def command(document: str) -> None:
    """Print the JSON Schema of a policy file, of the settings, of a waiver, or of the JSON report.

    Editors with the YAML language server complete and check a file that begins with

    \b
      # yaml-language-server: $schema=../policy.schema.json

    when the schema stands there:

    \b
      policygate schema policy > .policygate/policy.schema.json
    """  # noqa: D301 (click wants the character)
    click.echo(json.dumps(schema_of(document), indent=2))


def schema_of(document: str) -> dict[str, Any]:
    """The JSON Schema 2020-12 of a document.

    Args:
        document: `policy`, `config`, `waiver` or `report`.
    """
    from policygate.policy.document import PolicyDocument
    from policygate.settings_document import SettingsDocument
    from policygate.waiver_document import WaiverDocument

    if document == "report":
        from importlib.resources import files

        text = files("policygate.reporters").joinpath("report.schema.json").read_text("utf-8")
        report: dict[str, Any] = json.loads(text)
        return report
    schemas = {
        "policy": PolicyDocument.model_json_schema,
        "config": SettingsDocument.model_json_schema,
        "waiver": WaiverDocument.model_json_schema,
    }
    schema: dict[str, Any] = _untitled(schemas[document]())
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "title": f"policygate {document}", **schema}


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
