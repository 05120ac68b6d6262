"""Resource quantities as they stand in manifests.

What a quantity's text means is the expression language's to know too (`cel.amounts`). Not for
judging what a good amount is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policygate.cel.amounts import MAXIMUM, parse_quantity

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["MAXIMUM", "known_quantity", "parse_quantity", "read_quantity"]

_SPACE: Final = " \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""White space that JSON leaves as it is; a tab or a line feed is escaped there and so not trimmed."""


def read_quantity(value: object) -> Fraction:
    """Read a quantity as it stands in a manifest: a string or a number.

    The API server trims white space around it before it parses, unlike `parse_quantity`.

    Raises:
        ValueError: When the cluster would refuse it, or for every other type.
    """
    if isinstance(value, str):
        return parse_quantity(value.strip(_SPACE))
    if isinstance(value, (int, float)):
        return parse_quantity(value)
    raise ValueError(f"a quantity is a string or a number, not {type(value).__name__}")


def known_quantity(value: object) -> Fraction | None:
    """Read a quantity as it stands in a manifest; None for what is none, unset included."""
    try:
        return read_quantity(value)
    except ValueError:
        return None
