"""The text of an expression as tokens. Not for their order (`parser`)."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from policygate.cel.errors import ExpressionError
from policygate.cel.values import INT_MAX, UINT_MAX, Uint

MAX_LENGTH: Final = 16 * 1024
"""The longest expression, in characters."""

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\n\f\r]+|//[^\n]*)
    |(?P<string>(?:[bB][rR]?|[rR])?(?:\"{3}|'{3}|["']))
    |(?P<float>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
    |(?P<int>(?:0x[0-9a-fA-F]+|[0-9]+)[uU]?)
    |(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
    |(?P<quoted>`[a-zA-Z0-9_.\-/ ]+`)
    |(?P<sign>\.\?|\[\?|\{\?|&&|\|\||[<>=!]=|[-+*/%<>!?:.,()\[\]{}=])""",
    re.VERBOSE,
)
_LINE: Final = r"[^\\\n\r]"
_ANY: Final = r"[^\\]"
_RAW_LINE: Final = r"[^\n\r]"
_ESCAPE: Final = re.compile(
    r"\\(?:(?P<plain>[abfnrtv\"'\\?`])|[xX](?P<hex>[0-9a-fA-F]{2})|u(?P<short>[0-9a-fA-F]{4})"
    r"|U(?P<long>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2})|(?P<bad>.?))",
    re.DOTALL,
)
_PLAIN: Final = dict(zip("abfnrtv\"'\\?`", "\a\b\f\n\r\t\v\"'\\?`", strict=True))
KEYWORDS: Final = frozenset({"true", "false", "null", "in"})
RESERVED: Final = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
     "package", "namespace", "return", "var", "void", "while"}
)  # fmt: skip
"""Words that are no variables; as fields and methods they may be used."""


class Token(NamedTuple):
    """A piece of the text.

    `kind` is `literal`, `name`, `quoted`, `end`, or the sign or keyword itself.
    """

    kind: str
    text: str
    value: Any
    start: int
    end: int


def read_tokens(text: str) -> list[Token]:
    """Cut an expression into tokens; the last one has the kind `end`.

    Raises:
        ExpressionError: At a character or a literal that is none.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the expression has {len(text):,} characters, more than {MAX_LENGTH:,}", 0, text
        )
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ExpressionError(f"unexpected character {text[at]!r}", at, text)
        kind = str(found.lastgroup)
        token = _string(text, found) if kind == "string" else _token(kind, text, found)
        at = token.end
        if kind != "space":
            tokens.append(token)
    tokens.append(Token("end", "the end of the expression", None, at, at))
    return tokens


def _token(kind: str, text: str, found: re.Match[str]) -> Token:
    piece, start, end = found.group(), found.start(), found.end()
    if kind == "int":
        return Token("literal", piece, _integer(piece, start, text), start, end)
    if kind == "float":
        return Token("literal", piece, float(piece), start, end)
    if kind == "sign" or (kind == "name" and piece in KEYWORDS):
        return Token(piece, piece, None, start, end)
    return Token(kind, piece, piece.strip("`"), start, end)


def _integer(piece: str, start: int, text: str) -> int:
    unsigned = piece[-1] in "uU"
    digits = piece[:-1] if unsigned else piece
    value = int(digits, 16) if digits[:2] == "0x" else int(digits[:40])
    # One above the largest is let through: with the minus before it, it is the smallest.
    if value > (UINT_MAX if unsigned else INT_MAX + 1) or len(digits.lstrip("0")) > 40:
        raise ExpressionError(f"{piece[:40]} does not fit into 64 bits", start, text)
    return Uint(value) if unsigned else value


def _string(text: str, opening: re.Match[str]) -> Token:
    prefix = opening.group().rstrip("\"'")
    quote = opening.group()[len(prefix) :]
    raw, binary = "r" in prefix.lower(), "b" in prefix.lower()
    if raw:
        inner = _RAW_LINE if len(quote) == 1 else "."
    else:
        inner = rf"\\.|{_LINE if len(quote) == 1 else _ANY}"
    closing = re.compile(rf"(?:{inner})*?{quote}", re.DOTALL).match(text, opening.end())
    if closing is None:
        raise ExpressionError(
            f"the string is not closed: {quote} is missing", opening.start(), text
        )
    inner = text[opening.end() : closing.end() - len(quote)]
    inner = inner.replace("\r\n", "\n").replace("\r", "\n")
    start, end = opening.start(), closing.end()
    if binary:
        data = inner.encode() if raw else _bytes(inner, start, text)
        return Token("literal", text[start:end], data, start, end)
    value = inner if raw else _unescape(inner, start, text)
    return Token("literal", text[start:end], value, start, end)


def _unescape(inner: str, start: int, text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found["plain"]:
            return _PLAIN[found["plain"]]
        code = _code(found, start, text)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise ExpressionError(f"{found.group()} is no character", start, text)
        return chr(code)

    return _ESCAPE.sub(one, inner)


def _bytes(inner: str, start: int, text: str) -> bytes:
    pieces, at = [], 0
    for found in _ESCAPE.finditer(inner):
        pieces.append(inner[at : found.start()].encode())
        at = found.end()
        if found["plain"]:
            pieces.append(_PLAIN[found["plain"]].encode())
        elif found["short"] or found["long"]:
            raise ExpressionError(f"{found.group()} is no byte: write \\xHH", start, text)
        else:
            pieces.append(bytes([_code(found, start, text)]))
    return b"".join([*pieces, inner[at:].encode()])


def _code(found: re.Match[str], start: int, text: str) -> int:
    if found["octal"]:
        return int(found["octal"], 8)
    digits = found["hex"] or found["short"] or found["long"]
    if digits is None:
        hint = ": write \\\\ for a backslash, or r'…' for a pattern"
        raise ExpressionError(f"unknown escape {found.group()}{hint}", start, text)
    return int(digits, 16)
