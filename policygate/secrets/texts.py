"""Credentials inside one text, whatever it is: tokens by their format, URLs, headers, commands, assignments.

Every pattern is bounded, so that none is worse than linear on hostile input. Not for documents inside
of texts (`files`), nor for where the text stands (`bodies`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from policygate.secrets.formats import find_formats
from policygate.secrets.found import Found, Hidden
from policygate.secrets.names import Naming, naming
from policygate.secrets.values import (
    decoded_text,
    entropy,
    is_made_up,
    is_placeholder,
    is_random,
    is_reference,
    is_secret,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST: Final = 8
"""A shorter text holds nothing but the value of its own name."""
_TOKEN: Final = 20
"""A shorter text is no token by its format."""
PASSWORD: Final = Naming("a password", strong=True)

_HINTS: Final = (
    "pass",
    "secret",
    "token",
    "key",
    "pwd",
    "cred",
    "psk",
    "auth",
    "identified by",
    "mnemonic",
    "cookie",
    "pw",
    "kty",
    " on >",
    "alias set",
    "host add",
    "add_user",
    "secret_id",
    "@tcp(",
    "@unix(",
    "bearer",
    " -p",
    "curl",
    "redis-cli",
    "ldap",
    "sqlcmd",
    "mysql",
    "mongo",
    "senha",
    "wort",
    "contrase",
    "haslo",
)
"""What an assignment or a command with a secret has in its text, in small letters."""
_MARKS: Final = ("asic ", "earer ", "oken ", "Key ", "Splunk ", "oken=")
_HASH_MARKS: Final = (
    "$2",
    "$argon2",
    "$5$",
    "$6$",
    "$y$",
    "$7$",
    "$apr1$",
    "$1$",
    "{S",
    "{CRYPT",
    "{PBKDF2",
    "pbkdf2",
    "SCRAM-",
)
_URL: Final = re.compile(
    r"://(\{\{[^{}\n]{0,80}\}\}|[^\s/:@'\"<>|]{0,256}):([^\s@'\"<>|]{1,512})@[^\s/]"
)
_BARE_URL: Final = re.compile(
    r"^[\w.-]{1,64}:([^\s:@/]{8,128})@(?!sha\d)[\w.-]{1,253}(?:[:/?]\S{0,1024})?$"
)
_ORACLE: Final = re.compile(r"jdbc:oracle:\w{1,8}:[\w.-]{1,64}/([^@\s\"']{1,128})@")
_USER_AND_PASSWORD: Final = re.compile(r"^[^\s:/]{1,128}:([^\s:]{4,512})$")
_ASSIGNMENT: Final = re.compile(
    r"(?<!\$\{)(?:(?<![\w.+/-])|(?<=-D)|(?<=--))[\"']?([A-Za-z_][\w.\-]{0,100})(?:\[['\"]?([\w.-]{1,60})['\"]?\])?[\"']?"
    r"[ \t]{0,20}(?::=|=>|[:=])[ \t]{0,20}"
    r"(\"(?:[^\"\\\n]|\\.){1,1024}\"|'[^'\n]{1,1024}'|[^\s\"'][^\n]{0,1024})"
)
_DEFINE: Final = re.compile(
    r"\bdefine\(\s{0,4}['\"]([\w.-]{1,80})['\"]\s{0,4},\s{0,4}['\"]([^'\"\n]{1,512})['\"]"
)
_SHELL_DEFAULT: Final = re.compile(r"\$\{([A-Za-z_]\w{0,80}):[-=]([^}$\n]{1,256})\}")
_PROPERTY: Final = re.compile(
    r"\bname=[\"']([\w.:-]{1,100})[\"'][^<>\n]{0,80}>([^<\n]{1,512})</|<name>([\w.:-]{1,100})</name>\s{0,40}<value>([^<\n]{1,512})</value>"
)
_PAIR: Final = re.compile(
    r"\bname:[ ]{1,4}[\"']?([\w.-]{1,100})[\"']?[ ]{0,4}\n[ ]{0,80}value:[ ]{1,4}([^\n]{1,512})"
)
_COMMENTS: Final = ("#", ";", "//")
_QUOTE: Final = re.compile(r"[\"']")
_END_OF_QUOTE: Final = re.compile(r"[\"'](?=[\s/>;,)\]}]|$)")
_DIRECTIVE: Final = re.compile(
    r"^[ \t]{0,80}(?:(?:proxy_set_header|add_header|set)[ \t]{1,8})?\$?([A-Za-z_][\w.-]{2,60})[ \t]{1,20}(\"[^\"\n]{1,512}\"|'[^'\n]{1,512}'|[^\s\"'{}]{3,512}?)[ \t]{0,8};?[ \t\r]{0,8}$"
)
_DEFAULT: Final = re.compile(
    r"\{\{-?\s{0,4}\"([^\"\n]{1,256})\"\s{0,4}\||\bdefault\s{1,4}\"([^\"\n]{1,256})\""
)
_HEADER: Final = re.compile(
    r"(Basic|Bearer|Token|token=|Splunk|GenieKey|ApiKey)[ \t]{1,4}[\"']?([A-Za-z0-9+/=_.~-]{6,2048})"
)
_ELEMENT: Final = re.compile(r"<([A-Za-z_][\w.:-]{0,64})>([^<\n]{1,512})</")
_ATTRIBUTES: Final = re.compile(
    r"\b(?:name|key|id)=[\"']([\w.:-]{1,100})[\"']\s{1,20}(?:value|val)=[\"']([^\"'\n]{1,512})[\"']"
)
_COMMANDS: Final = (
    ("curl", r"(?:-u|--user)[ =]{0,2}[\"']?[\w.@+%-]{1,80}:([^\s\"']{1,256})"),
    ("wget", r"--(?:http-|ftp-|proxy-)?password[ =][\"']?([^\s\"']{1,256})"),
    ("mysql", r"[ \t]-p(?![ \t\"']?\$)([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"),
    ("mariadb", r"[ \t]-p(?![ \t\"']?\$)([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"),
    ("redis-cli", r"[ \t](?:-a|--pass)[ =]{1,2}([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"),
    ("mongo", r"[ \t]-p[ =]{1,2}([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"),
    ("sshpass", r"[ \t]-p[ ]{0,2}([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"),
    ("docker login", r"[ \t](?:-p|--password)[ =]{1,2}([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"),
    ("htpasswd", r"[ \t]-\w{0,6}b\w{0,6}[ ]{1,4}(?:\S{1,128}[ ]{1,4})?[\w.@-]{1,64}[ ]{1,4}([^\s\"'|&;]{1,256})"),
    ("ldap", r"[ \t]-w[ ]{1,2}([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"),
    ("sqlcmd", r"[ \t]-P[ ]{0,2}([\"'][^\"'\n]{1,256}[\"']|[^\s\"'-][^\s\"']{0,255})"),
    ("openssl", r"-pass(?:in|out)?[ ]{1,2}[\"']?pass:([^\s\"']{1,256})"),
    ("add_user", r"add_user[ ]{1,2}[\w.@-]{1,64}[ ]{1,2}[\"']?([^\s\"']{1,256})"),
    ("change_password", r"change_password[ ]{1,2}[\w.@-]{1,64}[ ]{1,2}[\"']?([^\s\"']{1,256})"),
    ("insecure-password", r"insecure-password[ \t]{1,8}([^\s\"']{1,256})"),
    ("stats auth", r"stats[ ]auth[ ]{1,8}[^\s:]{1,64}:([^\s]{1,256})"),
    ("auth-pass", r"auth-pass[ ]{1,8}\S{1,64}[ ]{1,8}([^\s\"']{1,256})"),
    ("private-key", r"private-key[ ]{1,4}<\(echo[ ]{1,4}([^\s)]{20,80})\)"),
    ("chpasswd", r"\n[ \t-]{0,40}[\w-]{1,32}:([^\s:]{6,64})(?=\s)"),
    ("@tcp(", r"(?:^|[\s\"'=])[\w.-]{1,64}:([^\s@:/\"']{1,128})@tcp\("),
    ("@unix(", r"(?:^|[\s\"'=])[\w.-]{1,64}:([^\s@:/\"']{1,128})@unix\("),
    ("echo", r"echo[ ](?:-n[ ])?[\"']?([^\s\"'|$]{4,256})[\"']?[ ]{0,4}\|[^|\n]{1,120}--password-stdin"),
    ("chpasswd", r"echo[ ]{1,2}[\"']?[\w.-]{1,64}:([^\s\"']{1,256})[\"']?[ ]{0,4}\|"),
    ("mc ", r"\bmc[ ](?:-\S{1,20}[ ])?(?:alias set|config host add)[ ]{1,2}\S{1,80}[ ]{1,2}\S{1,200}[ ]{1,2}\S{1,200}[ ]{1,2}[\"']?([^\s\"']{1,256})"),
    ("identified", r"(?:IDENTIFIED|identified)[ ](?:WITH|with)?[ ]?\w{0,30}[ ]?(?:BY|by)[ ]{1,2}['\"]([^'\"\n]{1,256})['\"]"),
    ("password", r"(?:PASSWORD|password)[ ]{1,4}'([^'\n]{1,256})'"),
    ("login", r"\blogin[ \t]{1,4}\S{1,128}\s{1,20}password[ \t]{1,4}[\"']?([^\s\"']{1,256})"),
    ("requirepass", r"(?:^|[\n\"' ;])(?:--)?requirepass[ \t]{1,8}[\"']?([^\s\"']{1,256})"),
    ("masterauth", r"(?:^|[\n\"' ;])(?:--)?masterauth[ \t]{1,8}[\"']?([^\s\"']{1,256})"),
    ("user ", r"(?:^|\n)user[ ]\S{1,64}[ ][^\n>]{0,80}>([^\s>]{1,256})"),
    ("--", r"(?:^|[\s\"'\[,])--?([A-Za-z][\w.-]{1,64})[ \t]{1,4}(\"[^\"\n]{1,256}\"|'[^'\n]{1,256}'|[^\s\"'-][^\s\"']{0,255})"),
)  # fmt: skip
"""A word that the text holds, and the pattern of an argument that is a password (or of a flag and its value)."""
_PGPASS: Final = re.compile(
    r"^[ \t]{0,80}(?:[\w.*-]{1,128}):(?:\d{1,5}|\*):[^:\n]{1,128}:[^:\n]{1,128}:([^\n]{1,256})$",
    re.MULTILINE,
)
_HASH: Final = re.compile(
    r"(\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}|\$argon2(?:id|i|d)\$[^\s\"']{20,256}|\$(?:5|6|y|7|gy|scrypt)\$[^\s\"',:]{20,256}"
    r"|\{(?:SSHA|SSHA512|SSHA256|CRYPT|PBKDF2[\w-]{0,10})\}[A-Za-z0-9+/=$.]{16,256}|pbkdf2[:_]sha\d{1,3}[:$][^\s\"',]{20,256}"
    r"|SCRAM-SHA-256\$\d{1,6}:[^\s\"']{20,256})"
    r"|(\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\$1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\{SHA\}[A-Za-z0-9+/]{27}=)"
)
"""Hashes of passwords: slow ones, and those that are as good as the password."""


def line_of(text: str, offset: int) -> int:
    """The line of an offset, 0-based."""
    return text.count("\n", 0, offset)


def formats_in(text: str) -> Iterator[Found]:
    """Yield what has the format of a credential, but for what was made up to look like it."""
    for match in find_formats(text):
        value = text[match.start : match.end]
        if match.format.identifier or (not match.certain and _is_made_up(value, match.format.name)):
            continue
        name = match.format.name
        article = "an" if name[0] in "AEIOaeio" else "a"
        yield Found(f"{article} {name}", "", Hidden(value), line_of(text, match.start))


def _is_made_up(value: str, _name: str) -> bool:
    if "-----BEGIN" in value:
        body = "".join(value.replace("\\n", "\n").split("\n")[1:3])
        return is_placeholder(body) or "<" in body or len(set(body)) < 8
    body = value.rpartition("/")[2] if "://" in value else value
    return is_made_up(body) or is_reference(value)


def urls_in(text: str) -> Iterator[Found]:
    """Yield the passwords of URLs: `postgres://user:password@host`."""
    if "://" not in text or "@" not in text:
        return
    for match in _URL.finditer(text):
        user, password = match.groups()
        if (
            "@" in password
            or not is_usable(unquote(password))
            or user in {"<user>", "USER", "$USER"}
        ):
            continue
        if password.isupper() and password.isalpha() and len(password) >= 4:
            continue  # `postgres://USER:PASSWORD@HOST`
        if password.lower() in {"password", "pass", "passwd", "pwd"} and user.lower() in {
            "user",
            "username",
            "usr",
        }:
            continue
        if password[:1].isdigit() and "/" in password and password.partition("/")[0].isdigit():
            continue  # a port and a path, the `@` belongs to something else
        yield Found("a password in a URL", "", Hidden(password), line_of(text, match.start()))


def bare_urls_in(text: str) -> Iterator[Found]:
    """Yield the passwords of connection strings that are no URLs: `user:password@host`, Oracle's."""
    for pattern in (_BARE_URL, _ORACLE):
        match = pattern.search(text)
        if match and is_usable(match[1]) and (pattern is _ORACLE or is_random(match[1])):
            yield Found(
                "a password in a connection string",
                "",
                Hidden(match[1]),
                line_of(text, match.start()),
            )


