"""What a change proposes for the gate is held to be loadable before it is merged, and never run."""

from __future__ import annotations

from pathlib import Path

import pytest

import policygate
from tests.cli.test_cli import ENV, POD, git, run

CONFIG = ".policygate/config.yaml"
OWN = ".policygate/policies/"
YAML = """\
apiVersion: policygate.dev/v1
kind: Policy
metadata: {name: NAME}
spec:
  title: A pod has no owner
  level: error
  match: {kinds: [Pod]}
  validations: [{expression: "'owner' in object.metadata.labels"}]
  why: Somebody must answer.
  fix: Name the owner.
  examples:
    - {name: a, expect: pass, object: {metadata: {name: a, labels: {owner: b}}}}
    - {name: b, expect: fail, object: {metadata: {name: a, labels: {}}}}
"""
PYTHON = '''\
"""A thing is wrong.

For a reason.

Fix:
Mend it.
"""
from policygate.policy import Example, policy
import sys
EXAMPLES = (Example("a", "pass", {}), Example("b", "fail", {"a": 1}))


@policy(level="error", kinds=["apps/Deployment"], examples=EXAMPLES)
def check(pair, params):
    return ()
'''
RUNS = 'python_policies: [".policygate/policies/*.py"]\n'


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with a Pod in it."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "pod.yaml").write_text(POD % "false")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "base")
    return tmp_path


def _write(repo: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text(text)


GOOD: list[dict[str, str]] = [
    {CONFIG: "gate: {fail_on: warning}\n"},
    {OWN + "pod-owner.yaml": YAML.replace("NAME", "pod-owner")},
    {CONFIG: RUNS, OWN + "p.py": PYTHON},
    {CONFIG: RUNS + "policies: {p: {level: note, params: {a: 1}}}\n", OWN + "p.py": PYTHON},
    {OWN + "notes.md": "no policy"},
    {OWN + "p.py": "not python, and not named by settings"},
]
BROKEN = [
    ({CONFIG: "policies: {no-such: {level: note}}\n"}, CONFIG, 1, "there is no policy `no-such`"),
    ({CONFIG: "gate:\n  fail_no: x\n"}, CONFIG, 2, "`gate.fail_no`"),
    ({OWN + "x.yaml": YAML.replace("NAME", "other")}, OWN + "x.yaml", 3, "stem"),
    ({OWN + "host-network.yaml": YAML.replace("NAME", "host-network")}, "", 1, "taken"),
    (
        {CONFIG: RUNS, OWN + "p.py": PYTHON.replace("def check", "def 1")},
        OWN + "p.py",
        14,
        "syntax",
    ),
    ({CONFIG: RUNS, OWN + "p.py": PYTHON.replace("error", "eror")}, OWN + "p.py", 13, "eror"),
]


@pytest.mark.parametrize("files", GOOD)
def test_what_can_be_loaded_passes(repo: Path, files: dict[str, str]) -> None:
    """A change of the gate's own files that loads is no fault."""
    _write(repo, files)
    report = policygate.check(repo, base="main", env=ENV)
    assert (report.faults, report.exit_code) == ((), 0)


@pytest.mark.parametrize(("files", "file", "line", "word"), BROKEN)
def test_what_would_break_every_later_check_is_a_fault(
    repo: Path, files: dict[str, str], file: str, line: int, word: str
) -> None:
    """A broken file of the gate fails the change that brings it, at its line."""
    _write(repo, files)
    report = policygate.check(repo, base="main", env=ENV)
    assert report.exit_code == 2
    (fault,) = report.faults
    assert fault.location is not None
    assert (fault.location.file, fault.location.line) == (file or fault.location.file, line)
    assert word in fault.message
    assert fault.message.startswith("after the merge every check would fail: ")
    result = run(repo, "test")
    assert result.returncode == 1
    assert word in result.stdout


def test_a_proposed_python_policy_is_not_run(repo: Path) -> None:
    """Neither the check nor the list of policies nor a page runs what the change brings."""
    _write(repo, {CONFIG: RUNS, OWN + "deep/p.py": PYTHON + "\nopen('ran', 'w')\n"})
    policygate.check(repo, base="main", env=ENV)
    listed = run(repo, "policies")
    page = run(repo, "explain", "p")
    assert "p  " in listed.stdout
    assert "For a reason." in page.stdout
    assert not (repo / "ran").exists()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("sys.exit(0)", "SystemExit"),
        ("import nothing_like_it", "nothing_like_it"),
        ("EXAMPLES[7]", "IndexError"),
    ],
)
def test_a_python_policy_that_ends_the_process_is_an_error(
    repo: Path, line: str, word: str
) -> None:
    """What a policy does when it is imported never looks like a pass, and its line is named."""
    _write(repo, {CONFIG: RUNS.replace("*.py", "**"), OWN + "p.py": PYTHON + f"\n\n{line}\n"})
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "policy")
    with pytest.raises(policygate.PolicyError, match=word) as caught:
        policygate.check(repo, base="main", env=ENV)
    assert str(caught.value).startswith(f"{OWN}p.py:18:1: ")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("sys.exit(0)", "SystemExit"),
        ("yield 'x'", "yields str"),
        ("raise ValueError('secret')", "ValueError"),
    ],
)
def test_a_check_that_does_anything_but_yield_problems_is_a_fault(
    repo: Path, body: str, word: str
) -> None:
    """A check that exits, raises or yields something else judges nothing, and that is said."""
    _write(repo, {CONFIG: RUNS, OWN + "p.py": PYTHON.replace("return ()", body)})
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "policy")
    (repo / "pod.yaml").write_text((POD % "false").replace("metadata:", "metadata: # new\n ", 1))
    (repo / "new.yaml").write_text((POD % "false").replace("name: a", "name: b"))
    report = policygate.check(repo, base="main", env=ENV)
    assert report.exit_code == 2
    assert word in report.faults[0].message
    assert "secret" not in report.faults[0].message


