"""Nothing that a stranger writes acts in anything we print: R20, R23, R24, R25, in every format there is."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policygate import check
from policygate.cli import _run
from policygate.cli.explain import page
from policygate.cli.known import available
from policygate.cli.waivers import _PRINTED
from policygate.model import Location, Standing, Waiver
from policygate.policy import loader
from policygate.reporters import FORMATS, render
from tests.hostile_repo import FILES, TROUBLE, hostile, manifest
from tests.repo import Repo
from tests.reporters.strategies import reports, standings
from tests.scanners import COLOURS, LINK, calendar, plain, scan, terminal, tokens

if TYPE_CHECKING:
    from policygate.model import Report

    Capture = pytest.CaptureFixture[bytes]

widths = st.none() | st.integers(1, 130)


@given(reports(), widths)
def test_a_report_acts_in_no_format(report: Report, width: int | None) -> None:
    """Every format is read as it is meant, by all who may read it, and ends with one new line."""
    for form in FORMATS:
        text = render(report, form, width=width, link=LINK)
        scan(text, form)
        assert re.search(r"[^\n]\n\Z", text)


@given(reports(), widths)
def test_a_report_acts_in_no_terminal(report: Report, width: int | None) -> None:
    """With colours and links there is no other escape, and without them it is the plain text."""
    shown = render(report, "text", width=width, color=True, root="/a b/\udcff")
    terminal(shown)
    plain = render(report, "text", width=width)
    links = re.compile(r"\x1b\]8;;[^\x1b]*\x1b\\")
    assert links.sub("", COLOURS.sub("", shown)) == plain != shown


Run = Callable[..., tuple[str, str]]
LOAD = cache(loader._load_file)
"""The shipped policies are the same in every run: they are read once."""


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """See `hostile`."""
    return hostile(tmp_path_factory.mktemp("hostile") / "repo")


@pytest.fixture
def run(repo: Repo, monkeypatch: pytest.MonkeyPatch, capfdbinary: Capture) -> Run:
    """Runs the command in the repository, in this process; what it says on both streams."""
    monkeypatch.chdir(repo.path)
    monkeypatch.setattr(loader, "_load_file", LOAD)
    for name in set(os.environ) - set(repo.env):
        monkeypatch.delenv(name)
    for name, value in repo.env.items():
        monkeypatch.setenv(name, value)

    def ran(*arguments: str) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["policygate", *arguments])
        _run()
        said = capfdbinary.readouterr()
        return said.out.decode(), said.err.decode()

    return ran


TODAY = ("--today", "2026-01-15")


@given(st.lists(standings(), max_size=3))
def test_a_waiver_acts_in_no_list(waivers: list[Standing]) -> None:
    """Lists for people, programs and calendars are read as they are meant."""
    # Only one with an end is in a calendar.
    ending = [replace(each, waiver=each.waiver._replace(expires="2026-01-20")) for each in waivers]
    for form, printed in _PRINTED.items():
        scan(printed([*waivers, *ending], date(2026, 1, 15)), form)


def test_a_calendar_says_what_a_waiver_says() -> None:
    """Its texts are folded and escaped, and read again as they were."""
    said = "due; see \\\\host, \u8a2d\u5b9a " + "long " * 40
    waiver = Waiver(
        "id", "p", "a/B/c", Location("w", 1), reason=said, owner="@a", expires="2026-01-20"
    )
    (event,) = calendar(_PRINTED["ics"]([Standing(waiver, "in force", 5)], date(2026, 1, 15)))
    assert event["DESCRIPTION"] == f"{said} (@a)"
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20260120", "20260121")


def test_no_report_of_a_hostile_change_acts(run: Run, tmp_path: Path) -> None:
    """Names, values, files, waivers, comments and policies of a real repository, through every format at once."""
    files = {form: tmp_path / form for form in FORMATS}
    written = [f"--format={form}={file}" for form, file in files.items()]
    out, err = run("check", "--base", "HEAD", "-v", *written, *TODAY)
    plain(out + err)
    texts = {form: file.read_text("utf-8") for form, file in files.items()}
    for form, text in texts.items():
        scan(text, form)
    seen = json.loads(texts["json"])
    assert seen["outcome"] == "block" and not seen["faults"]
    found = {each["policy"] for each in seen["findings"]}
    assert {f"own-{number}" for number in range(len(TROUBLE))} <= found
    assert len(seen["waived"]) > 10 and len({each["file"] for each in seen["findings"]}) > len(
        FILES
    )


COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "settings": (("check", "--show-settings"), "text"),
    "waivers": (("waivers", *TODAY), "text"),
    "log": (("waivers", "--log"), "text"),
    "log json": (("waivers", "--log", "--format", "json"), "json"),
    "policies": (("policies", "repository"), "text"),
    "policies json": (("policies", "--format", "json"), "json"),
    "test": (("test",), "text"),
    "test junit": (("test", "--format", "junit"), "junit"),
}
"""What prints something of a repository, and how it is read."""


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_says_what_acts(command: str, run: Run) -> None:
    """Whatever prints what a stranger wrote is read as it is meant, and so is its standard error."""
    arguments, form = COMMANDS[command]
    out, err = run(*arguments)
    assert out
    scan(out, form)
    plain(err)


def test_no_page_of_the_manual_acts(run: Run) -> None:
    """Whoever looks at a pull request may ask what its policies are for, and list them."""
    for number in range(2):
        out, err = run("explain", f"own-{number}")
        assert out.startswith(f"own-{number}: ")
        plain(out + err)
    own = [each for each in available() if each.id.startswith("own-")]
    assert len(own) == len(TROUBLE)
    for each in own:
        plain("\n".join(page(each)))


def test_no_list_of_policies_acts(run: Run) -> None:
    """A title makes no HTML, no link, no row and no heading."""
    listed, _ = run("policies", "--format", "markdown")
    own = listed.partition("## repository\n")[2].partition("## ")[0]
    assert own.count("\n| [`own-") == len(TROUBLE)
    found = tokens(own)
    assert not [each for each in found if each.type in {"html_block", "html_inline", "image"}]
    assert [each.type for each in found].count("link_open") == len(TROUBLE)
    plain(listed)


def test_no_error_acts(run: Run, repo: Repo) -> None:
    """What is asked for and not there, and settings that cannot be read, are named and shown."""
    for text in TROUBLE:
        for arguments in (
            ("check", f"./{text}"),
            ("check", "--base", text),
            ("check", "--select", text),
            ("check", f"--{text}"),
            ("waivers", "--format", text),
            (f"_{text}",),
        ):
            out, err = run(*arguments)
            assert (out, err[-1:]) == ("", "\n")
            plain(err)
        repo.write(".policygate/config.yaml", json.dumps({f"policies{text}": text}))
        out, err = run("check", "--base", "none")
        assert out == "" and err.startswith("error: .policygate/config.yaml:1:2: unknown key")
        plain(err)
    repo.remove(".policygate/config.yaml")
    plain("".join(run("explain", TROUBLE[5])))


@pytest.mark.parametrize("text", [TROUBLE[0], TROUBLE[5], TROUBLE[29]])
def test_an_emergency_of_a_hostile_resource(
    text: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `waive` says acts nowhere, and what it writes says what was said."""
    small = Repo.init(tmp_path / "small")
    name = f"{text.strip()}.yaml".replace("/", "_")
    small.commit({name: json.dumps(manifest(text, loose=False))})
    small.write(name, json.dumps(manifest(text, loose=True)))
    monkeypatch.chdir(small.path)
    report = check(small.path, base="HEAD", select=["host-network"])
    resource = str(report.findings[0].resource)
    why = ("--until", "7d", "--owner", "@a", "--base", "HEAD", *TODAY)
    out, err = run("waive", "host-network", "--resource", resource, "--reason", text, *why)
    plain(out + err)
    (path,) = (small.path / ".policygate/waivers").iterdir()
    said = yaml.safe_load(path.read_text("utf-8"))  # noqa: TID251 (by another reader than ours)
    assert (said["resource"], said["reason"]) == (resource, " ".join(text.split()))
    assert said["file"] == name
