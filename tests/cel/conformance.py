"""The conformance cases of the corpus, as they are written there, and how to run one of them."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from policygate.cel import CelError, compile_expression
from policygate.cel.library.times import Duration
from policygate.cel.values import Type, Uint, key_of

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "cel"
Case = dict[str, Any]


def read_cases(name: str) -> list[Case]:
    """The cases of one file."""
    return [json.loads(line) for line in (CORPUS / name).read_text(encoding="utf-8").splitlines()]


def value_of(typed: dict[str, Any]) -> Any:
    """A value from the typed JSON of the corpus."""
    ((kind, value),) = typed.items()
    read = _READERS.get(kind)
    return value if read is None else read(value)


_READERS: dict[str, Callable[[Any], Any]] = {
    "bytes_base64": base64.b64decode,
    "double": float,
    "duration_microseconds": lambda value: Duration(int(value) * 1000),
    "int": int,
    "list": lambda items: [value_of(item) for item in items],
    "map": lambda pairs: {key_of(value_of(key)): value_of(value) for key, value in pairs},
    "type": Type,
    "uint": Uint,
}


def same(found: Any, wanted: Any) -> bool:
    """Whether two values are the same and of the same types, NaN and the sign of zero included."""
    if type(found) is not type(wanted):
        return False
    if isinstance(found, float):
        if math.isnan(wanted):
            return math.isnan(found)
        return found == wanted and math.copysign(1, found) == math.copysign(1, wanted)
    if isinstance(found, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(found, dict):
        return found.keys() == wanted.keys() and all(same(found[k], wanted[k]) for k in found)
    return bool(found == wanted)


def run(case: Case) -> str:
    """What is wrong with our answer to a case; an empty text when it is right."""
    bindings = {name: value_of(value) for name, value in case.get("bindings", {}).items()}
    try:
        program = compile_expression(
            case["expr"], list(bindings), strict=not case.get("disable_check")
        )
        found = program.evaluate(bindings)
    except CelError as error:
        return "" if case.get("error") else f"error: {error}"
    if case.get("error"):
        return f"no error, but {found!r}"
    if "value" not in case:
        return "" if case.get("no_error") else "the case says nothing"
    wanted = value_of(case["value"])
    return "" if same(found, wanted) else f"{found!r} instead of {wanted!r}"
