"""Policies whose validations are expressions in CEL.

An expression that is false is a problem; where it points is what the engine of the language
blames. What cannot be evaluated is no pass: it is raised once everything else has been judged.
Not for reading policy files (`yaml_format`), nor for the language (`cel`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from policygate.cel import (
    CelError,
    EvaluationError,
    ExpressionError,
    Meter,
    Program,
    Visit,
    compile_expression,
)
from policygate.model import Edit
from policygate.place import look_up
from policygate.policy.messages import HIDDEN, Message, compile_message, hidden, hides
from policygate.policy.schema import compile_schema
from policygate.policy.subject import NAMES, bindings_of, root_of, roots_of, well_typed_body
from policygate.policy.types import Pair, Problem, UnjudgedError

if TYPE_CHECKING:
    from policygate.cel.origin import Path as Blamed
    from policygate.model import Level, Path
    from policygate.policy.subject import Read

Fail: TypeAlias = Callable[["Path", CelError], Exception]
"""Makes the error for an expression of the policy file that does not compile, from its place."""

Watch: TypeAlias = Callable[["Path"], Visit | None]
"""Who wants to see the expression at a place in the policy file being evaluated."""

_LONGEST_MESSAGE: Final = 5 * 1024
"""Above it, a message expression is dropped; as in ValidatingAdmissionPolicy."""


class Validation(NamedTuple):
    """One validation, compiled: `expression` or `problems`, the schema's."""

    expression: Program | None
    problems: Any
    message: Message
    computed: Program | None
    path: Path | None
    level: Level | None
    edit: Edit | None


class Rules(NamedTuple):
    """What a policy file says about its subjects, compiled. Variables are named `variables.x`."""

    conditions: tuple[Program, ...]
    variables: tuple[tuple[str, Program], ...]
    validations: tuple[Validation, ...]


def compile_rules(spec: Mapping[str, Any], fail: Fail, watch: Watch = lambda _path: None) -> Rules:
    """Compile the expressions, schemas and messages of a policy.

    Args:
        spec: The `spec` of a policy file that has passed its format.
        fail: Makes the error for a place in the file and what is wrong there.
        watch: Asked for each expression whether its evaluations are to be seen.

    Raises:
        Exception: What `fail` made.
    """
    names = [*NAMES[spec.get("scope", "object")]]

    def compiled(text: str, *path: str | int) -> Program:
        try:
            return compile_expression(text, names, visit=watch(("spec", *path)))
        except ExpressionError as wrong:
            raise fail(("spec", *path), _explained(wrong, spec)) from None

    variables: list[tuple[str, Program]] = []
    for index, each in enumerate(spec.get("variables", ())):
        name = f"variables.{each['name']}"
        program = compiled(each["expression"], "variables", index, "expression")
        variables.append((name, program))
        names.append(name)
    conditions = [
        compiled(each["expression"], "matchConditions", index, "expression")
        for index, each in enumerate(spec.get("matchConditions", ()))
    ]
    validations = []
    for index, each in enumerate(spec["validations"]):
        place = ("validations", index)
        text, computed = each.get("expression"), each.get("messageExpression")
        schema = each.get("schema")
        extra = ("value",) if schema is None else ("value", "error")
        words = each.get("message") or spec["title"]
        validations.append(
            Validation(
                compiled(text, *place, "expression") if text is not None else None,
                None if schema is None else compile_schema(schema, ("spec", *place, "schema")),
                compile_message(words, [*names, *extra], ("spec", *place, "message"), fail),
                compiled(computed, *place, "messageExpression") if computed else None,
                tuple(each["path"].split(".")) if "path" in each else None,
                each.get("level"),
                Edit(each["edit"]["action"], (), each["edit"].get("value"))
                if each.get("edit")
                else None,
            )
        )
    return Rules(tuple(conditions), tuple(variables), tuple(validations))


def _explained(wrong: ExpressionError, spec: Mapping[str, Any]) -> ExpressionError:
    """The same error, in words that know the policy where one of its names is used too early."""
    _, _, rest = wrong.message.partition("unknown variable `")
    name = rest.partition("`")[0]
    scope = name.removeprefix("old").lower()
    if name.removeprefix("variables.") in {each["name"] for each in spec.get("variables", ())}:
        said = f"`{name}` is declared below: a variable reads those above it"
    elif name == "variables" and spec.get("variables"):
        said = "a variable reads those above it, and there are none above this one"
    elif scope in {"container", "pod"}:
        said = f"there is no `{name}` here: it is what `scope: {scope}` judges"
    else:
        return wrong
    return ExpressionError(said, wrong.offset, wrong.expression)


def check_of(
    spec: Mapping[str, Any], fail: Fail, watch: Watch = lambda _path: None
) -> Callable[[Pair, Any], Iterator[Problem]]:
    """The check of a policy. Its expressions are compiled when it first judges something."""
    rules: list[Rules] = []
    secret = bool(spec.get("secret", False))

    def check(pair: Pair, params: Any) -> Iterator[Problem]:
        if not rules:
            rules.append(compile_rules(spec, fail, watch))
        judge = _Judge(rules[0], pair, params or {}, secret=secret)
        problems = list(judge.problems())
        if judge.failed is not None:
            # Perhaps for a value of a wrong type, which the API server will not take.
            typed = _Judge(rules[0], pair, params or {}, secret=secret, read=well_typed_body)
            if typed.bound["object"] is not judge.bound["object"] or (
                typed.bound["oldObject"] is not judge.bound["oldObject"]
            ):
                judge, problems = typed, list(typed.problems())
        yield from problems
        if judge.failed is not None:
            raise UnjudgedError(in_words(judge.failed))

    return check


