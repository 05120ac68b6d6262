"""The library: a typed report, nothing printed, no state."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import policygate
import policygate.policy
from policygate import model
from policygate.reporters import FORMATS
from tests.cli.test_cli import ENV, POD, git


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository whose worktree switches hostNetwork on."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "pod.yaml").write_text(POD % "false")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    (tmp_path / "pod.yaml").write_text(POD % "true")
    return tmp_path


def test_a_typed_report_and_silence(repo: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`check` returns a report and prints nothing."""
    report = policygate.check(repo, base="main", env=ENV)
    assert isinstance(report, policygate.Report)
    assert [each.policy for each in report.findings if each.blocks] == ["host-network"]
    assert (report.outcome, report.exit_code) == ("block", 1)
    assert capfd.readouterr() == ("", "")


def test_twice_and_from_threads(repo: Path) -> None:
    """Calls do not disturb one another: the report is always the same."""
    first = policygate.check(repo, base="main", env=ENV)
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: policygate.check(repo, base="main", env=ENV), range(16)))
    assert all(report == first for report in reports)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"base": "nope"}, policygate.BaseError),
        ({"select": ["nope"]}, policygate.UsageError),
        ({"paths": ["nope.yaml"]}, policygate.UsageError),
        ({"head": "nope"}, policygate.UsageError),
    ],
)
def test_errors_are_documented(
    repo: Path, arguments: dict[str, object], error: type[Exception]
) -> None:
    """What cannot be done raises an error of ours, with a message and a hint."""
    with pytest.raises(error) as raised:
        policygate.check(repo, env=ENV, **arguments)  # type: ignore[arg-type]
    assert isinstance(raised.value, policygate.PolicygateError)
    assert raised.value.message
    assert raised.value.hint


def test_no_repository(tmp_path: Path) -> None:
    """A folder without git, and without paths, is an error of ours."""
    with pytest.raises(policygate.GitError):
        policygate.check(tmp_path, env=ENV)


def test_nothing_is_touched(repo: Path) -> None:
    """Worktree, index and branch are as before, and no file was added."""
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in repo.rglob("*") if p.is_file()}
    policygate.check(repo, base="main", env={**os.environ, **ENV})
    assert before == {
        p: (p.stat().st_mtime_ns, p.stat().st_size) for p in repo.rglob("*") if p.is_file()
    }


PROMISED = Path(__file__).with_name("public-1.names")


def _members(each: type) -> list[str]:
    """The properties and methods that a class of ours adds to what its kind has anyway."""
    own = [
        name
        for base in each.__mro__
        if base.__module__.startswith("policygate")
        for name in vars(base)
    ]
    fields = getattr(each, "_fields", getattr(each, "__dataclass_fields__", ()))
    return sorted({name for name in own if name[:1] != "_"} - {*fields})


def _surface() -> Iterator[str]:
    """A line for each public name and each of its parameters, fields and properties."""
    for module in (policygate, policygate.policy):
        for name in module.__all__:
            each, called = getattr(module, name), f"{module.__name__}.{name}"
            if isinstance(each, type):
                yield f"{called}({', '.join(base.__name__ for base in each.__bases__)})"
                yield from (f"{called}.{member}" for member in _members(each))
            else:
                yield called if callable(each) else f"{called}: {type(each).__name__}"
            for part in inspect.signature(each).parameters.values() if callable(each) else ():
                given = part.annotation
                said = getattr(given, "__forward_arg__", None) or inspect.formatannotation(given)
                said = said.strip("'")
                default = "" if part.default is part.empty else f" = {part.default!r}"
                star = "*" if part.kind is part.KEYWORD_ONLY else ""
                yield f"{called}.{star}{part.name}: {said}{default}"


def test_no_break_is_an_accident() -> None:
    """Names, parameters, fields and their types are as promised; a change of the file is a decision."""
    assert "\n".join(_surface()) == PROMISED.read_text(encoding="utf-8").rstrip("\n")


def test_what_a_report_holds_is_public() -> None:
    """Whoever is handed a report can name the type of each of its parts."""
    classes = {name: each for name, each in vars(model).items() if isinstance(each, type)}
    reached, todo = set[str](), ["Report"]
    while todo:
        name = todo.pop()
        if name not in reached and classes[name].__module__ == "policygate.model":
            reached.add(name)
            types = " ".join(map(str, getattr(classes[name], "__annotations__", {}).values()))
            todo += set(re.findall(r"\b[A-Z]\w+", types)) & classes.keys()
    assert reached <= {*policygate.__all__}


def test_an_error_can_be_rendered(repo: Path) -> None:
    """What `check` raises becomes a report in any format; an unknown format is an error of ours."""
    with pytest.raises(policygate.BaseError) as raised:
        policygate.check(repo, base="nope", env=ENV)
    for name in FORMATS:
        assert "nope" in policygate.render(raised.value, name) or name in {"gitlab", "rdjson"}
    with pytest.raises(policygate.UsageError, match="unknown format `html`"):
        policygate.render(raised.value, "html")


def test_every_field_has_its_words() -> None:
    """An editor shows what each field of a public value means."""
    for name in policygate.__all__:
        each = getattr(policygate, name)
        fields = [*getattr(each, "_fields", getattr(each, "__dataclass_fields__", ()))]
        words = inspect.getdoc(each) or ""
        missing = [field for field in fields if f"`{field}`" not in words and field != "record"]
        assert not missing, name
