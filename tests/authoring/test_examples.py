"""An example goes the way of a real change, with the files that stand beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygate.authoring.examples import judge_example
from policygate.cli.explain import page
from policygate.policy.types import Example, Match, Pair, Policy, Problem


def _check(pair: Pair, _params: Any) -> Iterator[Problem]:
    files = pair.context.files
    other = files.read("conf/other.txt")
    if other is not None and other.text == "on\n" and "conf/other.txt" in files.holding("on"):
        old = pair.context.of_base.files.read(pair.head.file)
        yield Problem((), f"was {old.text if old else None!r}", key="other")


BESIDE = {"conf/other.txt": "on\n"}
POLICY = Policy(
    id="other",
    title="Other",
    level="note",
    check=_check,
    scope="file",
    match=Match(operations=("CREATE", "UPDATE")),
    why="x",
    fix="x",
    examples=(Example("beside", "fail", text="a: b\n", at="a.yaml", beside=BESIDE),),
)


def _messages(example: Example) -> list[str]:
    judged = judge_example(POLICY, example)
    assert not judged.faults
    return [finding.message for finding in judged.findings]


def test_files_beside_an_example_are_there_before_and_after() -> None:
    """A policy may ask for them at both sides, and for its own file as it was."""
    assert _messages(Example("new", "fail", text="a: b\n", beside=BESIDE)) == ["was None"]
    changed = Example("changed", "fail", base_text="a: c\n", text="a: b\n", beside=BESIDE)
    assert _messages(changed) == ["was 'a: c\\n'"]
    assert not _messages(Example("alone", "pass", text="a: b\n"))
    assert not _messages(Example("gone", "pass", base_text="a: c\n", beside=BESIDE))


def test_a_manual_page_shows_them() -> None:
    """Without them, the example would make no sense."""
    text = "\n".join(page(POLICY))
    assert "conf/other.txt, beside a.yaml:\n    on" in text
