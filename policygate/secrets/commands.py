"""Passwords that commands are given, and lines of configuration that look like commands.

A table of words and patterns, all of them bounded. Not for flags and assignments whose own name promises a
secret (`assignments`), but for those of any command.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from policygate.secrets.anywhere import Lines, hash_of, is_usable
from policygate.secrets.found import Found, Hidden
from policygate.secrets.values import is_random

if TYPE_CHECKING:
    from collections.abc import Iterator


class Command(NamedTuple):
    """A word that the text holds, in small letters, and the pattern of a password.

    Attributes:
        word: The word.
        pattern: Its one group is the password.
        near: Whether the word is a program, which must stand before its argument in one command.
    """

    word: str
    pattern: str
    near: bool = False


_ARGUMENT: Final = r"([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"
_WORD: Final = r"[\"']?([^\s\"']{1,256})"
_COMMANDS: Final = (
    Command("@(", r"(?:^|[\s\"'=])[\w.-]{1,64}:([^\s@:/\"']{1,128})@\("),
    Command("@tcp(", r"(?:^|[\s\"'=])[\w.-]{1,64}:([^\s@:/\"']{1,128})@tcp\("),
    Command("@unix(", r"(?:^|[\s\"'=])[\w.-]{1,64}:([^\s@:/\"']{1,128})@unix\("),
    Command("add_user", r"add_user[ ]{1,2}[\w.@-]{1,64}[ ]{1,2}" + _WORD),
    Command("auth", r"auth[ ]{0,2}=[ ]{0,2}\([ ]{0,2}[\"'][^\"'\n]{1,80}[\"'][ ]{0,2},[ ]{0,2}[\"']([^\"'\n]{1,256})[\"']"),
    Command("auth-pass", r"auth-pass[ ]{1,8}\S{1,64}[ ]{1,8}([^\s\"']{1,256})"),
    Command("change_password", r"change_password[ ]{1,2}[\w.@-]{1,64}[ ]{1,2}" + _WORD),
    Command("chpasswd", r"\n[ \t-]{0,40}[\w-]{1,32}:([^\s:]{6,64})(?=\s)"),
    Command("chpasswd", r"echo[ ]{1,2}[\"']?[\w.-]{1,64}:([^\s\"']{1,256})[\"']?[ ]{0,4}\|"),
    Command("curl", r"(?:-u|--user)[ =]{0,2}[\"']?[\w.@+%-]{1,80}:([^\s\"']{1,256})", near=True),
    Command(" login", r"\blogin\b[^\n|;&]{0,200}[ \t](?:-p|--password)[ =]{1,2}" + _ARGUMENT),
    Command("echo", r"echo[ ](?:-n[ ])?[\"']?([^\s\"'|$]{4,256})[\"']?[ ]{0,4}\|[^|\n]{1,120}--password-stdin"),
    Command("htpasswd", r"[ \t]-\w{0,6}b\w{0,6}[ ]{1,4}(?:\S{1,128}[ ]{1,4})?[\w.@-]{1,64}[ ]{1,4}([^\s\"'|&;]{1,256})", near=True),
    Command("identified", r"(?:IDENTIFIED|identified)[ ](?:WITH|with)?[ ]?\w{0,30}[ ]?(?:BY|by)[ ]{1,2}['\"]([^'\"\n]{1,256})['\"]"),
    Command("insecure-password", r"insecure-password[ \t]{1,8}([^\s\"']{1,256})"),
    Command("ldap", r"[ \t]-w[ ]{1,2}" + _ARGUMENT, near=True),
    Command("login", r"\blogin[ \t]{1,4}\S{1,128}\s{1,20}password[ \t]{1,4}" + _WORD),
    Command("mariadb", r"[ \t]-p(?![ \t\"']?\$)" + _ARGUMENT, near=True),
    Command("masterauth", r"(?:^|[\n\"' ;])(?:--)?masterauth[ \t]{1,8}" + _WORD),
    Command("mc ", r"\bmc[ ](?:-\S{1,20}[ ])?(?:alias set|config host add)[ ]{1,2}\S{1,80}[ ]{1,2}\S{1,200}[ ]{1,2}\S{1,200}[ ]{1,2}" + _WORD),
    Command("mongo", r"[ \t]-p[ =]{1,2}" + _ARGUMENT, near=True),
    Command("mysql", r"[ \t]-p(?![ \t\"']?\$)" + _ARGUMENT, near=True),
    Command("openssl", r"-pass(?:in|out)?[ ]{1,2}[\"']?pass:([^\s\"']{1,256})"),
    Command("password", r"(?:PASSWORD|password)[ ]{1,4}'([^'\n]{1,256})'"),
    Command("private-key", r"private-key[ ]{1,4}<\(echo[ ]{1,4}([^\s)]{20,80})\)"),
    Command("redis-cli", r"[ \t](?:-a|--pass)[ =]{1,2}" + _ARGUMENT, near=True),
    Command("requirepass", r"(?:^|[\n\"' ;])(?:--)?requirepass[ \t]{1,8}" + _WORD),
    Command("sqlcmd", r"[ \t]-P[ ]{0,2}" + _ARGUMENT, near=True),
    Command("sshpass", r"[ \t]-p[ ]{0,2}" + _ARGUMENT, near=True),
    Command("stats auth", r"stats[ ]auth[ ]{1,8}[^\s:]{1,64}:([^\s]{1,256})"),
    Command("user ", r"(?:^|\n)user[ ]\S{1,64}[ ][^\n>]{0,80}>([^\s>]{1,256})"),
    Command("wget", r"--(?:http-|ftp-|proxy-)?password[ =]" + _WORD),
)  # fmt: skip
_PGPASS: Final = re.compile(
    r"^[ \t]{0,80}(?:[\w.*-]{1,128}):(?:\d{1,5}|\*):[^:\n]{1,128}:[^:\n]{1,128}:([^\n]{1,256})$",
    re.MULTILINE,
)
_USERLIST: Final = re.compile(r"^\"[^\"\n]{1,80}\" \"([^\"\n]{1,256})\"", re.MULTILINE)
_COMMENTS: Final = ("#", ";", "//")
_SEPARATOR: Final = re.compile(r"[\n;|&]")
_LONGEST: Final = 4096
"""Characters of a line that are looked at."""
_BEFORE: Final = 100
_BEHIND: Final = 1000
"""Characters before and behind a word that may belong to its command."""
_NO_PASSWORD: Final = frozenset({"''", "-", "password", "root-password"})
_compiled: Final = cache(re.compile)


def commands_in(text: str) -> Iterator[Found]:
    """Yield the passwords that commands are given, each at its line."""
    low = text.lower()
    for command in _COMMANDS:
        if command.word not in low:
            continue
        pattern, lines = _compiled(command.pattern), Lines(text)
        for start, end in _windows(low, command.word):
            for match in pattern.finditer(text, start, end):
                yield from _given(command, match, lines)


def _windows(low: str, word: str) -> Iterator[tuple[int, int]]:
    """Yield where a word stands, with what may belong to its command; what overlaps is one window."""
    start, end = 0, 0
    at = low.find(word)
    while at >= 0:
        if at > end:
            if end:
                yield start, end
            start = max(0, at - _BEFORE)
        end = at + _BEHIND
        at = low.find(word, at + len(word))
    if end:
        yield start, end


def _given(command: Command, match: re.Match[str], lines: Lines) -> Iterator[Found]:
    text, value = match.string, match[1].strip("\"'`")
    if command.near and not _is_near(text, match.start(), command.word):
        return
    if _is_password(value) and (is_random(value) or not is_comment(text, match.start())):
        name = command.word.strip()
        yield Found("a password in a command", name, Hidden(value), lines.of(match.start(1)))


def _is_password(value: str) -> bool:
    return is_usable(value) and value not in _NO_PASSWORD and not value.startswith(("/", "-", "$"))


def _is_near(text: str, offset: int, word: str) -> bool:
    """Whether the command's name stands before its argument, in one command."""
    before = text[max(0, offset - 400) : offset].replace("\\\n", "  ")
    return word in _SEPARATOR.split(before)[-1]


def is_comment(text: str, offset: int) -> bool:
    """Whether a place of a text is in a line that was commented out."""
    start = text.rfind("\n", max(0, offset - _LONGEST), offset + 1) + 1
    return text[start : start + 200].lstrip().startswith(_COMMENTS)


def pgpass_in(text: str) -> Iterator[Found]:
    """Yield the passwords of a `.pgpass` file: `host:port:database:user:password`."""
    lines = Lines(text)
    for match in _PGPASS.finditer(text):
        if is_usable(match[1]):
            yield Found("a password", "pgpass", Hidden(match[1]), lines.of(match.start(1)))


def userlist_in(text: str) -> Iterator[Found]:
    """Yield the passwords of PgBouncer's users: `"app" "password"`."""
    lines = Lines(text)
    for match in _USERLIST.finditer(text):
        value = match[1]
        if is_usable(value) and hash_of(value) is None and not value.startswith(("md5", "SCRAM")):
            yield Found("a password", "userlist", Hidden(value), lines.of(match.start(1)))
