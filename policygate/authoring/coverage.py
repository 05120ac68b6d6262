"""What no example of a policy reaches: verdicts that never came, pieces and lines that never ran.

For a policy in YAML the places are its expressions, for one in Python the lines of its file. Not for
whether examples turn out as expected (`examples`).
"""

from __future__ import annotations

import ast
import dataclasses
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from policygate.authoring.advice import Advice, shown
from policygate.authoring.examples import judge_example
from policygate.authoring.reachable import known_from_match, settled
from policygate.cel.syntax import Bind, Choice, Logic, Macro, Node, Span, children
from policygate.policy.expressions import Rules, check_of
from policygate.policy.params import ParamError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from policygate.cel import Program, Visit
    from policygate.model import Finding
    from policygate.model import Path as Place
    from policygate.policy.types import Policy


def unreached_lines(policy: Policy) -> Iterator[Advice]:
    """Run the examples of a policy in Python and yield the statements that none of them reaches."""
    file = policy.check.__code__.co_filename
    lines: set[int] = set()
    _run(dataclasses.replace(policy, check=_traced(policy.check, file, lines)))
    blocks = _statements(file, policy.check.__name__)
    missed = [block for block in blocks if lines.isdisjoint(block)]
    for first, last in _joined(missed):
        words = f"line {first}" if first == last else f"lines {first} to {last}"
        yield Advice((), f"no example reaches {words}", line=first)


def _statements(file: str, check: str) -> list[range]:
    """The lines of every statement of a check and the functions it uses; of a compound one its head."""
    path = Path(file)
    tree = ast.parse(path.read_bytes() if path.is_file() else b"")
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    used, waiting = set[str](), [check]
    while waiting:
        name = waiting.pop()
        if name in functions and name not in used:
            used.add(name)
            waiting += [n.id for n in ast.walk(functions[name]) if isinstance(n, ast.Name)]
    found = set()
    for name in used:
        for each in (below for part in functions[name].body for below in ast.walk(part)):
            if isinstance(each, ast.stmt) and not _is_docstring(each):
                body = getattr(each, "body", None)
                last = body[0].lineno - 1 if body else each.end_lineno or each.lineno
                found.add(range(each.lineno, max(last, each.lineno) + 1))
    return sorted(found, key=lambda block: (block.start, block.stop))


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _joined(blocks: list[range]) -> list[tuple[int, int]]:
    """Runs of lines, first and last; blocks that follow each other are one."""
    runs: list[tuple[int, int]] = []
    for block in blocks:
        if runs and block.start <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(runs[-1][1], block[-1]))
        else:
            runs.append((block.start, block[-1]))
    return runs


def _run(policy: Policy) -> list[Finding]:
    found: list[Finding] = []
    for example in policy.examples:
        try:
            found += judge_example(policy, example).findings
        except ParamError:
            continue  # said where the example is run
    return found


def _traced(check: Any, file: str, lines: set[int]) -> Any:
    """A check that notes which lines of its file run while it does."""

    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        if frame.f_code.co_filename != file:
            return None
        if event == "line":
            lines.add(frame.f_lineno)
        return trace

    def traced(pair: Any, params: Any) -> Any:
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            return list(check(pair, params))
        finally:
            sys.settrace(before)

    return traced


Seen: TypeAlias = dict[tuple[type, Span], set[Any]]
"""The pieces of an expression that ran, and which of `true` and `false` each of them was."""


def unreached_expressions(policy: Policy, rules: Rules) -> Iterator[Advice]:
    """Run the examples of a policy in YAML and yield what they do not show of its expressions.

    Args:
        policy: The policy; it was `written`.
        rules: Its rules, compiled.
    """
    if policy.written is None:
        return
    seen: defaultdict[Place, Seen] = defaultdict(dict)
    spec = policy.written.spec
    check = check_of(spec, _compiled_before, lambda path: _eyes(seen[path]))
    _run(dataclasses.replace(policy, check=check))
    for index, condition in enumerate(rules.conditions):
        place = ("spec", "matchConditions", index, "expression")
        verdicts = (True, "applies by this condition"), (False, "is left out by this condition")
        yield from _unseen(seen[place], condition, place, "condition", verdicts)
    judging, known = _judging(rules), known_from_match(spec, rules)
    for index, (name, variable) in enumerate(rules.variables):
        place = ("spec", "variables", index, "expression")
        if name in judging:
            yield from _unseen(seen[place], variable, place, "variable", ())
    for index, validation in enumerate(rules.validations):
        place = ("spec", "validations", index, "expression")
        verdicts = ((False, "fails this validation"), (True, "passes this validation"))
        if validation.expression is not None:
            # One that is always false leaves the verdict to the conditions, or to `match`.
            asked = verdicts[: 1 if settled(validation.expression, known) is False else 2]
            yield from _unseen(seen[place], validation.expression, place, "validation", asked)
    yield from _wordless(policy, spec)


def _compiled_before(_path: Place, wrong: Exception) -> Exception:
    return wrong


def _eyes(seen: Seen) -> Visit:
    def visit(node: Node, value: Any) -> None:
        values = seen.setdefault((type(node), node.span), set())
        if isinstance(value, bool):
            values.add(value)

    return visit


def _judging(rules: Rules) -> set[str]:
    """The variables that verdicts rest on; the others only serve messages."""
    programs = [*rules.conditions, *(v.expression for v in rules.validations if v.expression)]
    used = {name for program in programs for name in program.variables}
    for name, program in reversed(rules.variables):
        if name in used:
            used.update(program.variables)
    return used


def _unseen(
    seen: Seen, program: Program, place: Place, word: str, verdicts: tuple[tuple[bool, str], ...]
) -> Iterator[Advice]:
    root = (type(program.tree), program.tree.span)
    if root not in seen:
        yield Advice(place, f"no example reaches this {word}")
        return
    for verdict, words in verdicts:
        if verdict not in seen[root]:
            yield Advice(place, f"no example {words}")
    waiting = [program.tree]
    while waiting:
        node = waiting.pop()
        missed = [p for p in _parts(node) if (type(p), p.span) not in seen]
        for part in missed:
            yield Advice(place, f"no example reaches `{shown(program.text, part.span)}`")
        waiting += [child for child in children(node) if child not in missed]


def _wordless(policy: Policy, spec: Mapping[str, Any]) -> Iterator[Advice]:
    """Message expressions that give no text where an example asks for it."""
    computed = [i for i, each in enumerate(spec["validations"]) if each.get("messageExpression")]
    if not computed:
        return
    validations = [
        {**each, "message": f"message {i}"} for i, each in enumerate(spec["validations"])
    ]
    check = check_of({**spec, "validations": validations}, _compiled_before)
    said = {f.message for f in _run(dataclasses.replace(policy, check=check))}
    for index in computed:
        if f"message {index}" in said:
            place = ("spec", "validations", index, "messageExpression")
            yield Advice(
                place, "this gives no text that may be shown in an example: `message` is said"
            )


def _parts(node: Node) -> tuple[Node, ...]:
    """The parts of a node that are only evaluated when something else is so."""
    if isinstance(node, Choice):
        return (*(value for _, value in node.branches), node.otherwise)
    if isinstance(node, Logic):
        return node.terms[1:]
    if isinstance(node, Macro) or (isinstance(node, Bind) and node.optional):
        return (node.body,)
    return ()
