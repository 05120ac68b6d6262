"""Google's C++ engine as an oracle, for what both know."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given

from policygate.cel import CelError, compile_expression
from tests.cel.expressions import objects, verdicts

cel = pytest.importorskip(
    "cel_expr_python.cel", reason="cel-expr-python has no wheel for this platform"
)
EXTENSIONS = [
    "bindings", "encoders", "lists", "math", "optional", "sets", "strings", "two-var-comprehensions",
]  # fmt: skip


def oracle() -> Any:
    """The engine with every extension that it has and a variable `x` of any type."""
    lines = ["name: test", "stdlib: {}", "extensions:", *(f"- name: {name}" for name in EXTENSIONS)]
    config = cel.NewEnvConfigFromYaml("\n".join(lines))
    return cel.NewEnv(config=config, variables={"x": cel.Type.DYN})


ENV = oracle()


def _theirs(text: str, data: Any) -> tuple[str, Any]:
    try:
        found = ENV.compile(text, disable_check=True).eval(data={"x": data})
    except RuntimeError as error:
        return "error", str(error)
    return ("error" if found.type() == cel.Type.ERROR else "value"), found.value()


def _explained(ours: tuple[str, Any], theirs: tuple[str, Any]) -> bool:
    """The one place where the engines differ: `null in map` is an error there.

    In cel-go, which Kubernetes runs, no map has the key null, so the answer is false as it is here.
    """
    return ours[0] == "value" and theirs == ("error", "UNKNOWN: No matching overloads found : @in")


@given(verdicts(), objects)
@example("x.list.all(v1, (--9223372036854775808) < 0)", {"list": []})
def test_both_engines_agree(text: str, data: Any) -> None:
    """The same value, or an error in both."""
    try:
        ours = "value", compile_expression(text, ["x"], strict=False).evaluate({"x": data})
    except CelError as error:
        ours = "error", str(error)
    theirs = _theirs(text, data)
    if not _explained(ours, theirs):
        assert ours[0] == theirs[0], (ours, theirs)
        assert ours[0] == "error" or ours[1] == theirs[1]
