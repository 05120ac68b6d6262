"""What is wrong with a policy file beyond its keys: texts, schemas, expressions, examples.

Runs when a file is read that has not passed before; costs the imports that a check saves. Not for
what may pass and still be a mistake (`authoring`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from policygate.errors import PolicyError
from policygate.policy.params import as_declared
from policygate.policy.schema import SchemaError, compile_schema
from policygate.policy.traps import BOOLEAN, hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policygate.cel import CelError, Program
    from policygate.cel.syntax import Literal
    from policygate.model import Path, Positions
    from policygate.policy.expressions import Rules

_EXPRESSIONS: Final = ("matchConditions", "variables", "validations")
_TEXT: Final = re.compile(r"\"(\\.|[^\"\\])*\"|'(\\.|[^'\\])*'")
_FOLDED: Final = re.compile(r":\s+>[-+0-9]*\s*$")
_SEARCHES: Final = frozenset({"matches", "find", "findAll"})


def vet(value: dict[str, Any], positions: Positions, lines: list[str]) -> None:
    """Hold a policy file against the format, its schemas against the metaschema, its examples.

    Args:
        value: The document.
        positions: Where its keys stand.
        lines: The lines of the file.

    Raises:
        PolicyError: With file, line and column of the first thing that is wrong.
    """
    from policygate.policy.document import PolicyDocument, validate

    for path, text in _texts(value):
        _vet_text(path, text, positions, lines)
    validate(PolicyDocument, value, positions)
    spec = value["spec"]
    for index, each in enumerate(spec["validations"]):
        if ("expression" in each) == ("schema" in each):
            message = "a validation has either an `expression` or a `schema`"
            raise error(positions, ("spec", "validations", index), message)
    if spec.get("scope", "object") != "object" and "DELETE" in _operations(spec):
        raise error(
            positions,
            ("spec", "match", "operations"),
            "only a policy with `scope: object` can judge DELETE",
            "A deleted resource has no pods left to judge: look at `oldObject`.",
        )
    _vet_variables(spec, positions)
    _vet_schemas(spec, positions)
    _vet_expressions(spec, positions)
    _vet_examples(spec["examples"], positions)


def error(positions: Positions, path: Path, message: str, hint: str = "") -> PolicyError:
    """The error for a place in a policy file."""
    at = positions.locate(path)
    from policygate.policy.document import marked

    where = f"{at.file}:{at.line}:{at.column}"
    return PolicyError(f"{where}: {message}", hint, marked(positions, at))


def uncompiled(positions: Positions, path: Path, wrong: CelError) -> PolicyError:
    """The error for an expression that does not compile, with a mark under the place."""
    return error(positions, path, wrong.message, wrong.caret if wrong.expression else "")


def _operations(spec: Mapping[str, Any]) -> Iterable[str]:
    found: Iterable[str] = spec.get("match", {}).get("operations", ())
    return found


# Texts, as YAML has read them


def _texts(value: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The places of everything that should be CEL, whatever stands there."""
    spec = value.get("spec")
    for key in _EXPRESSIONS:
        each = spec.get(key) if isinstance(spec, dict) else None
        for index, part in enumerate(each if isinstance(each, list) else ()):
            for name in ("expression", "messageExpression"):
                if isinstance(part, dict) and name in part:
                    yield ("spec", key, index, name), part[name]


def _vet_text(path: Path, found: Any, positions: Positions, lines: list[str]) -> None:
    """Find an expression that YAML has read as something else than its text."""
    number = positions.locate(path).line
    if not isinstance(found, str) or not found.strip():
        kind = "empty" if not found and found is not False else "no text"
        boolean = BOOLEAN if isinstance(found, bool) else "Write CEL as a text."
        raise error(positions, path, f"`{path[-1]}` is {kind}", hint(lines, number) or boolean)
    if _FOLDED.search(lines[number - 1]) and "//" in _TEXT.sub("", found):
        raise error(
            positions,
            path,
            "a comment in a folded block takes everything behind it",
            "Folded (`>-`), the lines are one: write `|-`, which keeps them.",
        )


# Schemas, variables and expressions


