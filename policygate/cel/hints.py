"""How CEL writes what other languages write otherwise. Not for names that are merely misspelt."""

from __future__ import annotations

from typing import Final

OTHERWISE: Final = {
    "None": "null",
    "True": "true",
    "False": "false",
    "nil": "null",
    "none": "null",
    "undefined": "!has(x.y)",
    "and": "a && b",
    "or": "a || b",
    "not": "!a",
    "is": "a == b",
    "if": "a ? b : c",
    "any": "x.exists(e, …)",
    "some": "x.exists(e, …)",
    "every": "x.all(e, …)",
    "defined": "has(x.y)",
    "includes": "x.contains(y)",
    "isEmpty": "size(x) == 0",
    "isNull": "x == null",
    "len": "size(x)",
    "length": "size(x)",
    "count": "size(x)",
    "lower": "x.lowerAscii()",
    "upper": "x.upperAscii()",
    "toLowerCase": "x.lowerAscii()",
    "toUpperCase": "x.upperAscii()",
    "match": "x.matches('…')",
    "regex": "x.matches('…')",
    "default": "x.?y.orValue(z)",
}
"""A word of another language, and what CEL has for it."""


def otherwise(word: str) -> str:
    """The hint at how CEL writes it, beginning with a colon; empty for any other word."""
    written = OTHERWISE.get(word)
    return f": CEL writes `{written}`" if written else ""
