"""What tells a token of a provider from a run of letters of the same shape: checksums and structure.

Not for shapes: policygate.secrets.formats has them, and calls these with a text that has the shape.
"""

from __future__ import annotations

import binascii
import re
import zlib
from typing import Any, Final

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_KEY_LINE: Final = r"(?:KEY(?: BLOCK)?|V1)-----(?s:.){0,400}?[A-Za-z0-9+/=]{32}"


def _in_base(number: int, base: int, width: int) -> str:
    """A number in the digits of a base up to 62, with zeros in front."""
    digits = ""
    while number:
        number, digit = divmod(number, base)
        digits = _DIGITS[digit] + digits
    return digits.rjust(width, "0")


def has_github_checksum(token: str) -> bool:
    """Whether the last six characters are the CRC-32 of what stands before them and after the prefix.

    So do GitHub and npm; fine-grained tokens have a checksum that GitHub does not explain.
    """
    body = token.rpartition("_")[2]
    return _in_base(zlib.crc32(body[:-6].encode()), 62, 6) == body[-6:]


def has_gitlab_checksum(token: str) -> bool:
    """Whether the last seven characters are the CRC-32 of all that stands before them."""
    return _in_base(zlib.crc32(token[:-7].encode()), 36, 7).lower() == token[-7:]


def has_grafana_checksum(token: str) -> bool:
    """Whether the last part is the CRC-32 of the others, its lowest byte first."""
    head, _, checksum = token.rpartition("_")
    return zlib.crc32(head.encode()).to_bytes(4, "little").hex() == checksum


def has_bech32_checksum(token: str) -> bool:
    """Whether a text in capitals ends in its Bech32 checksum (BIP 173)."""
    name, _, data = token.lower().rpartition("1")
    codes = [ord(letter) for letter in name]
    values = [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]
    checksum = 1
    for value in values + [_BECH32.find(letter) for letter in data]:
        top, checksum = checksum >> 25, (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATOR):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum == 1


def _decoded(text: str) -> bytes:
    """What a text in Base64 of either alphabet stands for; empty for one that stands for nothing."""
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error:
        return b""


def _mapping(text: str) -> dict[str, Any]:
    """The JSON object that a text in Base64 stands for; an empty one for anything else."""
    import json

    try:
        value = json.loads(_decoded(text))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def is_jwt(token: str) -> bool:
    """Whether the first part of a token names an algorithm that signs."""
    algorithm = _mapping(token.partition(".")[0]).get("alg")
    return isinstance(algorithm, str) and algorithm.lower() != "none"


def is_grafana_key(token: str) -> bool:
    """Whether a token of Grafana holds a key: older ones are JSON in Base64, with or without a prefix."""
    return "k" in _mapping(token.rpartition("_")[2])


def is_onepassword_token(token: str) -> bool:
    """Whether a token of a service account holds JSON."""
    return bool(_mapping(token.partition("_")[2]))


def is_sentry_token(token: str) -> bool:
    """Whether the middle of a token of an organization holds JSON."""
    return bool(_mapping(token.split("_")[1]))


def is_discord_token(token: str) -> bool:
    """Whether the first part of a token is the number of an account."""
    return _decoded(token.partition(".")[0]).isdigit()


def has_key_lines(text: str) -> bool:
    """Whether something follows the head of a private key that can be one: no dots, no placeholder."""
    return re.search(_KEY_LINE, text) is not None
