r"""Untrusted text made harmless: it stays on its line, is visible, and commands nobody.

Every byte of a manifest comes from the author of a pull request. Shown to a person, a control
character, a character nobody sees and a lone surrogate become an escape (`\x1b`, `\u202e`); a text
can neither start a workflow command (`::error`, `##[error]`, `##vso[task]`) nor complete one that
stands before it. Not for the escaping of a format (JSON, workflow commands): its reporter does that.

Runners look for commands by linguistic comparison (`string.StartsWith` of .NET), which passes over
characters without weight: a command is recognised here with any non-ASCII characters inside it.
Source: actions/runner, src/Runner.Common/ActionCommand.cs.
"""

from __future__ import annotations

import re
from typing import Final

# Patterns are compiled when they are first needed, which for plain ASCII is never.
_HIDDEN: Final = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
"""What `str.isprintable` lets through and nobody sees: Default_Ignorable_Code_Point of Unicode."""
_GAP: Final = r"[^\x00-\x7f]*"
_COMMAND: Final = rf"(?i)(?=#{_GAP}(#){_GAP}(?:v{_GAP}s{_GAP}o{_GAP})?(?:\[|\Z))"
"""Also at the end of a text: a colour (`ESC [`) may follow it."""
_START: Final = rf" *(?:(:)|{_GAP}(:)(?={_GAP}(?::|\Z)))"
_SURROGATE: Final = "[\ud800-\udfff]"
_ACTIVE: Final = (
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SHORT: Final = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def show(text: str) -> str:
    """Return a text on one line as a person may see it, equal to itself where it is harmless."""
    return "".join(cells(text))


def cells(text: str) -> list[str]:
    """Return what to show for every character of a text; joined, they are `show`.

    A shown text has no control characters, does not start with a colon (after blanks) and holds no
    command, not even one that the end of a colour would complete.
    """
    if text.isascii() and text.isprintable() and "#" not in text and text.lstrip()[:1] != ":":
        return list(text)
    shown = [char if _is_visible(char) else escaped(char) for char in text]
    for command in re.finditer(_COMMAND, text):
        shown[command.start(1)] = escaped("#")
    start = re.match(_START, text)
    if start:
        shown[start.start(start.lastindex or 0)] = escaped(":")
    if text and not text[0].isascii() and _is_mark(text[0]):
        # It would change the character before it, which is ours (the `::` of a workflow command).
        shown[0] = escaped(text[0])
    return shown


def escaped(char: str) -> str:
    r"""Return the visible name of a character: `\n`, `\x1b`, `\u202e`, `\U000e0001`.

    A lone surrogate that stands for a byte of a file name (PEP 383) is named by that byte.
    """
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def encodable(text: str) -> str:
    """Return a text without lone surrogates, which no encoding and few JSON parsers accept."""
    return re.sub(_SURROGATE, lambda found: escaped(found[0]), text)


def harmless(text: str) -> str:
    """Return a text as exact as a terminal bears it, for a format that escapes what it must.

    Only lone surrogates and what acts on a terminal is escaped: control and bidirectional
    characters, but for new lines.
    """
    return re.sub(_ACTIVE, lambda found: escaped(found[0]), text)


def percent_encoded(path: str) -> str:
    """Return a path as the path of an address (RFC 3986), byte by byte where it is no UTF-8."""
    from urllib.parse import quote

    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(encodable(path))


def in_markdown(text: str) -> str:
    """Return a text as code in a cell of a table: nothing in it is a link, a name, HTML or a new cell."""
    if not text:
        return ""
    shown = show(text).replace("|", "\\|")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    room = " " if shown[:1] == "`" or shown[-1:] == "`" else ""
    return f"{fence}{room}{shown}{room}{fence}"


def columns(text: str) -> int:
    """Return how many columns a shown text takes in a terminal (Unicode Standard Annex 11)."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    def width(char: str) -> int:
        if category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
            return 0
        return 2 if east_asian_width(char) in "WF" else 1

    return sum(map(width, text))


def shorten(text: str, limit: int) -> str:
    """Return a shown text that takes at most `limit` columns, its end replaced by `…` if cut."""
    if columns(text) <= limit:
        return text
    kept = 0
    while columns(text[: kept + 1]) < limit:
        kept += 1
    return text[:kept] + "…"


def _is_visible(char: str) -> bool:
    return char.isprintable() and (char.isascii() or not re.match(_HIDDEN, char))


def _is_mark(char: str) -> bool:
    from unicodedata import category

    return category(char).startswith("M")
