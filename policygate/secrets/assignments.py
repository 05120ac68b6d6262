"""Assignments in a text: a name that promises a secret, and the value beside it, in whatever syntax.

Line by line: dotenv, INI, properties, TOML, XML, shells, code, templates. Every pattern is bounded. Not for
documents that can be read as what they are (`bodies`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from policygate.secrets.anywhere import SHORTEST, Empty, Lines, holds_one, is_for_both, password_of
from policygate.secrets.found import Found, Hidden
from policygate.secrets.names import ANY_KEY, naming
from policygate.secrets.values import fallback_of, is_code, is_random, is_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

_HINTS: Final = (
    "key", "secret", "pass", "auth", "token", " -", "cred", "pw", "sql", "psk", "cookie", "bearer", "identified", "mnemonic", "kty", " >",
    "@(", "@tcp(", " login", "@unix(", "user ", "senha", "wort", "contrase", "haslo",
)  # fmt: skip
"""What an assignment or a command with a secret has in its text, in small letters; the frequent ones first."""
_LONGEST: Final = 4096
"""Characters of a line that are looked at."""
_ASSIGNMENT: Final = re.compile(
    r"(?<!\$\{)(?:(?<![\w.+/-])|(?<=-D)|(?<=--))[\"']?([A-Za-z_][\w.\-]{0,100})(?:\[['\"]?([\w.-]{1,60})['\"]?\])?[\"']?"
    r"[ \t]{0,20}(?::=|=>|[:=])[ \t]{0,20}"
    r"(\"(?:[^\"\\\n]|\\.){1,1024}\"|'[^'\n]{1,1024}'|`[^`\n]{1,1024}`|[^\s\"'][^\n]{0,1024})"
)
_DEFINE: Final = re.compile(
    r"\bdefine\(\s{0,4}['\"]([\w.-]{1,80})['\"]\s{0,4},\s{0,4}['\"]([^'\"\n]{1,512})['\"]"
)
_SHELL_DEFAULT: Final = re.compile(
    r"\$\{([A-Za-z_]\w{0,80}):(?:[-=]([^}$\n]{1,256})|([\w.!@#%&*]{4,256}))\}"
)
_PROPERTY: Final = re.compile(
    r"\bname=[\"']([\w.:-]{1,100})[\"'][^<>\n]{0,80}>([^<\n]{1,512})</|<name>([\w.:-]{1,100})</name>\s{0,40}<value>([^<\n]{1,512})</value>"
)
_ELEMENT: Final = re.compile(r"<([A-Za-z_][\w.:-]{0,64})>([^<\n]{1,512})</")
_ATTRIBUTES: Final = re.compile(
    r"\b(?:name|key|id)=[\"']([\w.:-]{1,100})[\"']\s{1,20}(?:value|val)=[\"']([^\"'\n]{1,512})[\"']"
)
_ROW: Final = re.compile(r"'([\w.-]{3,60})'\s{0,4},\s{0,4}'([^'\n]{4,256})'")
_SIGNS: Final = (
    ("</", _ELEMENT), ("</", _PROPERTY), ("=", _ATTRIBUTES), ("define(", _DEFINE), ("VALUES", _ROW), ("${", _SHELL_DEFAULT),
)  # fmt: skip
"""What a line needs for a pattern of a name and a value."""
_NAME_LINE: Final = re.compile(r"\bname:[ ]{1,4}[\"']?([\w.-]{1,100})")
_QUOTE: Final = re.compile(r"[\"']")
_END_OF_QUOTE: Final = re.compile(r"[\"'](?=[\s/>;,)\]}]|$)")
_DIRECTIVE: Final = re.compile(
    r"^[ \t]{0,80}(?:(?:proxy_set_header|add_header|set)[ \t]{1,8})?\$?([A-Za-z_][\w.-]{2,60})[ \t]{1,20}(\"[^\"\n]{1,512}\"|'[^'\n]{1,512}'|[^\s\"'{}]{3,512}?)[ \t]{0,8};?[ \t\r]{0,8}$"
)
_WORDS: Final = re.compile(r"[A-Za-z_][\w.-]{1,80}|[^\x00-\x7f]{2,20}")
_FLAG: Final = re.compile(
    r"(?:^|[\s\"'\[,])--?([A-Za-z][\w.-]{1,64})[ \t]{1,4}(\"[^\"\n]{1,256}\"|'[^'\n]{1,256}'|[^\s\"'-][^\s\"']{0,255})"
)
"""A flag and its value, of any command."""
_COMMENTS: Final = ("#", ";", "//")
EMPTY: Final = {(quoted, lines): Empty() for quoted in (False, True) for lines in (False, True)}
"""Lines that assign no secret, by how they were read."""


def may_assign(text: str) -> bool:
    """Whether a text may hold what `assignments_in` or `commands_in` find; quick, and right where it says no."""
    return holds_one(text.lower(), _HINTS)


def assignments_in(
    text: str, *, quoted: bool = False, least: int = 1, lines: bool = False
) -> Iterator[Found]:
    """Yield `name = value`, `"name": "value"`, `<name>value</name>` where the name promises a secret.

    Args:
        text: Any text.
        quoted: Whether only quoted values count: what is bare is code.
        least: How long a value must be.
        lines: Whether the text is a file whose lines may be `name value`.
    """
    before, empty = "", EMPTY[quoted, lines]
    for at, line in enumerate(text.split("\n")):
        if len(line) >= SHORTEST and line not in empty:
            found_all = (
                list(_in_line(line[:_LONGEST], quoted=quoted, lines=lines))
                if _may_promise(line)
                else ()
            )
            if not found_all:
                empty.add(line)
            comment = line.lstrip()[:2].startswith(_COMMENTS)
            for found in found_all:
                if len(found.value) >= least and not (comment and not is_random(found.value)):
                    yield found._replace(line=at)
        if lines and "value:" in line:
            yield from (found._replace(line=at) for found in pair_of(before, line))
        before = line


def _may_promise(line: str) -> bool:
    """Whether a word of a line is a name that promises something."""
    if not may_assign(line):
        return False
    return any(naming(word) is not None or is_for_both(word) for word in _WORDS.findall(line))


def _in_line(line: str, *, quoted: bool, lines: bool) -> Iterator[Found]:
    for sign, pattern in _SIGNS:
        for match in pattern.finditer(line) if sign in line else ():
            name, value = [each for each in match.groups() if each is not None]
            yield from _assigned(name, value.strip(), line)
    for flag in _FLAG.finditer(line) if "-" in line else ():
        for each in _assigned(flag[1], flag[2].strip("\"'"), line):
            yield each._replace(name=f"--{flag[1]}")
    directive = _DIRECTIVE.match(line) if lines and not quoted else None
    if directive is not None:
        yield from _assigned(directive[1], directive[2].strip("\"'"), line)
    line = line.replace('"""', '"')
    found = _ASSIGNMENT.search(line)
    while found is not None:
        name, value = found[2] or found[1], found[3]
        promised = naming(name) is not None
        # What no name promises may be a text with names of its own: a connection string, a query.
        at = found.start(3)
        if value[0] in "\"'`" and (_closes(found) or line[at - 2 : at] == " :"):
            at += 1  # no value: the end of a text, or a variable of psql
        elif value[0] in "\"'`":
            at = found.end(3) if promised else at + 1
            yield from _assigned(name, value[1:-1].strip("\"'`").strip(), line)
        elif (
            not quoted and "{{" not in line[: found.start()]
        ):  # else it is code, or that of a template
            value = _bare(value)
            at += len(value) if promised and value[:1] not in ("{", "[") else 0
            yield from _assigned(name, value, line)
        found = _ASSIGNMENT.search(line, at)


