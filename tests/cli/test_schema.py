"""What is made from the policies and from the format is current, and says what the format says."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from policygate.cli import policies, schema
from policygate.cli.manual import pages
from policygate.cli.schema import keys_of, schema_of
from policygate.errors import PolicyError
from policygate.policy.document import PolicyDocument, validate
from policygate.policy.loader import shipped_root
from policygate.yamldoc import parse

ROOT = shipped_root()
FILES = sorted(ROOT.glob("*/*.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(schema_of("policy"))
SHIPPED = [parse(file.read_bytes(), file.name).documents[0].value for file in FILES]


@pytest.mark.parametrize(
    ("command", "args", "file"),
    [
        (policies.command, ["--format", "markdown"], "README.md"),
        (policies.command, ["--format", "index"], "index.json"),
        (schema.command, ["policy"], "policy.schema.json"),
    ],
)
def test_generated_files_are_current(
    command: Any, args: list[str], file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files in `policies/` are what the command prints: write them anew when this fails."""
    monkeypatch.chdir(tmp_path)
    printed = CliRunner().invoke(command, args).stdout
    assert printed == (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_shipped_policies_fit_the_schema(file: Path) -> None:
    """Every policy in YAML is valid, and tells editors where its schema is."""
    text = file.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert (file.parent / first.removeprefix("# yaml-language-server: $schema=")).is_file()
    VALIDATOR.validate(yaml.load(text, yaml.SafeLoader))  # noqa: TID251 (as editors read it)


@pytest.mark.parametrize("document", ["policy", "config", "waiver"])
def test_schemas_are_schemas_and_explain_every_key(document: str) -> None:
    """They hold against their metaschema, and an editor finds words for each key."""
    found = schema_of(document)
    jsonschema.Draft202012Validator.check_schema(found)
    for each in (found, *found["$defs"].values()):
        assert each["description"]
        for key, below in each.get("properties", {}).items():
            assert below.get("description") or "$ref" in below, key


def test_the_settings_of_the_manual_fit_their_schema() -> None:
    """What the manual shows is valid; a misspelt key is not."""
    text = pages()["settings"].read_text(encoding="utf-8").split("```")[1]
    settings = yaml.load(text.removeprefix("yaml"), yaml.SafeLoader)  # noqa: TID251
    validator = jsonschema.Draft202012Validator(schema_of("config"))
    validator.validate(settings)
    assert not validator.is_valid({**settings, "polices": {}})


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, below in items:
        if not {"schema", "object", "oldObject", "params"} & {*map(str, path)}:
            found += _places(below, (*path, key))
    return found


@st.composite
def _mutants(draw: st.DrawFn) -> Any:
    """A shipped policy in which something was taken away, replaced or added."""
    value = copy.deepcopy(draw(st.sampled_from(SHIPPED)))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(_places(value)))
        parent = value
        for part in path[:-1]:
            parent = parent[part]
        how = draw(st.sampled_from(["without", "other", "more"]))
        if how == "without":
            del parent[path[-1]]
        elif how == "more" and isinstance(parent, dict):
            parent[draw(st.sampled_from(["nmae", "level", "expression", "schema", "path"]))] = (
                "note"
            )
        else:
            parent[path[-1]] = draw(
                st.sampled_from(["", "x", "error", "pass", 1, True, None, [], {}, ["CREATE"], [{}]])
            )
    return value


def _fits(value: Any) -> bool:
    (document,) = parse(json.dumps(value).encode(), "x.yaml").documents
    try:
        validate(PolicyDocument, document.value, document)
    except PolicyError:
        return False
    spec = value["spec"]
    kinds = [("expression" in each) + ("schema" in each) for each in spec["validations"]]
    expected = {example["expect"] for example in spec["examples"]}
    return kinds == [1] * len(kinds) and expected == {"pass", "fail"}


@given(_mutants())
def test_the_schema_says_what_the_format_says(value: Any) -> None:
    """An editor and the gate agree on what a policy file may hold."""
    assert VALIDATOR.is_valid(value) == _fits(value)


def test_the_manual_lists_every_key_of_the_settings() -> None:
    """The table is made from the format, and each key has its line."""
    table = keys_of(schema_of("config"))
    assert table in pages()["settings"].read_text(encoding="utf-8")
    assert all(len(row.split("|")[2].strip()) > 10 for row in table.splitlines()[2:])
