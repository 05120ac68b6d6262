"""What no example reaches is told, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygate.authoring.trial import try_policy
from policygate.policy.loader import load_own
from tests.authoring.policies import GOOD, advised, tried, validation

TWO = '''"""Container has a name.

It should not.

Fix: leave it out.
"""
from collections.abc import Iterator
from policygate.policy import Example, Pair, Problem, policy

EXAMPLES = (
    Example("unnamed", "pass", {"image": "web:1"}, binds="container"),
    Example("named", "fail", {"name": "web"}, binds="container"),
)


def _unused() -> int:
    return 1


def _words(name: str) -> str:
    if name.startswith("x"):
        return "begins with x"
    return (
        "is there"
    )


@policy(level="error", kinds=["workload"], scope="container", examples=EXAMPLES)
def mine(pair: Pair, params: None) -> Iterator[Problem]:
    """Say it."""
    if pair.head.view.name:
        yield Problem(pair.head.view.name, f"the name {_words(pair.head.name)}")
    for port in pair.head.view.ports:
        yield Problem(
            port, "a port"
        )
'''


def test_verdicts_that_never_came() -> None:
    """Each validation has an example that fails it and one that passes it."""
    first = GOOD["validations"][0]  # type: ignore[index]
    other = {"expression": "container.?tty.orValue(true)", "message": "no"}
    assert advised(validations=[first, other]) == ["no example fails this validation"]
    other = {"expression": "container.?tty.orValue(false)", "message": "no"}
    said = tried(validations=[first, other])
    assert said.failures  # the example that passes does not pass any more


def test_a_deletion_is_never_passed() -> None:
    """Where `match` alone decides that it fails, no example has to pass it."""
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "db"}}
    said = advised(
        scope="object",
        match={"kinds": ["PersistentVolumeClaim"], "operations": ["DELETE"]},
        validations=validation("object != null"),
        examples=[
            {"name": "kept", "expect": "pass", "oldObject": claim, "object": {**claim, "spec": {}}},
            {"name": "gone", "expect": "fail", "oldObject": claim},
        ],
    )
    assert not said


def test_conditions_that_leave_nothing_out() -> None:
    """Each condition has an example that it leaves out."""
    conditions = [{"expression": "container.name != 'sidecar'"}]
    assert advised(matchConditions=conditions)[0] == "no example is left out by this condition"


def test_pieces_that_never_ran() -> None:
    """Arms of a choice, terms of a chain and bodies of macros are looked at one by one."""
    expression = (
        "container.?securityContext.?privileged.orValue(false) == false"
        " && (has(container.ports) ? container.ports.all(p, !has(p.hostPort)) : true)"
        " || container.name == 'exempt' && container.image == 'exempt'"
    )
    assert advised(validations=validation(expression, "{{ container.name }}")) == [
        "no example reaches `container.ports.all(p, !has(p.hostPort))`",
        "no example reaches `container.image == 'exempt'`",
    ] or advised(validations=validation(expression, "{{ container.name }}")) == [
        "no example reaches `container.image == 'exempt'`",
        "no example reaches `container.ports.all(p, !has(p.hostPort))`",
    ]


@pytest.mark.parametrize("words", ["1 + 1", "container.name + 1", "[container.name]"])
def test_a_message_expression_that_gives_no_text(words: str) -> None:
    """One that never has a text where an example asks for it is told; one that has is not."""
    said = "this gives no text that may be shown in an example: `message` is said"
    good = GOOD["validations"][0]  # type: ignore[index]
    assert said in advised(validations=[{**good, "messageExpression": words}])
    assert said not in advised(validations=[{**good, "messageExpression": "container.name"}])


def test_variables_only_for_messages_are_no_matter() -> None:
    """A variable that no verdict rests on needs no example."""
    variables = [{"name": "who", "expression": "container.name"}]
    message = [{**GOOD["validations"][0], "message": "{{ variables.who }}"}]  # type: ignore[index]
    assert not advised(variables=variables, validations=message)


def test_lines_of_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements of the check and of the functions it uses; nothing else of the module."""
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(TWO, encoding="utf-8")
    (policy,) = load_own([("mine.py", TWO.encode())])
    trial = try_policy(policy)
    assert not trial.failures
    lines = TWO.splitlines()
    first = lines.index('        return "begins with x"') + 1
    last = lines.index("        yield Problem(") + 1
    assert [(each.line, each.message) for each in trial.advice] == [
        (first, f"no example reaches line {first}"),
        (last, f"no example reaches lines {last} to {last + 2}"),
    ]