def test_what_a_policy_prints_is_not_part_of_the_report(repo: Path) -> None:
    """Standard output holds the report alone."""
    _write(repo, {CONFIG: RUNS, OWN + "p.py": PYTHON + "\nprint('hello')\n"})
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "policy")
    result = run(repo, "check", "--base", "main", "--format", "json")
    assert "hello" not in result.stdout
    assert result.stdout.startswith("{")


def test_links_and_folders_are_no_policies(repo: Path) -> None:
    """A link is said not to be followed; a folder with the name of a policy is a folder."""
    _write(repo, {OWN + "folder.yaml/pod-owner.yaml": YAML.replace("NAME", "pod-owner")})
    (repo / OWN / "link.yaml").symlink_to("nowhere.yaml")
    result = run(repo, "test", OWN)
    assert result.returncode == 1
    assert "symbolic link" in result.stdout
    assert "pod-owner" in run(repo, "policies").stdout


def test_a_broken_policy_hides_no_other(repo: Path) -> None:
    """What can be listed and explained is, and what is broken is told beside it."""
    _write(repo, {OWN + "x.yaml": YAML, OWN + "pod-owner.yaml": YAML.replace("NAME", "pod-owner")})
    listed = run(repo, "policies")
    assert listed.returncode == 0
    assert "pod-owner" in listed.stdout
    assert f"left out: {OWN}x.yaml:3:12: " in listed.stderr
    assert run(repo, "explain", "host-network").returncode == 0


def test_settings_that_mean_nothing_are_told(repo: Path) -> None:
    """A pattern that no file matches is advice at its line; one that does is none."""
    config = """\
files:
  exclude: ["*.yaml", "chart/**"]
schemas: [nowhere]
overrides:
  - match: {paths: [clusters/prod/**]}
    policies: {host-network: {level: note}}
"""
    _write(repo, {CONFIG: config})
    result = run(repo, "test")
    assert result.returncode == 0
    assert f"{CONFIG}:2: settings: advice: no file matches `chart/**`" in result.stdout
    assert f"{CONFIG}:3: settings: advice: there is no folder `nowhere`" in result.stdout
    assert f"{CONFIG}:5: settings: advice: no file matches `clusters/prod/**`" in result.stdout
    assert "`*.yaml`" not in result.stdout
    assert run(repo, "test", "--strict").returncode == 1
