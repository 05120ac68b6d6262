"""Credentials in any text, whatever it is: tokens by their format, passwords in URLs and headers, hashes.

Every pattern is bounded, so that none is worse than linear on hostile input. Not for what a name in the
text promises (`assignments`), nor for commands (`commands`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.secrets.formats import find_formats
from policygate.secrets.found import Found, Hidden
from policygate.secrets.long_words import words_of
from policygate.secrets.values import (
    decoded_text,
    entropy,
    is_made_up,
    is_placeholder,
    is_random,
    is_reference,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

SHORTEST: Final = 8
"""A shorter text holds nothing but the value of its own name."""
_TOKEN: Final = 20
"""A shorter text is no token by its format."""
_HEADER_MARKS: Final = ("earer ", "asic ", "oken", "Key ", "lunk ")
"""One of these stands in every header that is looked for."""
_URL: Final = re.compile(
    r"://(\{\{[^{}\n]{0,80}\}\}|[^\s/:@'\"<>|]{0,256}):([^\s@'\"<>|]{1,512})@[^\s/]"
)
_NAMED_USER: Final = frozenset({"user", "username", "usr"})
_NAMED_PASSWORD: Final = frozenset({"pass", "passwd", "password", "pwd"})
_BARE_URL: Final = re.compile(
    r"^[\w.-]{1,64}:([^\s:@/]{8,128})@(?!sha\d)(?:\w{0,8}\()?[\w.-]{1,253}(?:[:/?)]\S{0,1024})?$"
)
_ORACLE: Final = re.compile(r"jdbc:oracle:\w{1,8}:[\w.-]{1,64}/([^@\s\"']{1,128})@")
_USER_SLASH_PASSWORD: Final = re.compile(r"^[a-z0-9_-]{2,32}/(?=[^/\s]{0,64}[0-9])([^\s/]{6,64})$")
_QUERY: Final = re.compile(
    r"[?&](?:access_?key|api_?key|apikey|appid|auth|key|secret|sig|token|access_token)=([A-Za-z0-9_-]{20,256})(?![\w-])"
)
_FOR_BOTH: Final = (
    "auth",
    "credentials",
    "login",
    "user",
    "user.info",
    "user_info",
    "userinfo",
    "userpwd",
)
_USER_AND_PASSWORD: Final = re.compile(r"^[^\s:/]{1,128}:([^\s:]{4,512})$")
_HEADER: Final = re.compile(
    r"(Basic|Bearer|Token|token=|Splunk|GenieKey|ApiKey)[ \t]{1,4}[\"']?([A-Za-z0-9+/=_.~-]{6,2048})"
)
_HASH: Final = re.compile(
    r"(\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$[^\s\"']{20,256}|\$(?:5|6|y|7|gy|scrypt)\$[^\s\"',:]{20,256}"
    r"|\{(?:SSHA|SSHA512|SSHA256|CRYPT|PBKDF2[\w-]{0,10})\}[A-Za-z0-9+/=$.]{16,256}|pbkdf2[:_]sha\d{1,3}[:$][^\s\"',]{20,256}"
    r"|SCRAM-SHA-256\$\d{1,6}:[^\s\"']{20,256})"
    r"|(\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\$1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\{SHA\}[A-Za-z0-9+/]{27}=)"
)
"""Hashes of passwords: slow ones, and those that are as good as the password."""
_HASH_SIGN: Final = re.compile(
    r"\$(?:2[abxy]?\$|a(?:rgon2|pr1\$)|(?:[1567y]|gy|scrypt)\$|[0-9]{4})|\{(?:SS?HA|CRYPT|PBKDF2)"
)
"""What all but one of them have, and little else."""


_REMEMBERED: Final = 100_000
_WORTH: Final = 500
"""So many texts of so many characters are remembered as empty: some megabytes."""


class Search(NamedTuple):
    """A search for credentials in any text, and a character that a text needs for it."""

    needs: str
    of: Callable[[str], Iterator[Found]]


def searches_for(texts: Iterable[str]) -> list[Search]:
    """The searches that may find something in texts, whatever they are: for formats, URLs, headers, hashes."""
    long = "\n".join([text for text in texts if len(text) >= _TOKEN])
    found: list[Search] = []
    if next(find_formats(long), None) is not None:
        found.append(Search("", formats_in))
    if "://" in long and ("@" in long or "key=" in long or "token=" in long or "?" in long):
        found.append(Search("://", urls_in))
    if "@" in long:
        found.append(Search("@", bare_urls_in))
    if holds_one(long, _HEADER_MARKS):
        found.append(Search(" ", headers_in))
    if _may_hash(long):
        found.append(Search("", hashes_in))
    return found


def everywhere(text: str) -> Iterator[Found]:
    """Yield what is a credential in any text: formats, URLs, headers, hashes."""
    yield from formats_in(text)
    if "://" in text:
        yield from urls_in(text)
    words = words_of(text).all
    if "@" in words:
        yield from bare_urls_in(text)
    if holds_one(words, _HEADER_MARKS):
        yield from headers_in(text)
    yield from hashes_in(text)


def holds_one(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds one of some words: quicker than `any`, and asked of every text."""
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False


class Empty(set[str]):
    """Texts that were searched and hold nothing: manifests say the same things over and over."""

    def add(self, text: str, /) -> None:
        """Remember a text; what is long is not worth its place, and what is many is forgotten."""
        if len(text) <= _WORTH:
            if len(self) >= _REMEMBERED:
                self.clear()
            super().add(text)


