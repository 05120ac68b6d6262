"""The language against cel-spec and the Kubernetes libraries against Kubernetes' own tests."""

from __future__ import annotations

import pytest

from policygate.cel import ExpressionError, compile_expression
from policygate.cel.library import FAMILIES, load
from tests.cel.conformance import CORPUS, Case, read_cases, run

UNSUPPORTED: dict[str, str] = {}
"""Cases that we answer otherwise, by file/section/name, each with its reason. There is none."""


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus/cel is not here")
@pytest.mark.parametrize(
    ("name", "count"), [("cel-spec.jsonl", 1691), ("kubernetes-library.jsonl", 156)]
)
def test_every_case_has_the_answer_of_its_suite(name: str, count: int) -> None:
    """All cases give the value, of the right type, or the error that their suite wants."""
    cases = read_cases(name)
    assert len(cases) == count
    wrong = {}
    for case in cases:
        key = f"{case['file']}/{case.get('section')}/{case.get('name')}"
        said = run(case)
        if said and key not in UNSUPPORTED:
            wrong[f"{key}: {case['expr'][:100]}"] = said
    assert wrong == {}


def test_a_wrong_answer_would_be_seen() -> None:
    """The harness tells a wrong value, a wrong type and a missing error from right ones."""
    case: Case = {"expr": "1 + 1", "value": {"int": "3"}}
    assert run(case) == "2 instead of 3"
    assert run({"expr": "1 + 1", "value": {"uint": "2"}})
    assert run({"expr": "1 + 1", "error": True})
    assert run({"expr": "1 +", "value": {"int": "1"}})
    assert run({"expr": "double('-0')", "value": {"double": "0.0"}})
    assert run({"expr": "1 + 1", "value": {"int": "2"}}) == ""


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_family_has_the_functions_that_the_table_names(family: str) -> None:
    """The table that says which family to load for a name is that of the families themselves."""
    assert tuple(sorted({overload.name for overload in load(family)})) == FAMILIES[family]


@pytest.mark.parametrize(
    "text", ["size(", "x.", "1 ? 2", "has(x)", "[1", "'a", "b'\\u0041'", "a b"]
)
def test_what_is_no_expression_is_refused_with_its_place(text: str) -> None:
    """Broken syntax is an error with an offset within the text."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, ["a", "x"])
    assert caught.value.offset is not None
    assert 0 <= caught.value.offset <= len(text)
