"""What can go wrong with an expression: when it is read, when it is evaluated, when it costs too much.

Every error knows the place in the expression. Not for saying where the expression itself stands:
whoever holds the policy file adds that.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate


class CelError(Exception):
    """Something is wrong with an expression or its evaluation.

    Attributes:
        message: What is wrong, in words.
        expression: The expression's text; empty while it is not known yet.
        offset: Where in it, in characters from 0; None while it is not known yet.
    """

    def __init__(self, message: str, offset: int | None = None, expression: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.expression = expression

    def __str__(self) -> str:
        if self.offset is None or not self.expression:
            return self.message
        line, column = self.place
        where = f"character {column}" if "\n" not in self.expression else f"{line}:{column}"
        return f"{self.message} (at {where} of the expression)"

    @property
    def place(self) -> tuple[int, int]:
        """Line and column in the expression, both from 1."""
        starts = [0, *accumulate(len(line) + 1 for line in self.expression.split("\n"))]
        offset = self.offset or 0
        line = bisect_right(starts, offset, hi=len(starts) - 1)
        return line, offset - starts[line - 1] + 1

    @property
    def caret(self) -> str:
        """The line of the expression with a mark under the place."""
        line, column = self.place
        return f"{self.expression.split(chr(10))[line - 1]}\n{' ' * (column - 1)}^"


class ExpressionError(CelError):
    """The expression cannot be compiled: its syntax, an unknown name, a bound that it exceeds."""


class EvaluationError(CelError):
    """The expression has no value for this data. `&&`, `||`, `all` and `exists` may absorb it.

    Attributes:
        discreet: The message without anything of the data, which may be secret.
    """

    def __init__(
        self, message: str, offset: int | None = None, expression: str = "", *, discreet: str = ""
    ) -> None:
        super().__init__(message, offset, expression)
        self.discreet = discreet or message


def unfit(value: str, words: str) -> EvaluationError:
    """The error for a text of the data that is not what it must be.

    Args:
        value: The text; the message quotes its beginning, the discreet one does not.
        words: What is wrong with it: `is no int`.
    """
    return EvaluationError(f"{value[:60]!r} {words}", discreet=f"the value {words}")


class BudgetError(CelError):
    """The evaluation costs more than it may. Nothing absorbs it."""