def password_of(value: str) -> str:
    """The password of `user:password`, also in base64; empty where a value is none."""
    for text in (value, decoded_text(value, least=8) or ""):
        match = _USER_AND_PASSWORD.match(text.strip())
        if match and is_usable(match[1]) and (text != value or is_random(match[1])):
            return match[1]
    return ""


def is_usable(password: str) -> bool:
    """Whether a text at the place of a password is one."""
    password = password.strip("\"'")
    return bool(password) and not is_reference(password) and not is_placeholder(password)


def headers_in(text: str) -> Iterator[Found]:
    """Yield what an `Authorization` header holds."""
    for match in _HEADER.finditer(text):
        scheme, value = match.groups()
        if scheme == "Basic":
            clear = decoded_text(value, least=6)
            user, colon, password = (clear or "").partition(":")
            if colon and user and is_usable(password):
                yield Found(
                    "a password in a header", "", Hidden(value), line_of(text, match.start())
                )
        elif (
            len(value) >= 20
            and entropy(value) >= 3.5
            and not is_made_up(value)
            and not value.count(".") > 4
        ):
            if any(map(str.isdigit, value)) and "/" not in value[:8]:
                yield Found("a token in a header", "", Hidden(value), line_of(text, match.start()))


def commands_in(text: str) -> Iterator[Found]:
    """Yield the passwords that commands are given, and those of configuration in their form."""
    low = text.lower()
    for word, pattern in _COMMANDS:
        if word not in low:
            continue
        for match in re.finditer(pattern, text):
            value = match.groups()[-1].strip("\"'")
            if match.re.groups > 1:
                yield from _of_flag(text, match, value)
            elif word in (
                "mysql",
                "mariadb",
                "mongo",
                "redis-cli",
                "ldap",
                "curl",
                "sshpass",
                "htpasswd",
                "sqlcmd",
            ) and not _same_command(text, match.start(), word):
                continue
            elif _is_comment(text, match.start()) and not is_random(value):
                continue
            elif (
                is_usable(value)
                and value not in {"password", "-", "''", "root-password"}
                and not value.startswith(("/", "-", "$"))
            ):
                name = word.strip()
                yield Found(
                    "a password in a command",
                    name if name != "password" else "",
                    Hidden(value),
                    line_of(text, match.start(match.re.groups)),
                )


