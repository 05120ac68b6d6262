"""What a YAML scalar means to the cluster: go-yaml v2, then sigs.k8s.io/yaml's way to JSON.

This is neither YAML 1.1 as PyYAML has it nor YAML 1.2: `y`, `yes` and `on` are booleans, `22:22` and
`2020-01-01` are strings, `0644` is 420, `1_000` is an integer. Values are "typed" as Go holds them
(an integer of 64 bits, a float) until `to_json` turns them into what the API server receives; a key
needs the typed value, because 1e6 is the number 1000000 as a value and "1e+06" as a key.
Not for positions, nor for anything that needs more than one scalar.

Sources: go.yaml.in/yaml/v2 `resolve.go`, sigs.k8s.io/yaml `yaml.go`; checked against `kubectl`.
"""

from __future__ import annotations

import re
from typing import Any, Final

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
UINT64_MAX: Final = 2**64 - 1

_TAG: Final = "tag:yaml.org,2002:"

_BY_VALUE: Final[tuple[tuple[Any, str], ...]] = (
    (None, "~ null Null NULL"),
    (True, "y Y yes Yes YES true True TRUE on On ON"),
    (False, "n N no No NO false False FALSE off Off OFF"),
)
WORDS: Final[dict[str, Any]] = {"": None} | {
    word: value for value, words in _BY_VALUE for word in words.split()
}
"""Plain scalars that mean a boolean or null."""

NUMERIC: Final = frozenset("+-.0123456789")
"""First characters of plain scalars that may be numbers."""

SUSPECT: Final = NUMERIC | {word[0] for word in WORDS if word}
"""First characters of plain scalars that may be no strings; an empty one is null."""

_NOT_FINITE: Final[dict[str, float]] = {
    sign + word: float(sign + word[1:].lower())
    for word in (".inf", ".Inf", ".INF")
    for sign in ("", "+", "-")
} | {word: float("nan") for word in (".nan", ".NaN", ".NAN")}