def _vet_schemas(spec: Mapping[str, Any], positions: Positions) -> None:
    """Hold schemas against the metaschema, and defaults against their schemas."""
    import jsonschema

    places: list[tuple[Path, Any]] = [
        (("spec", "validations", index, "schema"), each["schema"])
        for index, each in enumerate(spec["validations"])
        if "schema" in each
    ]
    params = spec.get("params", {})
    places += [(("spec", "params", name), schema) for name, schema in params.items()]
    checker = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    for path, schema in places:
        wrong = next(iter(sorted(checker.iter_errors(schema), key=lambda e: -len(e.path))), None)
        if wrong is not None:
            message = f"not a valid JSON Schema: {wrong.message}"
            see = "See https://json-schema.org/draft/2020-12"
            raise error(positions, (*path, *wrong.absolute_path), message, see)
        try:
            fits = compile_schema(schema, path)
        except SchemaError as refused:
            raise error(positions, refused.path, str(refused)) from None
        if path[1] == "params":
            if "default" not in schema:
                raise error(positions, path, f"param `{path[-1]}` needs a `default`")
            default = as_declared(schema, schema["default"])
            for problem in fits(default, (*path, "default")):
                message = f"the default of `{path[-1]}` {problem.message}"
                raise error(positions, problem.path, message)


def _vet_variables(spec: Mapping[str, Any], positions: Positions) -> None:
    names: set[str] = set()
    for index, each in enumerate(spec.get("variables", ())):
        if each["name"] in names:
            message = f"the variable `{each['name']}` is declared twice"
            raise error(positions, ("spec", "variables", index, "name"), message)
        names.add(each["name"])


def _vet_expressions(spec: Mapping[str, Any], positions: Positions) -> None:
    """Compile what the policy says, for the errors in it."""
    from policygate.cel import CelError, ExpressionError
    from policygate.cel.regex import compile_pattern
    from policygate.policy.expressions import compile_rules

    rules = compile_rules(spec, lambda path, wrong: uncompiled(positions, path, wrong))
    for path, program in _programs(rules):
        for pattern in _patterns(program):
            try:
                compile_pattern(pattern.value)
            except CelError as wrong:
                at = ExpressionError(wrong.message, pattern.span.start, program.text)
                raise uncompiled(positions, path, at) from None


def _programs(rules: Rules) -> Iterator[tuple[Path, Program]]:
    for index, condition in enumerate(rules.conditions):
        yield ("spec", "matchConditions", index, "expression"), condition
    for index, (_, variable) in enumerate(rules.variables):
        yield ("spec", "variables", index, "expression"), variable
    for index, each in enumerate(rules.validations):
        place = ("spec", "validations", index)
        found = (
            ((*place, "expression"), each.expression),
            ((*place, "messageExpression"), each.computed),
        )
        yield from ((path, program) for path, program in found if program is not None)


def _patterns(program: Program) -> Iterator[Literal]:
    """The constant patterns that an expression searches with."""
    from policygate.cel.syntax import Call, Literal, children

    waiting = [program.tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call) and node.function in _SEARCHES:
            pattern = (node.args or (node,))[0 if node.target is not None else -1]
            if isinstance(pattern, Literal) and isinstance(pattern.value, str):
                yield pattern
        waiting += children(node)


# Examples


def _vet_examples(examples: list[dict[str, Any]], positions: Positions) -> None:
    for index, example in enumerate(examples):
        place = ("spec", "examples", index)
        given = {
            key.removeprefix("old").lower()
            for key in (
                "object",
                "oldObject",
                "pod",
                "oldPod",
                "container",
                "oldContainer",
                "file",
                "oldFile",
            )
            if example.get(key) is not None
        }
        if len(given) > 1:
            message = f"an example gives one thing, this one {' and '.join(sorted(given))}"
            raise error(positions, place, message, "Write the case as a whole `file`.")
        for key in ("message", "path"):
            if example["expect"] == "pass" and example.get(key):
                message = f"an example that passes has no `{key}`: nothing is found in it"
                raise error(positions, (*place, key), message)
    for wanted in ("pass", "fail"):
        if not any(example["expect"] == wanted for example in examples):
            raise error(
                positions,
                ("spec", "examples"),
                f"a policy needs at least one example with `expect: {wanted}`",
                "Examples are the policy's tests and part of its manual page.",
            )
