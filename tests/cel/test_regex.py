"""Patterns: our own machine agrees with RE2, and neither can be made to hang."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policygate.cel import BudgetError, EvaluationError, Meter
from policygate.cel import regex as front
from policygate.cel.machine import Machine

ATOMS = [
    "a", "b", "c", ".", r"\d", r"\w", r"\s", r"\W", "[ab]", "[^a]", "[a-c]", "[[:alpha:]]", "^", "$",
    r"[^[:digit:]\n]", r"\b", r"\A", r"\z", "é", r"\.", "1", "-", r"\x41", r"\pL", r"\PL", r"\p{Lu}",
    r"[\d-]", "[]a]", "[a-]", r"\Qa.\E", "{", "}", "a{,2}", r"\n", " ", "_", "(?i:K)", "(?i:s)", r"\101",
]  # fmt: skip
REPEATS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{1,2}?", "{0}"]
FLAGS = ["i", "s", "m", "U", "im", "i-s", "-i", "sU"]


def _extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, inner).map("|".join),
        inner.map(lambda p: f"({p})"),
        inner.map(lambda p: f"(?P<name>{p})"),
        inner.map(lambda p: f"{p}*"),
        st.tuples(inner, st.sampled_from(REPEATS)).map(lambda t: f"(?:{t[0]}){t[1]}"),
        st.tuples(st.sampled_from(FLAGS), inner).map(lambda t: f"(?{t[0]}:{t[1]})"),
        st.tuples(st.sampled_from(FLAGS), inner).map(lambda t: f"(?{t[0]}){t[1]}"),
    )


patterns = st.one_of(
    st.recursive(st.sampled_from(ATOMS), _extend, max_leaves=6),
    st.text(alphabet="ab()[]{}|*+?\\^$.-:!<>P=1,dpLQEzx&", max_size=8),
)
texts = st.text(alphabet="abcAB1 _-\nékKsS\u017f\u212a.{},", max_size=10)


def _compiled(make: Any, pattern: str) -> Any:
    try:
        return make(pattern)
    except EvaluationError:
        return None


@given(patterns, texts, st.integers(0, 3))
def test_our_machine_answers_as_re2(pattern: str, text: str, start: int) -> None:
    """The same patterns are valid, and they match at the same places."""
    pytest.importorskip("re2", reason="google-re2 has no wheel here: nothing to compare with")
    # RE2 counts bytes, so \B holds within a character of several; Go's engine and ours count characters.
    assume("\\B" not in pattern or text.isascii())
    theirs, ours = _compiled(front.Re2, pattern), _compiled(Machine, pattern)
    assert (theirs is None) == (ours is None)
    if ours is not None:
        start = min(start, len(text))
        assert ours.search(text, start) == theirs.search(text, start)


@pytest.mark.parametrize("make", [Machine, front.Re2])
@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("^(a+)+$", "a" * 5_000 + "!", None),
        ("(a|aa)+$", "a" * 5_000 + "!", None),
        ("(a*)*b", "a" * 5_000, None),
        ("(.*)(.*)(.*)(.*)x", "a" * 2_000, None),
        ("^[a-z]+$", "web\n", None),
        ("(?i)WEB", "a web", (2, 5)),
        ("a??", "aa", (0, 0)),
        ("b*", "abb", (0, 0)),
    ],
)
def test_no_pattern_takes_long(make: Any, pattern: str, text: str, wanted: Any) -> None:
    """What makes a backtracking engine run for ages is answered, and `$` is the end of the text."""
    if make is front.Re2:
        pytest.importorskip("re2", reason="google-re2 has no wheel here")
    assert make(pattern).search(text, 0) == wanted


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[a", "a**", "(?=a)", r"(a)\1", "a{1001}", "(?P<1>a", "[b-a]", r"\8", "*"]
)
def test_an_invalid_pattern_is_refused(pattern: str) -> None:
    """Back-references, look-around and what is no pattern are errors, never surprises."""
    with pytest.raises(EvaluationError, match="invalid pattern"):
        Machine(pattern)


@pytest.mark.parametrize("pattern", ["(((a{100}){100}){100}){100}", "(a{1000}){1000}", "(" * 150])
def test_a_pattern_cannot_grow_without_bound(pattern: str) -> None:
    """Repetitions are written out up to a bound, groups nest up to one."""
    with pytest.raises(EvaluationError):
        Machine(pattern)


def test_matching_costs_steps() -> None:
    """Long texts and long patterns spend the budget, whichever engine matches."""
    with pytest.raises(BudgetError):
        front.find_first(Meter(100), "(a|b)*c", "a" * 10_000)
    with pytest.raises(BudgetError):
        front.find_all(Meter(100), "a", "a" * 10_000)


def test_without_re2_our_machine_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is chosen by what is installed."""
    monkeypatch.setattr(front, "has_re2", lambda: False)
    front.compile_pattern.cache_clear()
    assert isinstance(front.compile_pattern("a+"), Machine)
    assert front.find_all(Meter(), "a*", "baac") == [(0, 0), (1, 3), (4, 4)]
    front.compile_pattern.cache_clear()


def test_all_matches_are_the_same_with_either_engine() -> None:
    """`findAll` cuts the text as Go does, empty matches included."""
    for make in (Machine, front.Re2):
        if make is front.Re2:
            pytest.importorskip("re2", reason="google-re2 has no wheel here")
        found = front.all_matches(Meter(), make("a|"), "ba", -1, 1)
        assert found == [(0, 0), (1, 2)]