_LIKE_A_NUMBER: Final = re.compile(
    r"[-+]?(?:0_*[xXoObB][-+0-9a-fA-F_]*|[0-9_]*\.?[0-9_]*(?:[eE][-+_]*[0-9_]*)?)"
)
_DECIMAL: Final = re.compile(r"[1-9][0-9]{0,17}|0")
_GO_INTEGER: Final = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))"
)
_GO_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DOT_FLOAT: Final = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_BINARY_AGAIN: Final = re.compile(r"(-?)0b([-+]?[01]+)")
_TIMESTAMP: Final = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt]|( ))([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?"
    r"(?(4)|(?:Z|[-+]([0-9]{2}):([0-9]{2}))))?"
)


class ScalarError(ValueError):
    """The cluster refuses this scalar; the message never holds its value."""


def plain(text: str) -> Any:
    """Return the typed value of an untagged plain scalar: str, bool, None, int or float."""
    if text in WORDS:
        return WORDS[text]
    return number(text) if text[0] in NUMERIC else text


def number(text: str) -> Any:
    """Return the typed number that a plain scalar starting like one means, or `text` itself."""
    if _DECIMAL.fullmatch(text):
        return int(text)
    if text in _NOT_FINITE:
        return _NOT_FINITE[text]
    if not _LIKE_A_NUMBER.fullmatch(text):
        return text  # 100m, 1.2.3, 10:30, 2020-01-01
    if text[0] == ".":
        return _float(text.replace("_", ""), text) if _DOT_FLOAT.fullmatch(text) else text
    bare = text.replace("_", "")
    match = _GO_INTEGER.fullmatch(bare)
    if match:
        value = _integer(match)
        if INT64_MIN <= value <= INT64_MAX or (value <= UINT64_MAX and not match[1]):
            return value
    if _GO_FLOAT.fullmatch(bare):
        return _float(bare, text)
    return _binary_again(bare, text)


def _integer(match: re.Match[str]) -> int:
    sign, hexa, binary, octal, decimal = match.groups()
    if decimal is not None and len(decimal) > 20:
        return 2**64 if sign != "-" else -(2**64)  # out of range, and quadratic to convert
    digits, base = next(
        (digits, base)
        for digits, base in ((hexa, 16), (binary, 2), (octal, 8), (decimal, 10))
        if digits is not None
    )
    return int(sign + digits, base)


def _float(digits: str, text: str) -> Any:
    value = float(digits)
    return text if value in (float("inf"), float("-inf")) else value


def _binary_again(bare: str, text: str) -> Any:
    """Mend what go-yaml's second look at `0b` allows: a sign after the prefix."""
    match = _BINARY_AGAIN.fullmatch(bare)
    if not match or (match[1] and match[2][0] in "+-"):
        return text
    value = int(match[1] + match[2], 2)
    return value if INT64_MIN <= value <= INT64_MAX else text


def to_json(value: Any) -> Any:
    """Return what a typed number is after its way through JSON.

    Raises:
        ScalarError: JSON has no infinity and no NaN.
    """
    if type(value) is int:
        return value if INT64_MIN <= value <= INT64_MAX else float(value)
    if type(value) is not float:
        return value
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  # NaN
        raise ScalarError("infinity and NaN are not supported: JSON cannot express them")
    return _shortest_integer(value) if value.is_integer() else value


def _shortest_integer(value: float) -> int | float:
    """Read a whole float back from the digits Go prints: the shortest ones, padded with zeros."""
    digits, _, exponent = repr(value).partition("e")
    whole = int(digits.removesuffix(".0").replace(".", ""))
    fraction = len(digits.removesuffix(".0").partition(".")[2])
    if exponent:
        power = int(exponent) - fraction
        if power > 30:
            return value
        whole *= 10**power
    return whole if INT64_MIN <= whole <= INT64_MAX else value


def to_key(value: Any) -> str:
    """Return the string that a typed value becomes as a mapping key.

    Raises:
        ScalarError: The cluster refuses null and integers above int64 as keys.
    """
    if type(value) is str:
        return value
    if value is None:
        raise ScalarError("null is not supported as a mapping key")
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        if value > INT64_MAX:
            raise ScalarError("an integer above 9223372036854775807 is not supported as a key")
        return str(value)
    return _float_key(value)


def _float_key(value: float) -> str:
    """Format as Go's `strconv.FormatFloat(value, 'g', -1, 32)`: shortest digits of a float32."""
    import struct  # float keys are rare

    if value != value:  # noqa: PLR0124  # NaN
        return ".nan"
    try:
        narrow = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        narrow = float("inf") if value > 0 else float("-inf")
    if narrow in (float("inf"), float("-inf")):
        return ".inf" if narrow > 0 else "-.inf"
    for precision in range(9):
        shortest = f"{narrow:.{precision}e}"
        if struct.unpack("f", struct.pack("f", float(shortest)))[0] == narrow:
            break
    mantissa, exponent = shortest.split("e")
    if -4 <= int(exponent) < 6:
        digits = mantissa.replace(".", "").lstrip("-")
        return f"{narrow:.{max(0, len(digits) - 1 - int(exponent))}f}"
    return shortest


def tagged(tag: str, text: str) -> Any:
    """Return the typed value of a scalar with an explicit tag; unknown tags keep the text.

    Args:
        tag: The tag in full, `tag:yaml.org,2002:int`.
        text: The scalar's text, whatever its style.

    Raises:
        ScalarError: The text is not what the tag says.
    """
    name = tag.removeprefix(_TAG) if tag.startswith(_TAG) else ""
    if name == "binary":
        return _binary(text)
    if name not in ("bool", "int", "float", "null", "timestamp"):
        return text
    if name == "timestamp" and is_timestamp(text):
        return text
    value = plain(text)
    if name == "float" and type(value) is int and value <= INT64_MAX:
        return float(value)
    if _NAMES[type(value)] != name:
        raise ScalarError(f"the scalar is not what its tag says: !!{name}")
    return value


_NAMES: Final = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}


def _binary(text: str) -> str:
    import base64  # binary scalars are rare
    import binascii

    try:
        data = base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise ScalarError("a !!binary value is not base64") from None
    return decode_as_go(data)


def decode_as_go(data: bytes) -> str:
    """Decode UTF-8 as Go does: every byte that is not UTF-8 becomes one U+FFFD."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="surrogateescape")
        return re.sub("[\udc80-\udcff]", "\ufffd", text)


def is_timestamp(text: str) -> bool:
    """Say whether go-yaml reads `text` as a timestamp (it stays a string all the same)."""
    match = _TIMESTAMP.fullmatch(text)
    if not match:
        return False
    year, month, day = (int(match[i]) for i in (1, 2, 3))
    hour, minute, second = (int(match[i] or 0) for i in (5, 6, 7))
    zone_hour, zone_minute = (int(match[i] or 0) for i in (8, 9))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (0, 31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return (
        1 <= month <= 12
        and 1 <= day <= days[month]
        and hour < 24
        and minute < 60
        and second < 60
        and zone_hour <= 24
        and zone_minute <= 60
    )