class _Judge:
    """One policy on one subject, with one budget for all of its expressions."""

    def __init__(
        self,
        rules: Rules,
        pair: Pair,
        params: Mapping[str, Any],
        *,
        secret: bool,
        read: Read | None = None,
    ) -> None:
        self.rules = rules
        self.pair = pair
        self.secret = secret
        self.meter = Meter()
        self.bound = bindings_of(pair, params, read)
        for name, program in rules.variables:
            self.bound[name] = program.lazy(self.bound, self.meter)
        self.failed: CelError | None = None

    def problems(self) -> Iterator[Problem]:
        if self._matches():
            for validation in self.rules.validations:
                if validation.problems is not None:
                    yield from self._by_schema(validation)
                elif self._holds(validation.expression) is False:
                    yield from self._by_expression(validation)

    def _matches(self) -> bool:
        """Whether all conditions hold. One that is false decides, whatever fails beside it."""
        verdicts = [self._holds(condition) for condition in self.rules.conditions]
        if False in verdicts:
            self.failed = None
            return False
        return self.failed is None

    def _holds(self, program: Program | None) -> bool | None:
        """The verdict of an expression; None when it has none."""
        if program is None:
            return None
        try:
            verdict = program.evaluate(self.bound, self.meter)
            if verdict is True or verdict is False:
                return bool(verdict)
            raise EvaluationError("the value of the expression is no bool", 0, program.text)
        except CelError as error:
            self.failed = self.failed or error
            return None

    def _by_schema(self, validation: Validation) -> Iterator[Problem]:
        subject = self.pair.head if self.pair.head is not None else self.pair.base
        root = root_of(subject)
        resource = self._resource
        for problem in validation.problems(look_up(resource.body, root)[0], ()):
            path = (*root, *(problem.path if validation.path is None else validation.path))
            yield self._problem(validation, path, {"error": problem.message})

    def _by_expression(self, validation: Validation) -> Iterator[Problem]:
        places = self._places(validation)
        for path in places:
            yield self._problem(validation, path, {})

    @property
    def _resource(self) -> Any:
        change = self.pair.change
        return change.resource if change is not None else None

    def _problem(self, validation: Validation, path: Path, words: Mapping[str, Any]) -> Problem:
        resource = self._resource
        value, _ = look_up(resource.body, path)
        hide = self.secret or hidden(resource, path, value)
        bound = {**self.bound, **words, "value": HIDDEN if hide else value}
        edit = validation.edit and validation.edit._replace(path=path)
        return Problem(path, self._say(validation, bound), level=validation.level, edit=edit)

    def _places(self, validation: Validation) -> list[Path]:
        """Where a false validation points: one place for each element of a list that failed."""
        subject = self.pair.head if self.pair.head is not None else self.pair.base
        root = root_of(subject)
        if validation.path is not None:
            return [(*root, *validation.path)]
        program = validation.expression
        if program is not None:
            try:
                points, rest = program.blame(self.bound, Meter())
            except CelError:  # it costs more than evaluating: then the subject is to blame
                return [root]
            # Where an expression rests on its parameters, the resource is second, and still the place.
            found = _first_of_each(points, self.pair) or _first_of_each(rest, self.pair)
            return found or [root]
        return [root]

    def _say(self, validation: Validation, bound: Mapping[str, Any]) -> str:
        if validation.computed is not None:
            text = self._computed(validation.computed, bound)
            if text:
                return text
        return validation.message.say(bound, self.pair, self.meter)

    def _computed(self, program: Program, bound: Mapping[str, Any]) -> str:
        """The text of a message expression, or nothing when it has none that can be shown."""
        try:
            found = program.trace(bound, self.meter)
        except CelError:
            return ""
        text = found.value.strip() if isinstance(found.value, str) else ""
        if len(text) > _LONGEST_MESSAGE or "\n" in text:
            return ""
        kept = self.secret or any(hides(path, self.pair) for path in found.sources)
        return "" if kept else text


def _first_of_each(points: tuple[Blamed, ...], pair: Pair) -> list[Path]:
    """The first blamed place in each element of a list, from the root of the resource.

    Places at the head count; those at the base only where there is none, at the same place of the
    head, and as they are when the resource is gone.
    """
    heads, bases = roots_of(pair)
    if pair.head is None:
        heads = {}
    found: dict[tuple[Any, ...], Path] = {}
    for name, *rest in points:
        if name in heads:
            found.setdefault(_element(rest), (*heads[name], *rest))
    if found:
        return list(found.values())
    for name, *rest in points:
        if name in bases:
            partner = name.removeprefix("old")
            partner = partner[:1].lower() + partner[1:]
            start = bases[name] if pair.head is None else heads.get(partner)
            if start is not None:
                found.setdefault(_element(rest), (*start, *rest))
    if not found and any(name == "namespaceObject" for name, *_ in points):
        return [("metadata", "namespace")]  # what chose the namespace
    return list(found.values())


def _element(rest: list[Any]) -> tuple[Any, ...]:
    indexes = [place for place, key in enumerate(rest) if isinstance(key, int)]
    return tuple(rest[: indexes[-1] + 1]) if indexes else ()


def in_words(error: CelError) -> str:
    """What is wrong with an expression on this data, without anything of the data."""
    message = error.discreet if isinstance(error, EvaluationError) else error.message
    shown = " ".join(error.expression.split())
    shown = shown if len(shown) <= 80 else f"{shown[:77]}…"
    return f"{message} (in `{shown}`)" if shown else message