def pairs_in(text: str) -> Iterator[Found]:
    """Yield the values of a name and a value on lines of their own: of XML, and of what is no YAML yet."""
    for pattern in (_PROPERTY, _PAIR):
        for match in pattern.finditer(text) if "alue" in text else ():
            name, value = list(filter(None, match.groups()))[-2:]
            for found in _assigned(name, value.strip().strip("\"'"), value):
                yield found._replace(line=line_of(text, match.end() - 1))


def commented_pairs_in(text: str) -> Iterator[Found]:
    """Yield the values of `name` and `value` that were commented out together."""
    for found in pairs_in(text.replace("#", " ")):
        if is_random(found.value):
            yield found


def _is_comment(text: str, offset: int) -> bool:
    """Whether a place of a text is in a line that was commented out."""
    start = text.rfind("\n", 0, offset + 1) + 1
    return text[start : start + 200].lstrip().startswith(_COMMENTS)


def _same_command(text: str, offset: int, word: str) -> bool:
    """Whether the command's name stands before its argument, in one command."""
    before = text[max(0, offset - 400) : offset].replace("\\\n", "  ")
    return word in re.split(r"[\n;|&]", before)[-1]


def _of_flag(text: str, match: re.Match[str], value: str) -> Iterator[Found]:
    name = match[1]
    promise = naming(name)
    if promise is not None and is_secret(value, name, promise):
        yield Found(promise.what, f"--{name}", Hidden(value), line_of(text, match.start(2)))


