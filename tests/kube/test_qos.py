"""Who is evicted last follows from what is requested and limited."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policygate.kube.qos import Amounts, qos_class

ONE, TWO = Fraction(1), Fraction(2)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ((), "BestEffort"),
        ((Amounts(None, None), Amounts(None, None)), "BestEffort"),
        ((Amounts(ONE, ONE), Amounts(TWO, TWO)), "Guaranteed"),
        ((Amounts(None, ONE), Amounts(TWO, TWO)), "Guaranteed"),
        ((Amounts(ONE, TWO), Amounts(TWO, TWO)), "Burstable"),
        ((Amounts(ONE, ONE), Amounts(None, None)), "Burstable"),
        ((Amounts(ONE, None),), "Burstable"),
    ],
)
def test_class(amounts: tuple[Amounts, ...], expected: str) -> None:
    """All equal is guaranteed, nothing at all is best effort, everything else is burstable."""
    assert qos_class(amounts) == expected
