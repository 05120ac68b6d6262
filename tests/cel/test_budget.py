"""Nothing that is written in an expression or in the data makes an evaluation run away."""

from __future__ import annotations

from typing import Any

import pytest

from policygate.cel import BudgetError, CelError, ExpressionError, Meter, compile_expression

BIG = {"list": list(range(2_000)), "text": "a" * 500_000, "rows": [{"n": i} for i in range(500)]}


def value(text: str, data: Any = None) -> Any:
    """The value of an expression on `x`."""
    return compile_expression(text, ["x"]).evaluate({"x": BIG if data is None else data})


@pytest.mark.parametrize(
    "text",
    [
        "x.list.all(a, x.list.all(b, a + b >= 0))",
        "x.list.map(a, x.list.map(b, x.list.size())).size() > 0",
        "x.list.exists(a, x.list.exists(b, x.list.exists(c, a + b + c < 0)))",
        "x.list.all(a, x.list.filter(b, b == a).size() == 1)",
        "x.list.transformList(i, a, x.list.transformList(j, b, i * j)).size() > 0",
        "x.rows.all(a, x.rows.all(b, x.rows == x.rows))",
        "x.list.all(a, !x.text.contains('b' + string(a)))",
        "x.list.all(a, !x.text.matches('b' + string(a)))",
        "x.rows.all(a, x.list.sort().size() > 0 && !(-1 in x.list))",
        "x.list.map(a, x.rows).map(r, r.map(e, e.n)).size() > 0",
        "sets.contains(x.list.map(a, [a]), x.list.map(a, [a]))",
        "x.list.map(a, [a]).distinct().size() > 0",
        "x.list.map(a, x.rows.sortBy(e, -e.n)).size() > 0",
    ],
)
def test_nested_work_ends_with_the_budget(text: str) -> None:
    """Work that multiplies is cut off as an error that nothing absorbs."""
    with pytest.raises(BudgetError, match="takes more than 200,000 steps"):
        value(f"({text}) || true")


@pytest.mark.parametrize(
    "text",
    [
        "cel.bind(a, x.text + x.text, cel.bind(b, a + a, cel.bind(c, b + b, c.size())))",
        "x.text.replace('', 'aaaa').size()",
        "x.text.replace('a', 'aaaa').size()",
        "x.list.map(a, x.text).join(',').size()",
        "'%s%s%s'.format([x.text, x.text, x.text]).size()",
        "'%s'.format([[x.text, x.text, x.text]]).size()",
        "lists.range(2000000).size()",
        "lists.range(1000000000000).size()",
        "cel.bind(a, x.list.map(i, x.list), a.map(l, l + l).flatten().size())",
    ],
)
def test_a_result_that_is_too_large_is_not_made(text: str) -> None:
    """Doubling, joining and formatting end before the result takes memory."""
    with pytest.raises(BudgetError):
        value(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "1" + ")" * 200,
        "[" * 200 + "]" * 200,
        "x" + ".a" * 200,
        "x" + "[0]" * 200,
        "size(" * 200 + "x" + ")" * 200,
        "x" + ".trim()" * 200,
        "true == " * 200 + "true",
        "true ? " * 200 + "1" + " : 2" * 200,
        "x.all(a, " * 150 + "true" + ")" * 150,
    ],
)
def test_nesting_is_bounded(text: str) -> None:
    """What nests deeper than a hundred levels is refused when it is compiled."""
    with pytest.raises(ExpressionError):
        compile_expression(text, ["x"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (" || ".join(["false"] * 1500 + ["true"]), True),
        (" && ".join(["true"] * 1500), True),
        ("+".join(["1"] * 3000), 3000),
        ("".join(["true?1:"] * 2000) + "2", 1),
        ("".join(["false?1:"] * 1500) + "2", 2),
        ("!" * 4000 + "true", True),
        ("-" * 4000 + "1", 1),
        ("[" + "1," * 5000 + "1].size()", 5001),
        ("(" * 90 + "1" + ")" * 90, 1),
    ],
)
def test_a_long_chain_is_no_deep_one(text: str, wanted: Any) -> None:
    """Thousands of terms in a row are evaluated without recursion."""
    assert value(text) == wanted
    assert compile_expression(text, ["x"]).trace({"x": BIG}).value == wanted


def test_an_expression_has_a_longest_length() -> None:
    """More than 16 KiB are refused before they are read."""
    with pytest.raises(ExpressionError, match="16,385 characters, more than 16,384"):
        compile_expression("1" + " " * 16_384, [])


def test_a_meter_is_shared_by_those_who_are_given_it() -> None:
    """Evaluations with one meter spend one budget."""
    program, meter = compile_expression("x.all(a, true)", ["x"]), Meter(1_000)
    for _ in range(9):
        program.evaluate({"x": [1] * 100}, meter)
    assert meter.left == 100
    program.evaluate({"x": [1] * 100}, meter)
    with pytest.raises(BudgetError):
        program.evaluate({"x": [1] * 100}, meter)


def test_deep_data_are_an_error_and_no_crash() -> None:
    """Data that nest deeper than Python recurses end as an error of the budget."""
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(CelError, match="nest too deeply"):
        value("x == x.map(a, a)", deep)
    while deep:  # unwind by hand: freeing it at once would recurse, too
        deep = deep[0]