def _closes(found: re.Match[str]) -> bool:
    """Whether the quote behind a name ends a text that the name is the end of: `contains "password="`."""
    whole = found[0]
    return (
        whole[0] == found[3][0]
        and whole[len(found[1]) + 1 : len(found[1]) + 2] != whole[0]
        and not found[2]
    )


def _bare(value: str) -> str:
    """A value without quotes: up to a comment, a separator, the end of its word."""
    for mark in (" #", "\t#", " ;", "\t;", " //", " }"):
        value = value.partition(mark)[0]
    quote = _QUOTE.search(value)
    if quote is not None and value[:2] != "{{" and _END_OF_QUOTE.match(value, quote.start()):
        value = value[: quote.start()]  # the text around it ends here
    value = (value if "{" in value else value.partition("}")[0]).strip()
    if re.match(r"^[^\s;,&]{1,512}[;&,]\s{0,4}[\w.]{1,60}\s{0,4}[=:]", value):
        value = re.split(r"[;&,]", value, maxsplit=1)[0]
    elif re.match(r"^\S{1,512}\s{1,8}[\w.-]{1,60}=", value) or re.match(
        r"^\S{1,512}\s{1,8}(?:&&|\|\||\||>|\\$|--?\w)", value
    ):
        value = value.split()[0]
    value = value.removesuffix("\\").rstrip()
    return value.rstrip(",;").strip("\"'") if value[:1] not in "[{(" else value


def _assigned(name: str, value: str, line: str) -> Iterator[Found]:
    if not value:
        return
    if "{{" in line and "}}" in line and "{{" in value:
        value = fallback_of(value)
    promise = naming(name)
    if (promise is None or promise is ANY_KEY) and is_for_both(name) and password_of(value):
        yield Found("credentials", name, Hidden(value))
        return
    if promise is None or not value or value[0] in "[{(<|>,)]=" or is_code(value):
        return
    if is_secret(value, name, promise):
        yield Found(promise.what, name, Hidden(value))


def properties_in(text: str) -> Iterator[Found]:
    """Yield the `<value>` that stands on the line after its `<name>`."""
    lines = Lines(text)
    for match in _PROPERTY.finditer(text) if "<value>" in text else ():
        if match[3] is not None:
            line = lines.of(match.start(4))
            yield from (
                each._replace(line=line) for each in _assigned(match[3], match[4].strip(), "")
            )


def pair_of(name_line: str, value_line: str) -> Iterator[Found]:
    """Yield the value of a `value:` below its `name:`."""
    named = _NAME_LINE.search(name_line)
    if named is not None:
        value = value_line.partition("value:")[2].strip()
        yield from _assigned(named[1], value.strip("\"'"), value)
