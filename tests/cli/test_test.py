"""`policygate test` as an author meets it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from policygate.cli.test import command
from policygate.errors import UsageError
from policygate.policy.loader import load_shipped
from tests.authoring.policies import GOOD, document, validation


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _test(*args: str) -> Result:
    result = CliRunner().invoke(command, args)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def _write(name: str, **spec: object) -> None:
    Path(name).write_text(document(Path(name).stem, **spec), encoding="utf-8")


def test_a_good_policy_has_nothing_said_about_it() -> None:
    """All as expected: one sentence on standard error, and 0."""
    _write("mine.yaml")
    result = _test("mine.yaml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 policy, 2 examples: all as expected\n"


def test_without_paths_own_policies_are_tested_or_the_shipped_ones() -> None:
    """A repository's own policies are tested alone; where there are none, the shipped ones."""
    result = _test()
    assert result.exit_code == 0
    assert result.stderr.startswith(f"{len(load_shipped())} policies, ")
    Path(".policygate/policies").mkdir(parents=True)
    _write(".policygate/policies/mine.yaml", examples=[*GOOD["examples"], {"name": "no", "expect": "fail", "container": {"name": "x"}}])  # fmt: skip
    result = _test()
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0].startswith(".policygate/policies/mine.yaml:")
    assert result.stderr.startswith("1 policy, ")


def test_a_broken_file_hides_no_other() -> None:
    """What cannot be read is said with its place, and the rest is tested all the same."""
    Path("a.yaml").write_text(document("a").replace("level:", "levle:"), encoding="utf-8")
    Path("b.py").write_text("1 +", encoding="utf-8")
    _write("c.yaml", examples=GOOD["examples"][:1])  # type: ignore[index]
    result = _test(".")
    assert result.exit_code == 1
    out = result.stdout
    assert "a.yaml:6:3: unknown key `spec.levle`\n  Did you mean `level`?\n" in out
    assert "b.py:1:" in out
    assert "c.yaml" in out and "`expect: fail`" in out
    assert "3 failures" in result.stderr


def test_failures_are_shown_as_differences() -> None:
    """Marked lines, words and paths: what was expected stands beside what was found."""
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: web  # expect: mine\n      securityContext:\n        privileged: true\n"
    examples = [
        {"name": "words", "expect": "fail", "message": "is root", "path": "tty",
         "container": {"name": "web", "securityContext": {"privileged": True}}},
        {"name": "lines", "expect": "fail", "file": text},
        {"name": "none", "expect": "pass", "file": text},
        {"name": "not meant", "expect": "fail", "object": {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}}},
        {"name": "same", "expect": "fail", "container": {"name": "a"}, "oldContainer": {"name": "a"}},
    ]  # fmt: skip
    _write("mine.yaml", examples=examples)
    out = _test("mine.yaml").stdout
    assert "    - is root\n    + container web is privileged\n" in out
    assert "    - tty\n    + spec.containers[web].securityContext.privileged\n" in out
    assert "    -    6 |     - name: web  # expect: mine\n" in out
    assert "    +    8 |         privileged: true  <- container web is privileged\n" in out
    assert "expected to pass, but found:\n" in out
    assert "`match` and `exclude` leave out this CREATE of Service" in out
    assert "base and head are the same" in out
    assert out.count("mine.yaml:") >= 5


def test_a_false_condition_is_named() -> None:
    """Whoever wonders why nothing is found is told which condition was false."""
    _write("mine.yaml", matchConditions=[{"expression": "oldContainer != null"}])
    out = _test("mine.yaml").stdout
    assert "this condition is false: oldContainer != null" in out


def test_advice_fails_only_when_asked() -> None:
    """Advice is printed with its line; --strict lets it fail."""
    _write("mine.yaml", variables=[{"name": "unread", "expression": "container.name"}])
    result = _test("mine.yaml")
    assert result.exit_code == 0
    assert ": mine: advice: nothing reads `variables.unread`\n  Leave it out.\n" in result.stdout
    assert "all as expected, 1 piece of advice" in result.stderr
    assert _test("mine.yaml", "--strict").exit_code == 1


def test_junit_goes_to_a_file() -> None:
    """`--format junit=FILE` beside the text: a suite is a policy, a case an example."""
    _write("mine.yaml", validations=validation("true"))
    assert _test("mine.yaml", "--format", "text", "--format", "junit=out.xml").exit_code == 1
    root = ET.parse("out.xml").getroot()
    assert (root.attrib["tests"], root.attrib["failures"]) == ("2", "1")
    (failure,) = root.findall("testsuite[@name='mine']/testcase[@name='privileged']/failure")
    assert failure.attrib["message"] == "expected to fail, but nothing was found"
    assert (failure.text or "").startswith("mine.yaml:")


def test_ids_are_unique() -> None:
    """Two files with one id are told, and the first of them counts."""
    Path("one").mkdir()
    Path("two").mkdir()
    _write("one/mine.yaml")
    _write("two/mine.yaml")
    result = _test("one", "two")
    assert result.exit_code == 1
    assert "two/mine.yaml:1:1: the id `mine` is taken by one/mine.yaml" in result.stdout


@pytest.mark.parametrize(
    "args", [("nowhere.yaml",), (".",), (".", "--format", "xml"), (".", "--format", "junit", "--format", "text")]
)  # fmt: skip
def test_what_cannot_be_done_is_an_error_of_usage(args: tuple[str, ...]) -> None:
    """No such path, no policies in it, no such format: exit code 2, through the error's own."""
    with pytest.raises(UsageError) as wrong:
        _test(*args)
    assert wrong.value.exit_code == 2
