"""The Common Expression Language in the dialect of Kubernetes, in pure Python.

    >>> program = compile_expression("object.spec.replicas > 1", ["object"])
    >>> program.evaluate({"object": {"spec": {"replicas": 3}}})
    True

An expression is compiled once and evaluated many times, in any number of threads. It cannot reach
the world, and it cannot run away: its length, its depth, its steps and its results are bounded.
When a verdict is false, `Program.blame` says which places of the data made it so. This package
imports nothing of the rest of the project.

Sources: https://github.com/google/cel-spec/blob/master/doc/langdef.md and, for the libraries,
https://kubernetes.io/docs/reference/using-api/cel/
"""

from __future__ import annotations

from policygate.cel.compiler import Lazy, Visit
from policygate.cel.errors import BudgetError, CelError, EvaluationError, ExpressionError
from policygate.cel.program import Program, compile_expression
from policygate.cel.values import Meter

__all__ = [
    "BudgetError",
    "CelError",
    "EvaluationError",
    "ExpressionError",
    "Lazy",
    "Meter",
    "Program",
    "Visit",
    "compile_expression",
]
