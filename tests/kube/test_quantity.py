"""Quantities are the numbers that Kubernetes makes of them."""

from __future__ import annotations

import json
import os
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygate.kube.quantity import MAXIMUM, parse_quantity, read_quantity

KUBECTL = Path(os.environ.get("POLICYGATE_KUBECTL", Path(__file__).parents[2] / ".ci/bin/kubectl"))
NANO = Fraction(1, 10**9)
SUFFIXES = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "E-2", "e+1"]  # fmt: skip
digits = st.text("0123456789", min_size=1, max_size=12)
numbers = st.one_of(digits, st.builds("{}.{}".format, digits, digits))
quantities = st.builds("{}{}{}".format, st.sampled_from(["", "+", "-"]), numbers, st.sampled_from(SUFFIXES))  # fmt: skip
some = settings(max_examples=max(5, settings().max_examples // 8))  # each runs a program
soup = st.text("+-.eEinumkKMGTP0123456789", max_size=8) | quantities


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("500m", Fraction(1, 2)), ("1Gi", 2**30), ("0.5", Fraction(1, 2)), ("1.5Ki", 1536),
        ("-1k", -1000), ("+2", 2), ("1e3", 1000), ("1E3", 1000), ("1E", 10**18), ("1.", 1),
        (".5", Fraction(1, 2)), ("0.1n", NANO), ("-0.1n", -NANO), ("1.0000000001", 1 + NANO),
        ("8Ei", MAXIMUM), ("9000P", 9 * 10**18), ("1e-99", NANO), ("0e999999999", 0),
        ("m", 0), ("+", 0), ("Ki", 0), ("00", 0), (3, 3), (0.5, Fraction(1, 2)), (1e-7, NANO * 100),
    ],
)  # fmt: skip
def test_examples(text: Any, amount: Fraction) -> None:
    """Each form of a quantity has its exact number."""
    assert parse_quantity(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", " ", " 1", "1 ", "500MiB", "1ki", "1K", "1e", "1e1.5", "0x10", "1_000", "1,5", "\u0661", "1.1.1",
     "1mm", "NaN", "Infinity", "--1", "Pi", "e-10", "\n1", "1\n", float("nan"), float("inf"), True],
)  # fmt: skip
def test_what_the_cluster_refuses_is_an_error(text: Any) -> None:
    """A text that is no quantity raises ValueError, and says so in one line."""
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        parse_quantity(text)


@pytest.mark.parametrize(
    "text", ["1e999999999", "1e201", "9" * 201, 10**400, "1e99999999999999999999", "1" * 100_000]
)
def test_bombs_are_errors(text: Any) -> None:
    """A number too large to be meant is refused before it is made."""
    with pytest.raises(ValueError, match=r"exponent|longer|too large"):
        parse_quantity(text)


@given(numbers, st.sampled_from(SUFFIXES))
def test_a_sign_negates(number: str, suffix: str) -> None:
    """A minus changes the sign and nothing else, a plus nothing at all; both round alike."""
    amount = parse_quantity(number + suffix)
    assert parse_quantity(f"-{number}{suffix}") == -amount
    assert parse_quantity(f"+{number}{suffix}") == amount >= 0


@given(numbers, st.integers(-9, 18))
def test_decimal_suffixes_are_exponents(number: str, power: int) -> None:
    """`k`, `M`, … and `e3`, `e6`, … are two spellings of one number."""
    suffix = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
    exact = max(Fraction(number) * Fraction(10) ** power, Fraction(0))
    amount = parse_quantity(f"{number}e{power}")
    assert 0 <= amount - exact < NANO
    assert (amount > 0) == (exact > 0)
    if power in suffix:
        assert parse_quantity(number + suffix[power]) == amount


@given(st.integers(0, 10**6), st.sampled_from(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]))
def test_binary_suffixes_are_powers_of_1024(number: int, suffix: str) -> None:
    """Each binary suffix is 1024 times the one before, capped at 2^63-1."""
    power = 10 * (["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].index(suffix) + 1)
    assert parse_quantity(f"{number}{suffix}") == min(number * 2**power, MAXIMUM)


@given(st.one_of(st.text(max_size=10), soup, st.integers(), st.floats(), st.none(), st.lists(st.none())))  # fmt: skip
def test_nothing_but_value_error_comes_out(value: Any) -> None:
    """Whatever a manifest holds, the answer is a number in nanos or a ValueError."""
    try:
        amount = read_quantity(value)
    except ValueError:
        return
    assert (amount / NANO).denominator == 1


def test_a_manifest_may_hold_spaces_around_a_quantity() -> None:
    """The API server trims spaces before it parses; a tab reaches it escaped and is refused."""
    assert read_quantity(" 1Gi ") == 2**30
    with pytest.raises(ValueError, match="quantity"):
        read_quantity("1Gi\t")


@pytest.mark.skipif(
    not KUBECTL.is_file(), reason="no kubectl: set POLICYGATE_KUBECTL or run .ci/fetch-kubectl"
)
@some
@given(st.lists(soup, min_size=20, max_size=80))
def test_kubectl_agrees(texts: list[str]) -> None:
    """Kubectl accepts what we accept, prints an equal number, and refuses what we refuse."""
    accepted: list[str] = []
    refused: list[str] = []
    for text in texts:
        try:
            parse_quantity(text)
        except ValueError as error:
            if "above" not in str(error):
                refused.append(text)
        else:
            accepted.append(text)
    printed = kubectl(accepted)
    assert printed is not None, accepted
    assert [parse_quantity(text) for text in printed] == [parse_quantity(text) for text in accepted]
    for text in refused[:3]:
        assert kubectl([text]) is None, text


def kubectl(texts: list[str]) -> list[str] | None:
    """The texts as the real ParseQuantity prints them, None when it refuses one."""
    hard = ",".join(f"example.com/r{number}={text}" for number, text in enumerate(texts))
    command = [str(KUBECTL), "create", "quota", "q", "--dry-run=client", "--output=json"]
    done = subprocess.run(
        [*command, f"--hard={hard}"],
        capture_output=True,
        check=False,
        env={"HOME": "/nonexistent"},
    )
    if done.returncode:
        return None
    printed = json.loads(done.stdout)["spec"].get("hard", {})
    return [printed[f"example.com/r{number}"] for number in range(len(texts))]
