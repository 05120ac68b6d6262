"""Trials as text. Not for streams and exit codes (`cli.test`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policygate.reporters.safe import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policygate.authoring.trial import Trial


def render(trials: Sequence[Trial]) -> str:
    """Every failure and all advice, in the order of the policies; empty when there is nothing to say.

    Args:
        trials: What became of the policies.
    """
    return "".join(f"{show(line)}\n" for trial in trials for line in _lines(trial))


def _lines(trial: Trial) -> Iterator[str]:
    if trial.error:
        yield trial.error  # says itself where
        yield from (f"  {line}" for line in trial.hint.splitlines())
    for text in trial.lacking:
        yield f"{trial.file}: {trial.id}: {text}"
    for case in trial.cases:
        for wrong in case.wrong:
            yield f"{_at(trial, case.line)}: {trial.id}: example `{case.example.name}`"
            yield f"  {wrong.message}"
            yield from (f"  {line}" for line in wrong.lines)
    for advice in trial.advice:
        yield f"{_at(trial, advice.line)}: {trial.id}: advice: {advice.message}"
        if advice.hint:
            yield f"  {advice.hint}"


def _at(trial: Trial, line: int) -> str:
    return f"{trial.file}:{line}" if line else trial.file


def summary(trials: Sequence[Trial]) -> str:
    """One sentence about all of them."""
    cases = sum(len(trial.cases) for trial in trials)
    failures = sum(trial.failures for trial in trials)
    advice = sum(len(trial.advice) for trial in trials)
    return (
        f"{_count(len(trials), 'policy', 'policies')}, {_count(cases, 'example', 'examples')}: "
        f"{_count(failures, 'failure', 'failures') if failures else 'all as expected'}"
        + (f", {_count(advice, 'piece', 'pieces')} of advice" if advice else "")
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