def hashes_in(text: str) -> Iterator[Found]:
    """Yield hashes of passwords: the fast ones are as good as the password."""
    for match in _HASH.finditer(text):
        slow = match[1] is not None
        what = "the hash of a password" if slow else "a password hash that is quickly undone"
        yield Found(
            what, "", Hidden(match[0]), line_of(text, match.start()), "warning" if slow else "error"
        )


def hash_of(value: str) -> Found | None:
    """The hash that a value is, with the user before it, if any; None where it is none."""
    found = next(hashes_in(value), None)
    return found if found is not None and len(found.value) + 64 > len(value) else None


def what_of(value: str) -> str:
    """What a value is by its format, in words; empty where it has none."""
    found = next(formats_in(value), None) if len(value) >= SHORTEST else None
    return found.what if found is not None else ""


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
    for at, line in enumerate(text.split("\n")):
        if len(line) < SHORTEST or not may_assign(line):
            continue
        comment = line.lstrip()[:2].startswith(_COMMENTS)
        for found in _in_line(line[:4096], quoted=quoted, lines=lines):
            if len(found.value) >= least and not (comment and not is_random(found.value)):
                yield found._replace(line=at)


def _in_line(line: str, *, quoted: bool, lines: bool) -> Iterator[Found]:
    patterns = [_ATTRIBUTES, _DEFINE, _SHELL_DEFAULT]
    if "</" in line:
        patterns += [_ELEMENT, _PROPERTY]
    for pattern in patterns:
        for match in pattern.finditer(line):
            name, value = [each for each in match.groups() if each is not None]
            yield from _assigned(name, value.strip(), line)
    directive = _DIRECTIVE.match(line) if lines and not quoted else None
    if directive is not None:
        yield from _assigned(directive[1], directive[2].strip("\"'"), line)
    at, line = 0, line.replace('"""', '"')
    while match := _ASSIGNMENT.search(line, at):
        name, index, value = match.groups()
        # What no name promises may be a text with names of its own: a connection string, a query.
        at = (
            match.end(3)
            if value[0] in "\"'" and naming(index or name)
            else match.start(3) + (value[0] in "\"'")
        )
        if value[0] in "\"'":
            value = value[1:-1].strip("\"'") if len(value) > 2 else value
        elif quoted or "{{" in line[: match.start()]:
            continue  # code, also that of a template
        else:
            value = _bare(value)
            at += len(value) if naming(index or name) else 0
        yield from _assigned(index or name, value.strip(), line)


