"""From a syntax tree to closures: names are resolved once, evaluating is calling functions.

A closure takes the frame of one evaluation, a list: the meter first, then the variables, then what
macros bind. So one program may run in many threads. Not for macros (`comprehensions`), operators
(`operators`), or for why a verdict is false (`blame`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, TypeAlias

from policygate.cel import comprehensions, operators
from policygate.cel.access import Access, compile_index, compile_select
from policygate.cel.errors import CelError, EvaluationError, ExpressionError
from policygate.cel.syntax import (
    Bind,
    Call,
    Chain,
    Choice,
    Index,
    ListOf,
    Literal,
    Logic,
    Macro,
    MapOf,
    Name,
    Node,
    Not,
    Select,
    Span,
)
from policygate.cel.values import MISSING, NONE, Optional, Type

if TYPE_CHECKING:
    from policygate.cel.functions import Function, Table
    from policygate.cel.origin import Traced

Frame: TypeAlias = list[Any]
Run: TypeAlias = Callable[[Frame], Any]
Visit: TypeAlias = Callable[[Node, Any], None]
"""Told every node that has been evaluated, and its value or its error."""

_LAZY_METHODS: Final = frozenset({"or", "orValue"})


class Unbound:
    """What a frame holds for a variable that was not given, or that is computed on first use."""

    __slots__ = ("name",)

    def __init__(self, name: str = "") -> None:
        self.name = name

    def force(self) -> Any:
        """The value.

        Raises:
            EvaluationError: There is none.
        """
        raise EvaluationError(f"the variable `{self.name}` is not given")


class Lazy(Unbound):
    """A variable that is computed when it is first read, and then kept; its error is kept too.

    Args:
        compute: What computes it.
        trace: What computes it with its origin (see `blame`), where that is known.
    """

    __slots__ = ("_compute", "_error", "_value", "trace")

    def __init__(
        self, compute: Callable[[], Any], trace: Callable[[], Traced] | None = None
    ) -> None:
        super().__init__()
        self._compute = compute
        self.trace = trace
        self._value: Any = MISSING
        self._error: EvaluationError | None = None

    def force(self) -> Any:
        """The value, computed the first time.

        Raises:
            EvaluationError: When computing it does, every time with the same words.
        """
        if self._error is not None:
            raise self._error
        if self._value is MISSING:
            try:
                self._value = self._compute()
            except EvaluationError as error:
                self._error = error
                raise
        return self._value


class Scope:
    """Which names an expression may use, and where a frame holds their values.

    Args:
        text: The expression, for messages.
        variables: The names that will be given; qualified ones (`variables.x`) with their dots.
        table: The functions.
        types: The names of types.
        strict: Whether an unknown name is an error now; otherwise it is one when it is evaluated.
    """

    def __init__(
        self,
        text: str,
        variables: Collection[str],
        table: Table,
        types: dict[str, Type],
        *,
        strict: bool,
    ) -> None:
        self.text = text
        self.variables = frozenset(variables)
        self.table = table
        self.types = types
        self.strict = strict
        self.slots: dict[str, int] = {}
        self.lazy: set[int] = set()
        """The places of what `cel.bind` binds: its value is computed on first use."""
        self.bound: list[tuple[str, int]] = []
        self.size = 1

    def bind(self, name: str) -> int:
        """Make a place for a name that a macro binds; `release` ends it."""
        self.bound.append((name, self.size))
        self.size += 1
        return self.size - 1

    def release(self, count: int = 1) -> None:
        """End what was bound last."""
        del self.bound[len(self.bound) - count :]

    def find_bound(self, name: str) -> int | None:
        """The place of a name that a macro binds."""
        return next((slot for known, slot in reversed(self.bound) if known == name), None)

    def slot(self, name: str) -> int:
        """The place of a variable."""
        if name not in self.slots:
            self.slots[name] = self.size
            self.size += 1
        return self.slots[name]

    def fail(self, message: str, span: Span) -> NoReturn:
        """Refuse the expression."""
        raise ExpressionError(message, span.at, self.text)

    def nearest(self, name: str, known: Collection[str]) -> str:
        """The hint at a name that may have been meant."""
        from difflib import get_close_matches

        from policygate.cel.hints import otherwise

        if otherwise(name):
            return otherwise(name)
        near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
        return f": did you mean `{near[0]}`?" if near else ""


def qualified(node: Node) -> str | None:
    """The dotted name that a chain of plain selections spells, or None."""
    fields: list[str] = []
    while isinstance(node, Select) and not node.optional and not node.test:
        fields.append(node.field)
        node = node.operand
    return ".".join([node.name, *reversed(fields)]) if isinstance(node, Name) else None


def root(node: Node) -> Node:
    """What a chain of selections starts at."""
    while isinstance(node, Select):
        node = node.operand
    return node


class Compiler:
    """Turns nodes into closures. `scope` is what it learns and needs on the way.

    `visit` is told every node that has been evaluated, with its value or its error; of a chain of
    fields only the whole.
    """

    def __init__(self, scope: Scope, visit: Visit | None = None) -> None:
        self.scope = scope
        self.visit = visit

    def compile(self, node: Node) -> Run:
        """The closure that evaluates a node."""
        run = self._METHODS[type(node)](self, node)
        return run if self.visit is None else _visited(run, node, self.visit)

    def _literal(self, node: Literal) -> Run:
        value = node.value
        return lambda _frame: value

    def _index(self, node: Index) -> Run:
        return compile_index(self, node).run

    def _logic(self, node: Logic) -> Run:
        terms = [self.compile(term) for term in node.terms]
        build = operators.conjunction if node.operator == "&&" else operators.disjunction
        return build(terms, node.operator, [term.span for term in node.terms])

    def _not(self, node: Not) -> Run:
        return operators.negation(self.compile(node.operand), node.times, node.span)

    def _chain(self, node: Chain) -> Run:
        first = self.compile(node.first)
        steps = [
            (sign, self.function(sign, 2), self.compile(operand), span)
            for sign, operand, span in node.steps
        ]
        return operators.chain(first, steps)

    def _choice(self, node: Choice) -> Run:
        branches = [(self.compile(a), self.compile(b), a.span) for a, b in node.branches]
        return operators.choice(branches, self.compile(node.otherwise))

    def _macro(self, node: Macro) -> Run:
        return comprehensions.compile_macro(self, node)

    def access(self, node: Node) -> Access | None:
        """How to read a node that is an optional selection, without making an `Optional`."""
        if isinstance(node, Select) and not node.test and self.constant(node) is None:
            found = compile_select(self, node)
            return found if found.optional else None
        if isinstance(node, Index):
            found = compile_index(self, node)
            return found if found.optional else None
        return None

    def source(self, span: Span) -> str:
        """The text of a node, for messages; shortened in its middle when it is long."""
        text = " ".join(self.scope.text[span.start : span.end].split())
        return text if len(text) <= 60 else f"{text[:28]} … {text[-28:]}"

    def constant(self, node: Select | Name) -> Run | None:
        """The closure of a variable or type that a name or a dotted name stands for, or None."""
        start = root(node)
        if not isinstance(start, Name):
            return None
        name = qualified(node)
        if name is None or (not start.absolute and self.scope.find_bound(start.name) is not None):
            return None
        if name in self.scope.variables:
            return self._variable(name)
        if name in self.scope.types:
            value = self.scope.types[name]
            return lambda _frame: value
        return None

    def _variable(self, name: str) -> Run:
        return _forced(self.scope.slot(name))

    def _name(self, node: Name) -> Run:
        slot = None if node.absolute else self.scope.find_bound(node.name)
        if slot is not None:
            return _forced(slot) if slot in self.scope.lazy else lambda frame: frame[slot]
        found = self.constant(node)
        if found is not None:
            return found
        if self.scope.strict:
            known = {name.split(".")[0] for name in self.scope.variables}
            known |= {name for name, _ in self.scope.bound}
            hint = self.scope.nearest(node.name, known)
            self.scope.fail(f"unknown variable `{node.name}`{hint}", node.span)
        return self._variable(node.name)

    def _select(self, node: Select) -> Run:
        found = None if node.test or node.optional else self.constant(node)
        if found is not None:
            return found
        name = qualified(node._replace(test=False))
        if self.scope.strict and name is not None and "." in name:
            self._check_qualified(name, node)
        return compile_select(self, node).run

    def _check_qualified(self, name: str, node: Select) -> None:
        """Refuse `variables.nmae` where only qualified names begin with `variables`."""
        first, second = name.split(".")[:2]
        if first in self.scope.variables or self.scope.find_bound(first) is not None:
            return
        family = {known for known in self.scope.variables if known.startswith(f"{first}.")}
        short = f"{first}.{second}"
        if family and short not in family:
            hint = self.scope.nearest(short, family)
            self.scope.fail(f"unknown variable `{short}`{hint}", node.span)

    def function(self, name: str, count: int) -> Function:
        """The function behind an operator, which is always there."""
        found = self.scope.table.find(name, count, method=False)
        if found is None:
            raise LookupError(name)
        return found

    def _call(self, node: Call) -> Run:
        if node.function in operators.RELATIONS and node.target is None:
            left, right = (self.compile(arg) for arg in node.args)
            function = self.function(node.function, 2)
            return operators.RELATIONS[node.function](left, right, function, node.span)
        target, name = node.target, node.function
        if target is not None:
            prefix = qualified(target)
            start = root(target)
            if (
                prefix is not None
                and isinstance(start, Name)
                and self.scope.find_bound(start.name) is None
                and f"{prefix}.{name}" in self.scope.table
            ):
                return self._plain_call(f"{prefix}.{name}", node)
            return self._method_call(node, target)
        return self._plain_call(name, node)

    def _plain_call(self, name: str, node: Call) -> Run:
        function = self.scope.table.find(name, len(node.args), method=False)
        if function is None:
            return self._unknown(name, node)
        return operators.call(function, [self.compile(arg) for arg in node.args], node.span)

    def _method_call(self, node: Call, target: Node) -> Run:
        if node.function in _LAZY_METHODS and len(node.args) == 1:
            return self._fallback(node, target)
        function = self.scope.table.find(node.function, len(node.args) + 1, method=True)
        if function is None:
            return self._unknown(node.function, node)
        if node.function == "hasValue":
            access = self.access(target)
            if access is not None:
                probe = access.probe
                return lambda frame: probe(frame) is not MISSING
        args = [self.compile(arg) for arg in (target, *node.args)]
        return operators.call(function, args, node.span)

    def _fallback(self, node: Call, target: Node) -> Run:
        """`or` and `orValue`: the argument is evaluated only where it is needed."""
        access, other = self.access(target), self.compile(node.args[0])
        if access is not None and node.function == "orValue":
            probe = access.probe

            def read(frame: Frame) -> Any:
                value = probe(frame)
                return other(frame) if value is MISSING else value

            return read
        receiver, at = self.compile(target), node.span.at
        inner = node.function == "orValue"

        def choose(frame: Frame) -> Any:
            value = receiver(frame)
            if type(value) is not Optional:
                raise operators.wanted(value, "optional_type", at, f"`{node.function}`: ")
            if value is NONE:
                return other(frame)
            return value.value if inner else value

        return choose

    def _unknown(self, name: str, node: Call) -> Run:
        table = self.scope.table
        if name in table:
            message = f"`{name}` is not called with {_arguments(len(node.args))} here"
            if node.target is None and table.find(name, len(node.args), method=True):
                message = f"`{name}` is a method: write `x.{name}(…)`"
        else:
            message = f"unknown function `{name}`{self.scope.nearest(name, table.names)}"
        if self.scope.strict:
            self.scope.fail(message, node.span)
        at = node.span.at

        def fail(_frame: Frame) -> Any:
            raise EvaluationError(message, at)

        return fail

    def _list(self, node: ListOf) -> Run:
        items = [self.compile(item) for item in node.items]
        if not any(node.optional):
            return lambda frame: [item(frame) for item in items]
        pairs = list(
            zip(items, node.optional, [item.span.start for item in node.items], strict=True)
        )

        def build(frame: Frame) -> list[Any]:
            made = []
            for item, optional, at in pairs:
                value = operators.opened(item(frame), at) if optional else item(frame)
                if value is not MISSING:
                    made.append(value)
            return made

        return build

    def _map(self, node: MapOf) -> Run:
        entries = [
            (self.compile(key), self.compile(value), optional, key.span.start)
            for (key, value), optional in zip(node.entries, node.optional, strict=True)
        ]

        def build(frame: Frame) -> dict[Any, Any]:
            made: dict[Any, Any] = {}
            for read_key, read_value, optional, at in entries:
                key = operators.as_key(read_key(frame), at)
                value = operators.opened(read_value(frame), at) if optional else read_value(frame)
                if key in made:
                    raise EvaluationError("the map has a key twice", at)
                if value is not MISSING:
                    made[key] = value
            return made

        return build

    def _bind(self, node: Bind) -> Run:
        value = self.compile(node.value)
        access = self.access(node.value) if node.optional else None
        slot = self.scope.bind(node.name)
        if not node.optional:
            self.scope.lazy.add(slot)
        body = self.compile(node.body)
        self.scope.release()
        if not node.optional:

            def bind(frame: Frame) -> Any:
                frame[slot] = Lazy(lambda: value(frame))
                return body(frame)

            return bind
        return operators.mapped(value, access, slot, body, node)

    _METHODS: ClassVar[dict[type, Callable[..., Run]]] = {
        Bind: _bind,
        Call: _call,
        Chain: _chain,
        Choice: _choice,
        Index: _index,
        ListOf: _list,
        Literal: _literal,
        Logic: _logic,
        Macro: _macro,
        MapOf: _map,
        Name: _name,
        Not: _not,
        Select: _select,
    }


def _visited(run: Run, node: Node, visit: Visit) -> Run:
    def evaluate(frame: Frame) -> Any:
        try:
            value = run(frame)
        except CelError as error:
            visit(node, error)
            raise
        visit(node, value)
        return value

    return evaluate


def _forced(slot: int) -> Run:
    """Read a place that may hold what is not computed yet."""

    def read(frame: Frame) -> Any:
        value = frame[slot]
        return value.force() if isinstance(value, Unbound) else value

    return read


def _arguments(count: int) -> str:
    return "one argument" if count == 1 else f"{count or 'no'} arguments"
