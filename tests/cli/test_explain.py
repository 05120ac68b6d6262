"""`policygate explain`: the pages of the manual beside those of the policies."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from policygate.cli.explain import command
from policygate.cli.manual import pages
from policygate.errors import UsageError
from tests.cli.test_cli import OWN


def _said(*arguments: str) -> str:
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_without_a_name_it_says_which_pages_there_are() -> None:
    """Each with its title, and how to get at the pages of policies."""
    said = _said()
    for name, page in pages().items():
        title = page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        assert f"policygate explain {name} " in said and title in said
    assert "`policygate policies` lists them all" in said


def test_a_page_is_shown_as_it_is_written() -> None:
    """Markdown reads well in a terminal."""
    for name, page in pages().items():
        assert _said(name) == page.read_text(encoding="utf-8").rstrip("\n") + "\n"


def test_an_unknown_name_is_told_what_there_is() -> None:
    """A page that is meant is proposed, and all of them are named."""
    with pytest.raises(UsageError) as raised:
        _said("adoptin")
    assert "there is no policy and no page `adoptin`" in raised.value.message
    assert "Did you mean `adopting`?" in raised.value.hint
    assert all(name in raised.value.hint for name in pages())


def test_a_policy_of_the_repository_comes_before_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to know what pages there are to name a policy."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / ".policygate" / "policies"
    folder.mkdir(parents=True)
    (folder / "trust.yaml").write_text(OWN.replace("no-web", "trust"), encoding="utf-8")
    assert _said("trust").startswith("trust: Deployment is called web\n")


def test_pages_are_completed() -> None:
    """Beside the ids of policies that begin alike."""
    (argument,) = command.params[:1]
    found = [each.value for each in argument.shell_complete(command.make_context("x", [""]), "s")]
    assert {"secrets", "settings", "secret-plaintext"} <= {*found}
