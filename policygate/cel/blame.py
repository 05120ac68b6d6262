"""Why a verdict is what it is: the expression once more, with the origin of every value.

The tree is walked as `compiler` evaluates it, but each value carries the paths that it rests on. A
verdict rests on its false arms (`&&`), on all of them (`||`), on the elements that failed (`all`), on
the leaf that is missing (`has`, `.?`), and so on. What is blamed is sufficient: as long as all of
it stays as it is, nothing else can turn the verdict. Not for evaluating fast.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from policygate.cel import operators
from policygate.cel.compiler import Compiler, Lazy, Scope, Unbound, qualified, root
from policygate.cel.errors import EvaluationError
from policygate.cel.origin import EMPTY, Basis, Traced, elements, together
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
from policygate.cel.values import MISSING, NONE, Meter, Optional

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def trace(node: Node, scope: Scope, bindings: Mapping[str, Any], meter: Meter) -> Traced:
    """Evaluate a tree with the origin of its value.

    Args:
        node: The tree.
        scope: The scope that it was compiled in.
        bindings: The variables.
        meter: What may still be spent.

    Raises:
        EvaluationError: As evaluating it does.
        BudgetError: As evaluating it does.
    """
    return _Tracer(scope, bindings, meter).trace(node)


class _Tracer:
    """One walk. `bound` is what macros have bound, innermost last."""

    def __init__(self, scope: Scope, bindings: Mapping[str, Any], meter: Meter) -> None:
        self.compiler = Compiler(scope)
        self.scope = scope
        self.bindings = bindings
        self.meter = meter
        self.bound: list[tuple[str, Traced | Callable[[], Traced]]] = []

    def trace(self, node: Node) -> Traced:
        return _METHODS[type(node)](self, node)

    def literal(self, node: Literal) -> Traced:
        return Traced(node.value)

    def negation(self, node: Not) -> Traced:
        inner = self.trace(node.operand)
        value = operators.negation(_given, node.times, node.span)([None, inner.value])
        return Traced(value, None, inner.basis)

    def choice(self, node: Choice) -> Traced:
        conditions: list[Basis] = []
        for condition, result in node.branches:
            verdict = self.trace(condition)
            conditions.insert(0, verdict.basis)
            if _truth(verdict, condition.span):
                return self.trace(result).because(*conditions)
        return self.trace(node.otherwise).because(*conditions)

    def macro(self, node: Macro) -> Traced:
        from policygate.cel.blame_macros import trace_macro

        return trace_macro(self, node)

    def later(self, node: Node) -> Callable[[], Traced]:
        """Trace a node on first use, with the names that are bound now."""
        bound = list(self.bound)

        @cache
        def trace() -> Traced:
            outer, self.bound = self.bound, bound
            try:
                return self.trace(node)
            finally:
                self.bound = outer

        return trace

    def under(self, names: Mapping[str, Traced | Callable[[], Traced]], node: Node) -> Traced:
        """Trace a node that sees more names."""
        self.bound.extend(names.items())
        try:
            return self.trace(node)
        finally:
            del self.bound[len(self.bound) - len(names) :]

    def local(self, name: str) -> Traced | None:
        found = next((value for known, value in reversed(self.bound) if known == name), None)
        return found if found is None or isinstance(found, Traced) else found()

    def is_bound(self, name: str) -> bool:
        return any(known == name for known, _ in self.bound)

    def name(self, node: Name) -> Traced:
        local = None if node.absolute else self.local(node.name)
        return local or self.constant(node) or self.variable(node.name)

    def constant(self, node: Select | Name) -> Traced | None:
        """The variable or type that a name or a dotted name stands for."""
        start, name = root(node), qualified(node)
        if not isinstance(start, Name) or name is None:
            return None
        if not start.absolute and self.is_bound(start.name):
            return None
        if name in self.scope.variables:
            return self.variable(name)
        return Traced(self.scope.types[name]) if name in self.scope.types else None

    def variable(self, name: str) -> Traced:
        value = self.bindings.get(name, MISSING)
        if value is MISSING:
            value = Unbound(name)
        if isinstance(value, Lazy) and value.trace is not None:
            return value.trace()
        return Traced(value.force() if isinstance(value, Unbound) else value, (name,))

    def select(self, node: Select) -> Traced:
        constant = None if node.test or node.optional else self.constant(node)
        if constant is not None:
            return constant
        owner = self.trace(node.operand)
        optional = node.optional or type(owner.value) is Optional
        if type(owner.value) is Optional:
            if owner.inner is None:
                return self.missing(owner, node.field, test=node.test)
            owner = owner.inner.because(owner.why)
        found = self.get(owner, node)
        if node.test:
            return Traced(found is not MISSING, None, owner.absent(node.field))
        if found is MISSING:
            return _none(owner, node.field)
        child = owner.child(node.field, found)
        return _some(child) if optional else child

    def missing(self, owner: Traced, key: Any, *, test: bool = False) -> Traced:
        """What is read from none: none, whose path leads on."""
        path = None if owner.path is None else (*owner.path, key)
        gone = owner._replace(path=path)
        return Traced(value=False, why=gone.basis) if test else gone

    def get(self, owner: Traced, node: Select) -> Any:
        """The field's value or `MISSING`, which only a test or an optional may find."""
        if type(owner.value) is dict and node.field in owner.value:
            return owner.value[node.field]
        if type(owner.value) is dict and (node.test or node.optional):
            return MISSING
        source = self.compiler.source(node.operand.span)
        if type(owner.value) is dict:
            message = f"no such key `{node.field}` in {source}"
            raise EvaluationError(message, node.span.at)
        raise operators.wanted(owner.value, "map", node.span.at, f"{source}: ")

    def index(self, node: Index) -> Traced:
        from policygate.cel.access import element

        owner = self.trace(node.operand)
        optional = node.optional or type(owner.value) is Optional
        key = self.trace(node.key)
        if type(owner.value) is Optional:
            if owner.inner is None:
                return self.missing(owner, key.value).because(key.basis)
            owner = owner.inner.because(owner.why)
        source = self.compiler.source(node.operand.span)
        found = element(owner.value, key.value, node.span.at, source)
        place = key.value
        if type(owner.value) is list:
            place = int(place)
        if found is MISSING:
            if not optional:
                raise EvaluationError(f"no such element in {source}", node.span.at)
            return _none(owner, place).because(key.basis)
        child = owner.child(place, found).because(key.basis)
        if owner.items is not None and type(owner.value) is list:
            child = child.because(owner.shape)  # which element has this index
        return _some(child) if optional else child

    def logic(self, node: Logic) -> Traced:
        decides = node.operator == "||"
        found: list[Traced] = []
        failed: EvaluationError | None = None
        for term in node.terms:
            try:
                verdict = self.trace(term)
                _truth(verdict, term.span)
                found.append(verdict)
            except EvaluationError as error:
                failed = failed or error
        deciding = [verdict for verdict in found if verdict.value is decides]
        if not deciding and failed is not None:
            raise failed
        return Traced(bool(deciding) is decides, None, together(v.basis for v in deciding or found))

    def chain(self, node: Chain) -> Traced:
        left = self.trace(node.first)
        for sign, operand, span in node.steps:
            right = self.trace(operand)
            function = self.compiler.function(sign, 2)
            run = operators.chain(_given, [(sign, function, _second, span)])
            value = run([self.meter, left.value, right.value])
            if type(value) is list:
                joined = [*elements(left), *elements(right)]
                shape = together([left.structure, right.structure])
                left = Traced(value, None, EMPTY, dict(enumerate(joined)), shape)
            else:
                left = Traced(value, None, together([left.basis, right.basis]))
        return left

    def made_list(self, node: ListOf) -> Traced:
        made: list[Traced] = []
        shape: list[Basis] = []
        for item, optional in zip(node.items, node.optional, strict=True):
            found = self.trace(item)
            if optional and operators.opened(found.value, item.span.start) is MISSING:
                shape.append(found.basis)
            else:
                made.append(_open(found) if optional else found)
        value = [item.value for item in made]
        return Traced(value, None, EMPTY, dict(enumerate(made)), together(shape))

    def made_map(self, node: MapOf) -> Traced:
        made: dict[Any, Traced] = {}
        shape: list[Basis] = []
        for (key_node, value_node), optional in zip(node.entries, node.optional, strict=True):
            key, found = self.trace(key_node), self.trace(value_node)
            shape.append(key.basis)
            place = operators.as_key(key.value, key_node.span.start)
            if place in made:
                raise EvaluationError("the map has a key twice", key_node.span.start)
            if optional and operators.opened(found.value, value_node.span.start) is MISSING:
                shape.append(found.basis)
            else:
                made[place] = _open(found) if optional else found
        value = {key: item.value for key, item in made.items()}
        return Traced(value, None, EMPTY, made, together(shape))

    def bind(self, node: Bind) -> Traced:
        if not node.optional:
            return self.under({node.name: self.later(node.value)}, node.body)
        value = self.trace(node.value)
        if operators.opened(value.value, node.span.at) is MISSING:
            return Traced(NONE, value.path, value.why)
        result = self.under({node.name: _open(value)}, node.body).because(value.why)
        if not node.flat:
            return _some(result)
        operators.opened(result.value, node.span.at)
        return result

    def call(self, node: Call) -> Traced:
        if node.target is not None and node.function in {"or", "orValue"} and len(node.args) == 1:
            return self.fallback(node, node.target)
        nodes = node.args if node.target is None else (node.target, *node.args)
        if node.target is not None and self.is_qualified(node, node.target):
            nodes = node.args
        args = [self.trace(arg) for arg in nodes]
        value = self.apply(node, [arg.value for arg in args], qualified_call=nodes is node.args)
        if node.function == "in" and type(args[1].value) is dict:
            key = args[0]
            return Traced(value, None, together([key.basis, args[1].absent(key.value)]))
        if node.function == "dyn":
            return args[0]
        if node.function == "value" and args[0].inner is not None:
            return _open(args[0])
        whole = together(arg.basis for arg in args)
        if type(value) is Optional and value is not NONE:
            of = len(args) == 1 and value.value is args[0].value
            return Traced(value, inner=args[0] if of else Traced(value.value, None, whole))
        return Traced(value, None, whole)

    def is_qualified(self, node: Call, target: Node) -> bool:
        prefix, start = qualified(target), root(target)
        return (
            prefix is not None
            and isinstance(start, Name)
            and not self.is_bound(start.name)
            and f"{prefix}.{node.function}" in self.scope.table
        )

    def apply(self, node: Call, values: list[Any], *, qualified_call: bool) -> Any:
        """Call the function on values, as the compiler would."""
        table, count = self.scope.table, len(values)
        if node.target is None and node.function in operators.RELATIONS:
            function = self.compiler.function(node.function, 2)
            run = operators.RELATIONS[node.function](_given, _second, function, node.span)
            return run([self.meter, *values])
        name, method = node.function, node.target is not None
        if node.target is not None and qualified_call:
            name, method = f"{qualified(node.target)}.{name}", False
        found = table.find(name, count, method=method)
        if found is None:
            raise EvaluationError(f"unknown function `{name}`", node.span.at)
        reads = [(lambda frame, place=place: frame[place]) for place in range(1, count + 1)]
        return operators.call(found, reads, node.span)([self.meter, *values])

    def fallback(self, node: Call, target: Node) -> Traced:
        receiver = self.trace(target)
        if operators.opened(receiver.value, node.span.at) is MISSING:
            return self.trace(node.args[0]).because(receiver.basis)
        return _open(receiver) if node.function == "orValue" else receiver


