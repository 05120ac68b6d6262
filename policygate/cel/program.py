"""A compiled expression: what a user of this package holds in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from policygate.cel.compiler import Compiler, Lazy, Run, Scope, Unbound, Visit
from policygate.cel.errors import BudgetError, CelError
from policygate.cel.library import FUNCTIONS, TYPES
from policygate.cel.parser import parse
from policygate.cel.values import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from policygate.cel.origin import Basis, Traced
    from policygate.cel.syntax import Node

_T = TypeVar("_T")


class Program:
    """An expression that is ready to be evaluated.

    Attributes:
        text: The expression.
        tree: Its syntax tree.
        variables: The variables that it reads, sorted.
    """

    def __init__(self, text: str, tree: Node, run: Run, scope: Scope) -> None:
        self.text = text
        self.tree = tree
        self.variables: Final = tuple(sorted(scope.slots))
        self._run = run
        self._scope = scope
        self._slots = tuple(scope.slots.items())
        self._blank: list[Any] = [None] * scope.size
        for name, slot in self._slots:
            self._blank[slot] = Unbound(name)

    def evaluate(self, bindings: Mapping[str, Any], meter: Meter | None = None) -> Any:
        """The value of the expression.

        Args:
            bindings: The variables. JSON values as Python has them, `Lazy` values, or those of
                `values`; they are read, never changed.
            meter: What may still be spent; a fresh budget by default.

        Raises:
            EvaluationError: When it has no value for these variables.
            BudgetError: When it costs too much.
        """
        frame = self._blank.copy()
        frame[0] = Meter() if meter is None else meter
        for name, slot in self._slots:
            if name in bindings:
                frame[slot] = bindings[name]
        return self._guarded(lambda: self._run(frame))

    def lazy(self, bindings: Mapping[str, Any], meter: Meter | None = None) -> Lazy:
        """The value as a variable of other expressions, computed when it is first read.

        Args:
            bindings: The variables; looked at when the value is needed, not before.
            meter: What may still be spent.
        """
        return Lazy(lambda: self.evaluate(bindings, meter), lambda: self.trace(bindings, meter))

    def trace(self, bindings: Mapping[str, Any], meter: Meter | None = None) -> Traced:
        """The value with its origin.

        Raises:
            EvaluationError: As `evaluate`.
            BudgetError: As `evaluate`.
        """
        from policygate.cel.blame import trace

        given = Meter() if meter is None else meter
        return self._guarded(lambda: trace(self.tree, self._scope, bindings, given))

    def blame(self, bindings: Mapping[str, Any], meter: Meter | None = None) -> Basis:
        """The paths that made the verdict what it is; for a false one, what is to blame.

        As long as every one of them stays as it is, nothing else turns the verdict. A path starts
        with the name of a variable and may lead to what is missing.

        Raises:
            EvaluationError: As `evaluate`.
            BudgetError: As `evaluate`.
        """
        basis = self.trace(bindings, meter).basis
        return basis if basis.points else basis._replace(points=basis.rest, rest=())

    def _guarded(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except CelError as error:
            if not error.expression:
                error.expression = self.text
            raise
        except RecursionError:
            raise BudgetError("the data nest too deeply", 0, self.text) from None


def compile_expression(
    text: str,
    variables: Collection[str] = (),
    *,
    strict: bool = True,
    visit: Visit | None = None,
) -> Program:
    """Compile an expression.

    Args:
        text: The expression.
        variables: The names that will be bound. A qualified one (`variables.limit`) is one
            variable whose name has dots.
        strict: Whether unknown variables and functions are errors now; otherwise using them is an
            error of the evaluation.
        visit: Called with every node that has been evaluated, and its value or its error.

    Raises:
        ExpressionError: With the place of what is wrong, and the nearest name that is known.
    """
    tree = parse(text)
    scope = Scope(text, variables, FUNCTIONS, TYPES, strict=strict)
    run = Compiler(scope, visit).compile(tree)
    return Program(text, tree, run, scope)