def _bare(value: str) -> str:
    """A value without quotes: up to a comment, a separator, the end of its word."""
    for mark in (" #", "\t#", " ;", "\t;", " //"):
        value = value.partition(mark)[0]
    quote = _QUOTE.search(value)
    if quote is not None and value[:2] != "{{" and _END_OF_QUOTE.match(value, quote.start()):
        value = value[: quote.start()]  # the text around it ends here
    value = value.strip()
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
        default = _DEFAULT.search(value)
        value = next(filter(None, default.groups()), "") if default else ""
    promise = naming(name)
    if promise is None and name.lower().endswith(("auth", "userpwd")) and password_of(value):
        yield Found("credentials", name, Hidden(value))
        return
    if promise is None or not value or value[0] in "[{(<|>,)]=" or _is_member(value):
        return
    if is_secret(value, name, promise):
        yield Found(promise.what, name, Hidden(value))


def _is_member(value: str) -> bool:
    from policygate.secrets.values import _CODE, _MEMBER

    return _MEMBER.match(value) is not None or _CODE.match(value) is not None


def pgpass_in(text: str) -> Iterator[Found]:
    """Yield the passwords of a `.pgpass` file."""
    for match in _PGPASS.finditer(text):
        if is_usable(match[1]):
            yield Found("a password", "pgpass", Hidden(match[1]), line_of(text, match.start(1)))


class Search(NamedTuple):
    """A search for credentials in any text, and a character that a text needs for it."""

    needs: str
    of: Callable[[str], Iterator[Found]]


def searches_for(texts: Iterable[str]) -> list[Search]:
    """The searches that may find something in texts, whatever they are: for formats, URLs, headers, hashes."""
    together = "\n".join(texts)
    long = (
        together
        if "\n" not in together
        else "\n".join([text for text in texts if len(text) >= _TOKEN])
    )
    found: list[Search] = []
    if next(find_formats(long), None) is not None:
        found.append(Search("", formats_in))
    if "@" in together:
        found += [Search("@", urls_in), Search("@", bare_urls_in)]
    if _holds(together, _MARKS):
        found.append(Search(" ", headers_in))
    for mark in ("$", "{"):
        if mark in together and _holds(together, _HASH_MARKS):
            found.append(Search(mark, hashes_in))
    return found


def everywhere(text: str) -> Iterator[Found]:
    """Yield what is a credential in any text: formats, URLs, headers, hashes."""
    yield from formats_in(text)
    yield from urls_in(text)
    yield from bare_urls_in(text)
    if _holds(text, _MARKS):
        yield from headers_in(text)
    if _holds(text, _HASH_MARKS):
        yield from hashes_in(text)


def _holds(text: str, words: Iterable[str]) -> bool:
    for word in words:  # quicker than `any`, and asked of every text
        if word in text:
            return True
    return False


def may_assign(text: str) -> bool:
    """Whether a text may hold what `assignments_in` or `commands_in` find; quick, and right where it says no."""
    return _holds(text.lower(), _HINTS)