class Lines:
    """The lines of offsets in a text, 0-based, for offsets that ascend: nothing is counted twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._line = 0

    def of(self, offset: int) -> int:
        """The line of an offset."""
        if offset < self._at:
            self._at = self._line = 0
        self._line += self._text.count("\n", self._at, offset)
        self._at = offset
        return self._line


def formats_in(text: str) -> Iterator[Found]:
    """Yield what has the format of a credential, but for what was made up to look like it."""
    lines = Lines(text)
    for match in find_formats(text):
        value = text[match.start : match.end]
        if match.format.identifier or (not match.certain and _is_made_up(value)):
            continue
        name = match.format.name
        article = "an" if name[0] in "AEIOaeio" else "a"
        yield Found(f"{article} {name}", "", Hidden(value), lines.of(match.start))


def _is_made_up(value: str) -> bool:
    if "-----BEGIN" in value:
        lines = value.replace("\\n", "\n").split("-----")[2].strip().split("\n")
        body = "".join(lines[:2])[:128]
        return is_placeholder(body) or "<" in body or len(set(body)) < 8
    body = value.rpartition("/")[2] if "://" in value else value
    return is_made_up(body) or is_reference(value)


def urls_in(text: str) -> Iterator[Found]:
    """Yield the passwords of URLs: `postgres://user:password@host`."""
    from urllib.parse import unquote

    lines = Lines(text)
    for match in _QUERY.finditer(text) if "?" in text else ():
        if is_random(match[1]) and not is_made_up(match[1]):
            yield Found("a key in a URL", "", Hidden(match[1]), lines.of(match.start()))
    for match in _URL.finditer(text) if "://" in text else ():
        user, password = match.groups()
        if is_usable(unquote(password)) and not _is_pattern(user, password):
            yield Found("a password in a URL", "", Hidden(password), lines.of(match.start()))


def _is_pattern(user: str, password: str) -> bool:
    """Whether a URL only shows where a password would stand, or has a port and an `@` further on."""
    if 4 <= len(password) <= 16 and password.isupper() and password.isalpha():
        return True
    if password.lower() in _NAMED_PASSWORD and user.lower() in _NAMED_USER:
        return True
    port, slash, _ = password.partition("/")
    return bool(slash) and port.isdigit()


def bare_urls_in(text: str) -> Iterator[Found]:
    """Yield the passwords of connection strings that are no URLs: `user:password@host`, Oracle's."""
    lines = Lines(text)
    for pattern in (_BARE_URL, _ORACLE):
        match = pattern.search(text)
        if match and is_usable(match[1]) and (pattern is _ORACLE or is_random(match[1])):
            yield Found(
                "a password in a connection string",
                "",
                Hidden(match[1]),
                lines.of(match.start()),
            )


def headers_in(text: str) -> Iterator[Found]:
    """Yield what an `Authorization` header holds."""
    lines = Lines(text)
    for match in _HEADER.finditer(text):
        scheme, value = match.groups()
        if scheme == "Basic":
            user, _, password = (decoded_text(value, least=6) or "").partition(":")
            if user and is_usable(password):
                yield Found("a password in a header", "", Hidden(value), lines.of(match.start()))
        elif _is_bearer(value):
            yield Found("a token in a header", "", Hidden(value), lines.of(match.start()))


def _is_bearer(value: str) -> bool:
    """Whether what follows `Bearer` is a token, and no word or path."""
    if len(value) < _TOKEN or entropy(value) < 3.5 or value.count(".") > 4 or "/" in value[:8]:
        return False
    return any(map(str.isdigit, value)) and not is_made_up(value)


def hashes_in(text: str) -> Iterator[Found]:
    """Yield hashes of passwords: the fast ones are as good as the password."""
    lines = Lines(text)
    for match in _HASH.finditer(text) if _may_hash(text) else ():
        slow = match[1] is not None
        what = "the hash of a password" if slow else "a password hash that is quickly undone"
        yield Found(
            what, "", Hidden(match[0]), lines.of(match.start()), "warning" if slow else "error"
        )


def _may_hash(text: str) -> bool:
    words = words_of(text).long
    return _HASH_SIGN.search(words) is not None or "pbkdf2" in words


def hash_of(value: str) -> Found | None:
    """The hash that a value is, with the user before it, if any; None where it is none."""
    found = next(hashes_in(value), None)
    return found if found is not None and len(found.value) + 64 > len(value) else None


def what_of(value: str) -> str:
    """What a value is by its format, in words; empty where it has none."""
    found = next(formats_in(value), None) if len(value) >= SHORTEST else None
    return found.what if found is not None else ""


@lru_cache(maxsize=8192)
def is_for_both(name: str) -> bool:
    """Whether a name stands for a user and a password together: `auth` of a registry, `--user`, `cloud.auth`."""
    return name.lower().endswith(_FOR_BOTH)


def password_of(value: str) -> str:
    """The password of `user:password`, also in base64; empty where a value is none."""
    for text in (value, decoded_text(value, least=8) or ""):
        match = _USER_AND_PASSWORD.match(text.strip()) or _USER_SLASH_PASSWORD.match(text)
        if match and is_usable(match[1]) and (text != value or is_random(match[1])):
            return match[1]
    return ""


def is_usable(password: str) -> bool:
    """Whether a text at the place of a password is one."""
    password = password.strip("\"'")
    return bool(password) and not is_reference(password) and not is_placeholder(password)
