"""What README and manual tell their readers to do works, and prints what they say."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from mypy import api as mypy
from pre_commit.clientlib import load_config  # type: ignore[import-untyped]

import policygate
from policygate.policy.loader import load_shipped
from policygate.policy.yaml_format import read_policy
from policygate.settings import read_settings
from policygate.waivers import read_waiver
from policygate.yamldoc import parse
from tests.pages import ALL, NOT_RUN, ROOT, Block, blocks, commands, followed, without_comment

TEXTS = {name: page.read_text(encoding="utf-8") for name, page in ALL.items()}
EVERY = [(name, block) for name, text in TEXTS.items() for block in blocks(text)]
WITH_ITS_OWN_TESTS = {"ci"}
"""Pages whose commands and files are for other machines."""


@pytest.mark.parametrize("name", sorted(ALL.keys() - WITH_ITS_OWN_TESTS))
def test_what_a_page_says_works(name: str) -> None:
    """Each command on it exits as it says, in the order of the page, and prints what stands there."""
    assert followed(ALL[name]) == TEXTS[name], f"run `python -m tests.pages {name}`, and look"


def test_only_what_cannot_be_run_here_is_not_run() -> None:
    """Each command that is left out has a reason, and stands on a page."""
    shell = {"sh", "console"}
    said = {
        without_comment(line.removeprefix("$ "))
        for name, block in EVERY
        if block.language in shell and name not in WITH_ITS_OWN_TESTS
        for line in commands(block.text)
    }
    assert NOT_RUN.keys() <= said
    languages = {block.language for name, block in EVERY if name not in WITH_ITS_OWN_TESTS}
    assert languages <= {*shell, "yaml", "json", "python", "text"}


def _yaml() -> list[tuple[str, Block]]:
    return [(name, block) for name, block in EVERY if block.language == "yaml"]


@pytest.mark.parametrize(("name", "block"), _yaml(), ids=lambda each: getattr(each, "path", each))
def test_every_file_is_one(name: str, block: Block, tmp_path: Path) -> None:
    """Settings, policies, waivers, workflows and hooks are read as who reads them does; all else parses."""
    (document, *_) = parse(block.text.encode(), "block.yaml", templates=False).documents
    assert document.readable and not document.issues
    data = block.text.encode()
    if block.path == ".policygate/config.yaml":
        read_settings(data)
    elif block.path.startswith(".policygate/policies/"):
        assert f"{read_policy(data, block.path).id}.yaml" == Path(block.path).name
    elif block.path.startswith(".policygate/waivers/"):
        read_waiver(data, block.path)
    elif block.path.startswith(".github/workflows/"):
        vendored = files("check_jsonschema") / "builtin_schemas" / "vendor"
        schema = json.loads((vendored / "github-workflows.json").read_text(encoding="utf-8"))
        value = {key if key != "true" else "on": each for key, each in document.value.items()}
        jsonschema.Draft7Validator(schema).validate(value)
    elif block.path == ".pre-commit-config.yaml":
        (tmp_path / "config.yaml").write_bytes(data)
        assert load_config(tmp_path / "config.yaml")["repos"]


def test_every_json_block_is_json() -> None:
    """A reader may copy it."""
    for _, block in EVERY:
        if block.language == "json":
            json.loads(block.text)


def test_every_program_is_typed(tmp_path: Path) -> None:
    """What the pages show in Python passes mypy at its strictest."""
    programs = [(name, block) for name, block in EVERY if block.language == "python"]
    for number, (name, block) in enumerate(programs):
        before = "from policygate import check, render\n" if number and not block.path else ""
        file = tmp_path / f"{name.replace('-', '_')}_{number}.py"
        file.write_text(before + block.text, encoding="utf-8")
    cache = str(ROOT / ".mypy_cache")
    said, _, code = mypy.run(["--strict", "--cache-dir", cache, str(tmp_path)])
    assert code == 0, said


def test_links_lead_somewhere() -> None:
    """Each link of a page to a file of this repository is one, seen from where the page stands."""
    for name, text in TEXTS.items():
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if not target.startswith(("http:", "https:")):
                assert (ALL[name].parent / target).is_file(), f"{name}: {target}"


def test_every_page_is_listed_and_has_a_title() -> None:
    """The README names each, and no page is called like a policy, a pack or a name of another tool."""
    taken = {each.id for each in load_shipped()} | {each.pack for each in load_shipped()} - {
        "secrets"
    }
    for name, text in TEXTS.items():
        if name != "README":
            assert f"[`{name}`](policygate/manual/{name}.md)" in TEXTS["README"]
            assert re.match(r"# [A-Z][^\n]{10,100}\n\n", text)
            assert name not in taken


def test_every_public_name_is_explained() -> None:
    """The page `library` says of each name of the interface what it is."""
    table = TEXTS["library"].partition("## What there is")[2].partition("\n## ")[0]
    for name in policygate.__all__:
        assert f"`{name}`" in table or name == "__version__"


def test_the_bot_is_as_short_as_the_page_says() -> None:
    """Thirty lines at most."""
    (bot,) = (block for _, block in EVERY if block.path == "bot.py")
    assert len(bot.text.splitlines()) <= 30