def _given(frame: list[Any]) -> Any:
    return frame[1]


def _second(frame: list[Any]) -> Any:
    return frame[2]


def _truth(found: Traced, span: Span) -> bool:
    if type(found.value) is not bool:
        raise operators.wanted(found.value, "bool", span.start)
    return found.value


def _some(inner: Traced) -> Traced:
    return Traced(Optional(inner.value), inner=inner)


def _none(owner: Traced, key: Any) -> Traced:
    if owner.path is not None:
        return Traced(NONE, (*owner.path, key), owner.why)
    return Traced(NONE, None, owner.absent(key))


def _open(found: Traced) -> Traced:
    """What an optional holds; it is one and not none."""
    if found.inner is None:
        return Traced(found.value.value, None, found.basis)
    return found.inner.because(found.why)


_METHODS: Final[dict[type, Callable[[_Tracer, Any], Traced]]] = {
    Bind: _Tracer.bind,
    Call: _Tracer.call,
    Chain: _Tracer.chain,
    Choice: _Tracer.choice,
    Index: _Tracer.index,
    ListOf: _Tracer.made_list,
    Literal: _Tracer.literal,
    Logic: _Tracer.logic,
    Macro: _Tracer.macro,
    MapOf: _Tracer.made_map,
    Name: _Tracer.name,
    Not: _Tracer.negation,
    Select: _Tracer.select,
}
