"""A policy put to trial: its examples, and advice on what its author may have overlooked.

Not for finding policies (`policy.loader`) or for printing (`text`, `junit`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from policygate.authoring.coverage import unreached_expressions, unreached_lines
from policygate.authoring.examples import Case, lacking, run_example
from policygate.authoring.paths import (
    advice_on_expression,
    advice_on_path,
    advice_on_schema,
    shapes_of,
)
from policygate.authoring.probes import probe
from policygate.authoring.reachable import decided, mismatched, unread
from policygate.policy.expressions import Rules, compile_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policygate.authoring.advice import Advice
    from policygate.authoring.paths import Shape
    from policygate.cel import Program
    from policygate.policy.types import Policy


class Trial(NamedTuple):
    """What became of a policy: `lacking` and what is `wrong` with its cases fail it, advice does not.

    A policy that could not be read has an `error` (and perhaps a hint) and nothing else. Lines are
    those of the policy's file; 0 is nowhere in particular.
    """

    id: str
    pack: str
    file: str
    cases: tuple[Case, ...] = ()
    lacking: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    error: str = ""
    hint: str = ""

    @property
    def failures(self) -> int:
        """How many things fail it."""
        wrong = sum(bool(case.wrong) for case in self.cases)
        return wrong + len(self.lacking) + bool(self.error)


def try_policy(policy: Policy) -> Trial:
    """Run the examples of a policy; where they are all as expected, look for more."""
    lines = _example_lines(policy)
    cases = tuple(
        run_example(policy, example)._replace(line=lines.get(example.name, 0))
        for example in policy.examples
    )
    missing = tuple(lacking(policy))
    good = not missing and not any(case.wrong for case in cases)
    found = dict.fromkeys(_located(policy, each) for each in _advice(policy, good=good))
    advice = tuple(sorted(found, key=lambda each: (not each.line, each.line)))
    return Trial(policy.id, policy.pack, policy.file, cases, missing, advice)


def _located(policy: Policy, advice: Advice) -> Advice:
    if policy.written is None or not advice.path:
        return advice
    return advice._replace(line=policy.written.positions.locate(advice.path).line)


def _example_lines(policy: Policy) -> dict[str, int]:
    """Where the examples of a policy begin, by their names."""
    if policy.written is not None:
        locate = policy.written.positions.locate
        places = (("spec", "examples", index) for index in range(len(policy.examples)))
        lines = (locate(place).line for place in places)
        return {example.name: line for example, line in zip(policy.examples, lines, strict=True)}
    import ast
    from pathlib import Path

    file = Path(policy.check.__code__.co_filename)
    tree = ast.parse(file.read_bytes() if file.is_file() else b"")
    return {
        each.value: each.lineno
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def _advice(policy: Policy, *, good: bool) -> Iterator[Advice]:
    """What is noticed; where examples fail only what may be the reason."""
    if policy.written is not None:
        spec = policy.written.spec
        rules = compile_rules(spec, lambda _path, wrong: wrong)
        yield from mismatched(spec)
        yield from _paths(spec, rules)
        yield from decided(spec, rules)
        yield from unread(spec, rules)
        if good:
            yield from unreached_expressions(policy, rules)
    elif good:
        yield from unreached_lines(policy)
    if good:
        yield from probe(policy)


def _paths(spec: Mapping[str, Any], rules: Rules) -> Iterator[Advice]:
    """Fields that the Kubernetes API does not have, anywhere in a policy in YAML."""
    shapes: dict[str, Shape] = shapes_of(spec)

    def look(program: Program | None, *place: str | int) -> Iterator[Advice]:
        if program is not None:
            yield from advice_on_expression(program.text, program.tree, shapes, place)[1]

    for index, (name, program) in enumerate(rules.variables):
        place = ("spec", "variables", index, "expression")
        shapes[name], found = advice_on_expression(program.text, program.tree, shapes, place)
        yield from found
    for index, condition in enumerate(rules.conditions):
        yield from look(condition, "spec", "matchConditions", index, "expression")
    subject = shapes[str(spec.get("scope", "object"))]
    for index, validation in enumerate(rules.validations):
        start = ("spec", "validations", index)
        yield from look(validation.expression, *start, "expression")
        for program in validation.message.programs:
            yield from look(program, *start, "message")
        yield from look(validation.computed, *start, "messageExpression")
        if validation.path is not None:
            yield from advice_on_path(validation.path, subject, (*start, "path"))
        schema = spec["validations"][index].get("schema")
        yield from advice_on_schema(schema, subject, (*start, "schema"))
